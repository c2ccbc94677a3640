"""What holds for every request, whatever is asked: tried on random requests over one library."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.library import Library
from db.measurements import Features
from db.query.parser import parse_query
from db.read.orders import ORDERS
from db.types import FileStat, Source, Tag
from db.write.records import Observation
from indexer.encoders.prompts import describe, unit
from indexer.search.request import SearchRequest
from indexer.search.result import SearchResult
from indexer.search.service import SearchService
from tests.fakes import FakeEncoder

ENCODER = FakeEncoder()
KINDS = ("kick", "snare", "bell", "wind", "dusty snare")
N = 400


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchService]:
    """Make a library of sounds around a few words, a fifth of them near-identical to another."""
    place = tmp_path_factory.mktemp("laws")
    (place / "sounds").mkdir()
    rng = np.random.default_rng(0)
    centres = describe(ENCODER, KINDS)
    rows = unit(centres[np.arange(N) % len(KINDS)] + 0.15 * rng.standard_normal((N, centres.shape[1])).astype("f4"))
    rows[::5] = unit(rows[(np.arange(0, N, 5) + 35) % N] + 1e-3)
    with Library.create(place / "library") as library:
        with library.writer() as writer:
            root = writer.add_root(place / "sounds")
            writer.activate(ENCODER.info)
            sounds = [_sound(number, row, rng) for number, row in enumerate(rows)]
            writer.store(root.id, ENCODER.info, sounds, [], set())
        yield SearchService(library, ENCODER)


def _sound(number: int, row: np.ndarray, rng: np.random.Generator) -> Observation:
    kind = KINDS[number % len(KINDS)]
    seconds, hz = float(rng.uniform(0.1, 5)), float(rng.uniform(100, 9000))
    return Observation(
        relpath=f"pack {number % 3}/{kind if number % 2 else 'audio'} {number}.wav".encode(),
        stat=FileStat(1000, 1),
        file_hash=number.to_bytes(16, "big"),
        audio_hash=number.to_bytes(16, "big"),
        features=Features(seconds, 1, 44_100, 16, "wav", -1.0, -14.0, hz, 2.0, 100.0, 1),
        vector=row,
        tags=(Tag("type", kind, Source.MODEL, float(rng.uniform(0.3, 1)), "drums"),),
    )


WORDS = st.sampled_from(["", "kick", "dusty snare", "short bell", "bright", "kick +bell", "wind -snare", "x", "audio"])
FILTERS = st.lists(
    st.sampled_from(
        ["type:kick", "-type:bell", "len:<2", "bright:>1k", "in:pack", 'in:"pack 1"', "tag:snare", "name:audio"]
    ),
    max_size=2,
    unique=True,
)
IDS = st.lists(st.integers(1, N), max_size=2, unique=True).map(tuple)


@st.composite
def requests(draw: st.DrawFn) -> SearchRequest:
    return SearchRequest(
        line=" ".join([draw(WORDS), *draw(FILTERS)]),
        likes=draw(IDS),
        dislikes=draw(IDS),
        k=None,
        lists_likes=draw(st.booleans()),
        folds=draw(st.booleans()),
    )


law = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def hits(result: SearchResult) -> list[tuple[int, float]]:
    scores = np.zeros(len(result.ids)) if result.scores is None else result.scores
    return list(zip(result.ids.tolist(), scores.tolist(), strict=True))


@law
@given(request=requests(), k=st.integers(1, 500))
def test_a_shorter_list_is_the_beginning_of_a_longer_one(
    service: SearchService, request: SearchRequest, k: int
) -> None:
    assert hits(service.search(replace(request, k=k))) == hits(service.search(request))[:k]


@law
@given(request=requests(), condition=st.sampled_from(["len:<1", "type:bell", "-in:pack", "bright:<500", "tag:nothing"]))
def test_a_filter_only_narrows(service: SearchService, request: SearchRequest, condition: str) -> None:
    wide = service.search(replace(request, folds=False))
    narrow = service.search(replace(request, folds=False, line=f"{request.line} {condition}"))
    assert set(narrow.ids) <= set(wide.ids)
    assert narrow.n_searched <= wide.n_searched


@law
@given(request=requests())
def test_folding_loses_no_sound(service: SearchService, request: SearchRequest) -> None:
    folded = service.search(replace(request, folds=True))
    behind = [sample_id for rest in folded.folded.values() for sample_id in rest]
    everything = service.search(replace(request, folds=False)).ids.tolist()
    assert sorted([*folded.ids.tolist(), *behind]) == sorted(everything)
    assert folded.n_folded == len(behind)
    assert set(folded.folded) <= set(folded.ids.tolist())


@law
@given(request=requests(), others=st.lists(requests(), max_size=2))
def test_the_same_request_gives_the_same_hits_whatever_was_asked_before(
    service: SearchService, request: SearchRequest, others: list[SearchRequest]
) -> None:
    first = hits(service.search(request))
    for other in others:
        service.search(other)
    assert hits(service.search(request)) == first


@law
@given(
    request=requests(),
    keys=st.lists(st.sampled_from([*ORDERS, *(f"-{name}" for name in ORDERS)]), min_size=1, max_size=2),
)
def test_an_order_changes_the_order_alone(service: SearchService, request: SearchRequest, keys: list[str]) -> None:
    ordered = service.search(replace(request, order=",".join(keys)))
    assert sorted(hits(ordered)) == sorted(hits(service.search(request)))


@law
@given(request=requests())
def test_hits_are_what_may_be_a_hit_with_falling_scores(service: SearchService, request: SearchRequest) -> None:
    found = service.search(request)
    hidden = {*request.dislikes, *(() if request.lists_likes or not request.is_ranked else request.likes)}
    assert not hidden & set(found.ids.tolist())
    assert len(set(found.ids.tolist())) == len(found.ids)
    if parse_query(request.line).filters:
        assert found.within is not None
        assert set(found.ids) <= set(found.within)
    if found.scores is not None:
        assert ((found.scores >= 0) & (found.scores <= 1)).all()
        assert (np.diff(found.scores) <= 1e-5).all()
