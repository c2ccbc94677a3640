"""The command line, the app and the public API answer the same requests with the same hits and scores."""

import json
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
import soundfile

import indexer
from db.library import Library
from indexer.encoders.registry import BUILT_IN, start_encoder
from indexer.ingest.pipeline import index
from indexer.search.request import Example, SearchRequest
from tests.sounds import RATE_HZ, noise, tone
from tests.tui.conftest import Shelf, run
from tui.workspace.session import Session

N_REQUESTS = 200  # of a library with more sounds than _FEW, else a third
_FEW = 30
_OUTSIDE = 0.03  # of the requests by example; each starts the model, which takes seconds
_WORDS = (
    *("", "", "kick", "dusty snare", "short bright hi-hat", "deep bass", "soft warm pad", "boomstick", "a", "808"),
    *("long", "kick +bell", "pad -noise", "-bright snare", '"glass bell"', "+choir", "wide noisy", "xyzzy"),
)
_FILTERS = ("type:drums", "-type:kick", "len:<1", "in:Again", "-in:Again", "ext:wav", "bright:>1k", "form:one-shot")
_ORDERS = ("", "", "", "name", "-length", "type,-name", "loudness", "tempo")


@pytest.fixture(scope="module")
def tones(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a small library in which half of the sounds are near-identical to another."""
    place = tmp_path_factory.mktemp("tones")
    sounds = place / "sounds"
    sounds.mkdir()
    for number, waveform in enumerate(
        [*(tone(110 * 2**n, 0.4) for n in range(6)), *(noise(0.3, seed=n) for n in range(4))]
    ):
        for name, level in (("loud", 0.9), ("soft", 0.3)):
            soundfile.write(sounds / f"{name} {number}.wav", level * waveform, RATE_HZ)
    with Library.create(place / "library") as library, start_encoder() as encoder:
        index(library, [sounds], encoder)
    return place / "library"


@pytest.fixture(scope="module")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a sound that no library has."""
    file = tmp_path_factory.mktemp("outside") / "idea.wav"
    soundfile.write(file, tone(300, 0.5), RATE_HZ)
    return file


@pytest.fixture(scope="module", params=["demo", "tones"])
def session(request: pytest.FixtureRequest) -> Iterator[Session]:
    shelf: Shelf = request.getfixturevalue("shelf")
    folder = shelf.library if request.param == "demo" else request.getfixturevalue("tones")
    with Library.open(folder) as library:
        session = Session(library, BUILT_IN)
        yield session
        session.close()


def draw_requests(library: Library, outside: Path, n: int) -> Iterator[SearchRequest]:
    """Draw requests of all kinds; the same ones each time."""
    chance = random.Random(0)
    files = [sample.paths[0] for sample in library.samples(library.sorted_ids().tolist())]
    for _ in range(n):
        line = " ".join([chance.choice(_WORDS), *chance.sample(_FILTERS, chance.choice([0, 0, 1, 2]))])
        n_likes = chance.choice([0, 0, 1, 2])
        likes: list[Example] = list(chance.sample(files, n_likes))
        if likes and chance.random() < _OUTSIDE:
            likes[-1] = outside
        dislikes = tuple(chance.sample(files, chance.choice([0, 0, 1]) if likes else 0))
        yield SearchRequest(
            line=line.strip(),
            likes=tuple(likes),
            dislikes=dislikes,
            k=None,
            order=chance.choice(_ORDERS),
            lists_likes=False,
            folds=chance.random() < 0.7,
        )


def on_the_command_line(request: SearchRequest) -> list[str]:
    """Return the arguments that ask the same."""
    likes = [str(like) for like in request.likes]
    dislikes = [f"--unlike={dislike}" for dislike in request.dislikes]
    asked = ["similar", likes[0], *(f"--like={like}" for like in likes[1:]), *dislikes] if likes else ["search"]
    where = [f"--where={request.line}"] if likes else [request.line]
    order = [f"--sort={request.order}"] if request.order else []
    return [*asked, *where, *order, *["--all"] * (not request.folds), "-k", "1000", "--json"]


@pytest.mark.slow
def test_both_doors_give_the_same_hits_and_scores(session: Session, outside: Path) -> None:
    n = N_REQUESTS if len(session.library.sorted_ids()) > _FEW else N_REQUESTS // 3
    n_found = 0
    for request in draw_requests(session.library, outside, n):
        in_app = session.find(request)
        args = on_the_command_line(request)
        printed = json.loads(run("--library", str(session.library.folder), *args).stdout)
        assert [hit["id"] for hit in printed["hits"]] == in_app.ids.tolist(), args
        scores = [0.0] * len(in_app.ids) if in_app.scores is None else in_app.scores.tolist()
        assert [hit["score"] for hit in printed["hits"]] == pytest.approx(scores, abs=1e-4), args
        assert (printed["n_searched"], printed["n_folded"]) == (in_app.n_searched, in_app.n_folded), args
        n_found += len(in_app.ids) > 0
    assert n_found > 0.6 * n


def test_a_short_list_on_the_command_line_begins_as_the_app_does(session: Session) -> None:
    for line in ("kick", "short bright hi-hat", "boomstick", "type:drums"):
        printed = json.loads(run("--library", str(session.library.folder), "search", line, "-k", "3", "--json").stdout)
        found = session.find(SearchRequest(line))
        assert [hit["id"] for hit in printed["hits"]] == found.ids[:3].tolist()


def test_the_public_api_gives_the_same_hits_and_scores(session: Session, outside: Path) -> None:
    with indexer.open_library(session.library.folder) as opened:
        for request in draw_requests(session.library, outside, 40):
            if outside in request.likes:  # starts the model
                continue
            options = {"k": None, "order": request.order, "folds": request.folds}
            if request.likes:
                sound, *like = request.likes
                found = indexer.similar(
                    opened, sound, request.line, like=like, unlike=list(request.dislikes), **options
                )
            else:
                found = indexer.search(opened, request.line, **options)
            in_app = session.find(request)
            assert [hit.sample.id for hit in found] == in_app.ids.tolist()
            scores = [0.0] * len(in_app.ids) if in_app.scores is None else in_app.scores.tolist()
            assert [hit.score for hit in found] == pytest.approx(scores)
