import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.library import Library
from db.types import Source, Tag
from indexer.ingest.pipeline import index
from indexer.tagging.relative_attributes import MEASURED_PAIRS, MEASUREMENTS, PercentileTable
from tests.fakes import FakeEncoder

SNARE = Tag("type", "snare", Source.MODEL, 0.8, "drums")
KICK = Tag("type", "kick", Source.FILENAME, 0.95, "drums")
PAD = Tag("type", "pad", Source.MODEL, 0.8, "melodic")


def words(
    percentiles: PercentileTable, sound_type: Tag | None, seconds: float | None, brightness_hz: float | None = None
) -> list[str]:
    values = np.array([[seconds, brightness_hz]], np.float32)
    [given] = percentiles.tag([sound_type], values)
    return [tag.name for tag in given]


def rows(seconds: Sequence[float], brightness_hz: float = 1000.0) -> np.ndarray:
    return np.array([[value, brightness_hz] for value in seconds], np.float32)


def test_a_sound_is_short_or_long_beside_its_own_type() -> None:
    types = [*[SNARE] * 50, *[PAD] * 50]
    percentiles = PercentileTable.build(types, rows([*np.linspace(0.1, 0.5, 50), *np.linspace(2, 12, 50)]))
    assert words(percentiles, SNARE, 0.11) == ["short"]
    assert words(percentiles, SNARE, 0.3) == []
    assert words(percentiles, SNARE, 0.49) == ["long"]
    assert words(percentiles, PAD, 2.1) == ["short"]
    assert words(percentiles, None, 0.1) == ["short"]


def test_types_of_few_sounds_are_compared_with_their_family_and_those_of_few_families_with_all() -> None:
    types = [*[SNARE] * 50, *[KICK] * 5, *[PAD] * 5]
    percentiles = PercentileTable.build(types, rows([*np.linspace(0.1, 0.5, 50), *[0.1] * 5, *[10.0] * 5]))
    assert set(percentiles.quantiles) == {"snare", "drums", ""}
    assert words(percentiles, KICK, 0.1) == ["short"]
    assert words(percentiles, PAD, 10.0) == ["long"]


def test_of_sounds_as_good_as_equally_long_none_is_short() -> None:
    percentiles = PercentileTable.build([SNARE] * 100, rows(np.linspace(0.5, 0.55, 100).tolist()))
    assert words(percentiles, SNARE, 0.5) == words(percentiles, SNARE, 0.55) == []
    same = PercentileTable.build([SNARE] * 100, rows([0.5] * 100))
    assert words(same, SNARE, 0.5) == []
    assert words(same, SNARE, 0.1) == ["short"]


def test_what_is_not_known_is_not_said() -> None:
    assert words(PercentileTable(), SNARE, 0.1) == []
    percentiles = PercentileTable.build([SNARE] * 100, rows(np.linspace(0.1, 5, 100).tolist()))
    assert words(percentiles, SNARE, None) == words(percentiles, SNARE, float("nan")) == []
    unmeasured = np.full((100, len(MEASUREMENTS)), np.nan, np.float32)
    assert words(PercentileTable.build([SNARE] * 100, unmeasured), SNARE, 0.1) == []


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(0.01, 60.0), min_size=20, max_size=120))
def test_short_ones_are_few_and_shorter_than_all_others(seconds: list[float]) -> None:
    measures = rows(seconds)
    percentiles = PercentileTable.build([SNARE] * len(seconds), measures)
    said = [words(percentiles, SNARE, float(value)) for value in measures[:, 0]]
    by_word = {
        word: [value for value, given in zip(measures[:, 0], said, strict=True) if given == [word]]
        for word in ("short", "long")
    }
    for found in by_word.values():
        assert len(found) <= 0.4 * len(seconds) + 1  # a fifth, or twice as many that are equally long
    rest = [value for value, given in zip(measures[:, 0], said, strict=True) if not given]
    assert max(by_word["short"], default=0) <= min(rest, default=np.inf)
    assert max(rest, default=0) <= min(by_word["long"], default=np.inf)
    assert {word for given in said for word in given} <= {"short", "long"}


def test_a_table_comes_back_from_json() -> None:
    percentiles = PercentileTable.build([SNARE] * 30, rows(np.linspace(0.1, 5, 30).tolist()))
    assert PercentileTable.from_dict(json.loads(json.dumps(percentiles.as_dict()))) == percentiles


@pytest.mark.parametrize("adds_later", [False, True])
def test_an_indexed_library_calls_the_shorter_ones_short(folder: Path, tmp_path: Path, adds_later: bool) -> None:
    encoder = FakeEncoder()
    late = sorted(folder.iterdir())[:8]
    away = tmp_path / "away"
    away.mkdir()
    with Library.create(tmp_path / "library") as library:
        if adds_later:
            for path in late:
                path.rename(away / path.name)
            index(library, [folder], encoder)
            for path in late:
                (away / path.name).rename(path)
        index(library, [folder], encoder)
        ids = library.vectors(encoder.info).known()
        given = library.tags_from([Source.ANALYSIS], ids.tolist())
        seconds = library.measurements(ids, MEASUREMENTS)[:, 0]
        by_word: dict[str, list[float]] = {word: [] for pair in MEASURED_PAIRS for word in pair}
        for sample_id, value in zip(ids.tolist(), seconds.tolist(), strict=True):
            for mark in given.get(sample_id, ()):
                if mark.facet == "character":
                    by_word[mark.name].append(value)
        assert 0 < len(by_word["short"]) <= len(ids) / 4
        assert by_word["bright"] or by_word["dark"]
        assert np.median(by_word["short"]) < np.median(seconds) < np.median(by_word["long"])
