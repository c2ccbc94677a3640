"""Whether a library holds what is described, or only has something that is nearest."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from db.library import Library
from indexer.encoders.base import Background, EncoderTraits
from indexer.encoders.prompts import describe, unit
from indexer.search.relevance import level
from indexer.search.request import SearchRequest
from indexer.search.result import SearchResult
from indexer.search.service import SearchService
from tests.db.factories import observed
from tests.fakes import FakeEncoder

HELD = ("kick", "snare", "bell")
WORDS = ("kick", "snare", "bell", "dog", "rain", "violin", "engine", "door", "glass", "wind", "whistle", "thunder")


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchService]:
    encoder, rng = FakeEncoder(), np.random.default_rng(0)
    varied = np.repeat(describe(encoder, WORDS), 12, axis=0)
    rows = unit(varied + 0.05 * rng.standard_normal(varied.shape).astype(np.float32))
    encoder.traits = EncoderTraits(background=Background(rows, slope=9.0, threshold=0.9))
    folder: Path = tmp_path_factory.mktemp("relevance")
    with Library.create(folder / "library") as library:
        vectors = np.repeat(describe(encoder, HELD), 4, axis=0)
        files = [observed(f"{number:03d}.wav", vector=row) for number, row in enumerate(vectors)]
        with library.writer() as writer:
            root = writer.add_root(folder)
            writer.activate(encoder.info)
            named = observed("zorptronic violin.wav", vector=vectors[0])
            writer.store(root.id, encoder.info, [*files, named], [], set())
        yield SearchService(library, encoder)


def ask(service: SearchService, line: str, **fields: object) -> SearchResult:
    return service.search(SearchRequest(line, **fields))  # type: ignore[arg-type]


@pytest.mark.parametrize("line", [*HELD, "zorptronic violin", "kick -bell", "kick len:<9"])
def test_what_a_library_holds_by_sound_or_name_is_relevant(service: SearchService, line: str) -> None:
    assert ask(service, line).is_relevant


@pytest.mark.parametrize("line", ["dog", "rain", "engine"])
def test_of_what_it_does_not_hold_only_the_nearest_are_found(service: SearchService, line: str) -> None:
    found = ask(service, line)
    assert found.relevance is not None
    assert len(found.ids)
    assert not found.is_relevant


@pytest.mark.parametrize("line", ["qzxvwjk", "\u72ac", "the qzxvwjk"])
def test_words_that_mean_nothing_describe_nothing(service: SearchService, line: str) -> None:
    assert ask(service, line).relevance == 0


@pytest.mark.parametrize(("line", "likes"), [("", ()), ("short", ()), ("dog", (1,)), ("dog len:>9", ())])
def test_nothing_is_said_without_a_description_or_without_sounds(
    service: SearchService, line: str, likes: tuple[int, ...]
) -> None:
    found = ask(service, line, likes=likes)
    assert found.relevance is None
    assert found.is_relevant


def test_the_number_of_hits_does_not_matter(service: SearchService) -> None:
    assert ask(service, "dog", k=1).relevance == ask(service, "dog", k=12).relevance


def test_the_level_of_the_background_itself_is_about_one() -> None:
    cosines = np.random.default_rng(1).normal(0.1, 0.2, 400).astype(np.float32)
    assert level(cosines, cosines) > 1
    assert level(3 * cosines - 1, 3 * cosines - 1) == pytest.approx(level(cosines, cosines), rel=1e-5)
    assert level(np.full(5, np.median(cosines)), cosines) == pytest.approx(0, abs=1e-6)
