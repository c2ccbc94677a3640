"""A library answers the same on both engines."""

from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest

from db.engines.postgres import vector_index
from db.engines.postgres.selection import looked_up
from db.library import Library
from db.query.parser import parse_query
from db.read.orders import ORDERS
from db.types import Source, TagName
from tests.db.engines.conftest import Both
from tests.db.factories import unit_rows
from tests.db.varied import ENCODER, FILTERS

WORDS = (
    *(["kick"], ["snare", "vengeance"], ["bd"], ["hh", "open"], ["k"], ["808"], ["café"], ["dark", "pad", "sub"]),
    *(["dusty", "kick"], ["fx"], ["12"], ['"'], ["vox_"], ["zzz"], ["rim", "shot", "snares"], ["100%"]),
)
SOME = list(range(600, 0, -7))
READS: dict[str, Callable[[Library], Any]] = {
    "annotations": lambda library: library.annotations(SOME),
    "collections": Library.collections,
    "members": lambda library: library.collection_ids("favourites"),
    "slots": lambda library: library.kit_slots("my kit"),
    "uses": lambda library: library.uses(SOME),
    "hearings": lambda library: library.hearings(SOME),
    "samples": lambda library: library.samples(SOME),
    "features": lambda library: library.features(SOME),
    "measurements": lambda library: library.measurements(np.array(SOME), ["bpm", "audible_seconds", "n_onsets"]),
    "marks": Library.marks,
    "hashes": lambda library: library.find_by_hash([number.to_bytes(16, "big") for number in range(40)]),
    "map": lambda library: library.map_points(ENCODER),
    "embeddings": lambda library: library.embeddings(ENCODER, SOME),
    "roots": Library.roots,
    "folders": lambda library: library.folder_counts(1),
    "folder table": lambda library: (library.folder_table().folders, library.folder_table().packs),
    "packs": lambda library: library.folder_table().count_packs(),
    "known files": lambda library: library.known_files(1, ENCODER),
    "complete files": lambda library: _by_key(library.complete_files(range(1000, 1100), ENCODER)),
    "embedded": lambda library: library.embedded([number.to_bytes(16, "big") for number in range(40)], ENCODER),
    "names": Library.file_names,
    "letters": lambda library: library.letter_matches("dstk"),
    "tag names": lambda library: set(library.tag_names()),
    "types": lambda library: set(library.tag_names("type")),
    "tags": lambda library: (library.tag_table().tags, library.tag_table().count().tolist()),
    "tags of some": lambda library: library.tags_from([Source.USER, Source.MODEL], SOME),
    "confidences": lambda library: library.tag_confidences(TagName("character", "mine"), [Source.USER]),
    "queue": lambda library: library.tagging_queue(50),
    "tagging inputs": lambda library: library.tagging_inputs([sample_id for sample_id in SOME if sample_id > 50]),
    "places": lambda library: library.file_places(np.array(SOME)),
    "decisions": Library.duplicate_decisions,
    "copied": Library.copied_ids,
    "generation": Library.generation,
    "encoder": Library.active_encoder,
    "encoders": Library.encoders,
    "problems": Library.problems,
    "partly read": Library.partly_read,
}


def _by_key(found: dict[int, tuple[bytes, ...]]) -> dict[int, list[bytes]]:
    return {key: sorted(values) for key, values in found.items()}


def _plain(found: Any) -> Any:
    if isinstance(found, np.ndarray):
        return found.dtype.str, found.shape, found.tobytes()
    return tuple(map(_plain, found)) if isinstance(found, tuple) and type(found) is tuple else found


@pytest.mark.parametrize("name", READS)
def test_reads(both: Both, name: str) -> None:
    found = READS[name](both.sqlite)
    assert _plain(READS[name](both.postgres)) == _plain(found)
    assert not hasattr(found, "__len__") or len(found), "nothing to compare"


@pytest.mark.parametrize("order", [order for order in ORDERS if order != "random"])
def test_orders(both: Both, order: str) -> None:
    assert _plain(tuple(both.postgres.ranks(order))) == _plain(tuple(both.sqlite.ranks(order)))


@pytest.mark.parametrize("words", WORDS, ids=" ".join)
@pytest.mark.parametrize("limit", [2000, 40])
def test_names(both: Both, words: list[str], limit: int) -> None:
    assert both.postgres.name_matches(words, limit) == both.sqlite.name_matches(words, limit)


def test_every_filter_with_and_without(both: Both) -> None:
    different = []
    for line in [*FILTERS, *(f"-{one}" for one in FILTERS)]:
        found, expected = (library.filter_ids(parse_query(line).filters) for library in (both.postgres, both.sqlite))
        assert found is not None, line
        assert expected is not None, line
        if not np.array_equal(found, expected):
            different.append((line, len(found), len(expected)))
    assert different == []


def test_filters_together(both: Both) -> None:
    rng, n_found = Random(4), 0
    for _ in range(100):
        line = " ".join(rng.choice(("", "", "-")) + one for one in rng.sample(FILTERS, rng.randrange(2, 4)))
        filters = parse_query(line).filters
        found, expected = (library.filter_ids(filters) for library in (both.postgres, both.sqlite))
        assert np.array_equal(found, expected), line
        n_found += 0 < len(expected) < 600
        confidences = [library.filter_confidence(filters, expected) for library in both]
        assert _plain(confidences[0]) == _plain(confidences[1]), line
    assert n_found > 50


@pytest.mark.parametrize("way", ["joined", "listed", "looked up"])
def test_nearest_sounds_within_filters(both: Both, way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vector_index, "_FEW", 1e6 if way == "listed" else 0)
    if way == "looked up":
        monkeypatch.setattr(vector_index, "joined", looked_up)
    rng, n_found = Random(6), 0
    found, expected = (library.vectors(ENCODER) for library in (both.postgres, both.sqlite))
    for place in range(100):
        line = " ".join(rng.choice(("", "-")) + one for one in rng.sample(FILTERS, rng.randrange(1, 3)))
        filters, query = parse_query(line).filters, unit_rows(1, seed=place, dim=ENCODER.dim)[0]
        ids, scores = found.search(query, 20, both.postgres.scope(filters))
        expected_ids, expected_scores = expected.search(query, 20, both.sqlite.scope(filters))
        assert ids.tolist() == expected_ids.tolist(), line
        assert scores == pytest.approx(expected_scores, abs=1e-5)
        n_found += len(ids) == 20
    assert n_found > 50


@pytest.mark.parametrize("line", ["in:kicks", "-in:bass ext:wav", "name:kick in:vengeance"])
def test_places_that_pass(both: Both, line: str) -> None:
    ids, filters = both.sqlite.copied_ids().tolist(), parse_query(line).filters
    found = both.sqlite.matching_paths(ids, filters)
    assert found
    assert both.postgres.matching_paths(ids, filters) == found


def test_where_a_file_lies(both: Both) -> None:
    path = both.sqlite.samples([9])[0].paths[0]
    for asked in (path, path.with_name(path.name.upper()), Path("/nowhere.wav")):
        assert both.postgres.find_sample_id(asked) == both.sqlite.find_sample_id(asked)
