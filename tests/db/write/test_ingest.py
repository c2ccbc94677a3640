"""Content identity: new, changed, moved, duplicate and unchanged files are told apart."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from db.library import Library
from db.types import FileStat, Reading, Root, Source, Tag
from db.write.records import Outcome, TagResult
from tests.db.factories import ENCODER, FEATURES, OTHER_ENCODER, add_root, failed, get_id, observed, record


def test_a_first_file_is_new_and_known_afterwards(library: Library, root: Root) -> None:
    assert record(library, root, observed("a.wav")) == [Outcome.NEW]
    assert library.known_files(root.id, ENCODER) == {b"a.wav": (1000, 1, 0, True)}
    assert not library.known_files(root.id, OTHER_ENCODER)[b"a.wav"][-1]


def test_the_same_content_at_the_same_path_is_unchanged_and_takes_the_new_stat(library: Library, root: Root) -> None:
    record(library, root, observed("a.wav"))
    assert record(library, root, observed("a.wav", stat=FileStat(1000, 2))) == [Outcome.UNCHANGED]
    assert library.known_files(root.id, ENCODER)[b"a.wav"][1] == 2


def test_another_content_at_a_known_path_is_a_change_and_another_sound(library: Library, root: Root) -> None:
    record(library, root, observed("a.wav", "one"))
    before = get_id(library, root, "a.wav")
    assert record(library, root, observed("a.wav", "two")) == [Outcome.CHANGED]
    assert get_id(library, root, "a.wav") != before
    assert library.samples([before]) == []


def test_a_second_place_of_a_content_is_a_duplicate(library: Library, root: Root) -> None:
    assert record(library, root, observed("a.wav", "one"), observed("b.wav", "one")) == [Outcome.NEW, Outcome.DUPLICATE]
    (sample,) = library.samples([get_id(library, root, "b.wav")])
    assert sample.paths == (root.path / "a.wav", root.path / "b.wav")


def test_a_known_content_whose_old_place_is_gone_has_moved(library: Library, root: Root) -> None:
    record(library, root, observed("a.wav", "one"))
    sample_id = get_id(library, root, "a.wav")
    moved = observed("b/c.wav", "one", features=None, vector=None)
    gone = {(root.id, b"a.wav"), (root.id, b"other.wav")}
    with library.writer() as writer:
        assert writer.store(root.id, ENCODER, [moved], [], gone) == [Outcome.MOVED]
    assert gone == {(root.id, b"other.wav")}
    assert list(library.known_files(root.id, ENCODER)) == [b"b/c.wav"]
    assert get_id(library, root, "b/c.wav") == sample_id


def test_a_move_onto_a_known_path_is_a_move(library: Library, root: Root) -> None:
    record(library, root, observed("a.wav", "one"), observed("b.wav", "two"))
    assert record(library, root, observed("b.wav", "one"), vanished=["a.wav"]) == [Outcome.MOVED]
    assert list(library.known_files(root.id, ENCODER)) == [b"b.wav"]


def test_a_move_between_roots_is_a_move(library: Library, root: Root, tmp_path: Path) -> None:
    record(library, root, observed("a.wav", "one"))
    other = add_root(library, tmp_path / "other")
    with library.writer() as writer:
        outcomes = writer.store(other.id, ENCODER, [observed("a.wav", "one")], [], {(root.id, b"a.wav")})
    assert outcomes == [Outcome.MOVED]
    assert library.known_files(root.id, ENCODER) == {}


def test_two_copies_of_a_vanished_file_are_a_move_and_a_duplicate(library: Library, root: Root) -> None:
    record(library, root, observed("a.wav", "one"))
    outcomes = record(library, root, observed("b.wav", "one"), observed("c.wav", "one"), vanished=["a.wav"])
    assert outcomes == [Outcome.MOVED, Outcome.DUPLICATE]


def test_a_sound_that_comes_back_later_keeps_its_id_tags_and_vector(library: Library, root: Root) -> None:
    mark = Tag("user", "favourite", Source.USER, 1.0)
    record(library, root, observed("a.wav", "one", tags=(mark,)))
    sample_id = get_id(library, root, "a.wav")
    record(library, root, vanished=["a.wav"])
    assert library.samples([sample_id]) == []
    assert record(library, root, observed("b.wav", "one", features=None, vector=None)) == [Outcome.MOVED]
    (sample,) = library.samples([sample_id])
    assert sample.tags == (mark,)
    assert library.vectors(ENCODER).n == 1


def test_a_failed_file_takes_the_place_of_a_decoded_one_and_the_other_way(library: Library, root: Root) -> None:
    record(library, root, observed("a.wav"))
    record(library, root, bad=[failed("a.wav")])
    assert library.known_files(root.id, ENCODER) == {b"a.wav": (10, 1, 0, True)}
    assert not library.known_files(root.id, ENCODER, {"empty"})[b"a.wav"][-1]
    assert not library.known_files(root.id, ENCODER, None)[b"a.wav"][-1]
    assert [(problem.path, problem.code) for problem in library.problems()] == [(root.path / "a.wav", "empty")]
    record(library, root, observed("a.wav"))
    assert library.problems() == []
    assert get_id(library, root, "a.wav")


def test_removed_problems_are_gone(library: Library, root: Root) -> None:
    record(library, root, bad=[failed("a.wav")])
    record(library, root, vanished=["a.wav"])
    assert library.known_files(root.id, ENCODER) == {}


def test_contents_that_need_no_decoding_are_found_by_size(library: Library, root: Root) -> None:
    one, two = observed("a.wav", "one"), observed("b.wav", "two", stat=FileStat(2000, 1))
    record(library, root, one, two)
    assert library.complete_files([1000, 3000], ENCODER) == {1000: (one.file_hash,)}
    assert library.complete_files([1000, 2000], OTHER_ENCODER) == {}


def test_an_unknown_content_without_features_is_refused_and_nothing_of_its_batch_is_stored(
    library: Library, root: Root
) -> None:
    with pytest.raises(ValueError, match="brings no measurements"):
        record(library, root, observed("a.wav"), observed("b.wav", features=None))
    assert library.known_files(root.id, ENCODER) == {}


@pytest.mark.parametrize("vector", [np.ones(7, np.float32), np.full(8, np.nan, np.float32)])
def test_a_vector_that_does_not_fit_is_refused(library: Library, root: Root, vector: np.ndarray) -> None:
    with pytest.raises(ValueError, match="finite vector of length 8"):
        record(library, root, observed("a.wav", vector=vector))


def test_features_measured_again_replace_the_old_ones(library: Library, root: Root) -> None:
    record(library, root, observed("a.wav"))
    features = replace(FEATURES, brightness_hz=None, n_onsets=4)
    record(library, root, observed("a.wav", features=features))
    assert library.samples([get_id(library, root, "a.wav")])[0].features == features


def test_the_reading_of_the_highest_source_wins(library: Library, root: Root) -> None:
    named = Reading("bpm", Source.FILENAME, 0.8, number=120.0)
    measured_bpm = Reading("bpm", Source.ANALYSIS, 0.9, number=60.0)
    key = Reading("key", Source.EMBEDDED, 1.0, text="Bbmin")
    record(library, root, observed("a.wav", readings=(named, measured_bpm, key)))
    (sample,) = library.samples([get_id(library, root, "a.wav")])
    assert sample.bpm == named
    assert sample.key == replace(key, text="A#m")


def test_readings_observed_again_replace_the_old_ones_and_leave_those_of_names(library: Library, root: Root) -> None:
    named = Reading("bpm", Source.FILENAME, 0.8, number=120.0)
    found = Reading("bpm", Source.ANALYSIS, 0.9, number=60.0)
    key = Reading("key", Source.ANALYSIS, 0.9, text="C")
    record(library, root, observed("a.wav", readings=(named, found, key)))
    record(library, root, observed("a.wav", readings=()))
    (sample,) = library.samples([get_id(library, root, "a.wav")])
    assert (sample.bpm, sample.key) == (named, None)


def test_new_and_renamed_sounds_and_those_that_lose_a_copy_wait_to_be_tagged(library: Library, root: Root) -> None:
    def queued() -> list[tuple[int, bool]]:
        waiting = library.tagging_queue(10)
        with library.edits() as edits:
            edits.store_tagging({sample: TagResult(()) for sample in waiting})
        return [(sample.sample_id, sample.has_new_name) for sample in waiting]

    record(library, root, observed("a.wav", "one"), observed("b.wav", "two"))
    assert queued() == [(1, True), (2, True)]
    record(library, root, observed("a.wav", "one", stat=FileStat(1000, 2), features=None, vector=None))
    assert queued() == []
    record(library, root, observed("c.wav", "one", features=None, vector=None), vanished=["a.wav"])
    assert queued() == [(1, True)]
    record(library, root, observed("d.wav", "one", features=None, vector=None))
    assert queued() == [(1, True)]
    record(library, root, vanished=["d.wav", "b.wav"])
    assert queued() == [(1, True)]
    record(library, root, observed("c.wav", "two"))
    assert queued() == [(2, True)]


def test_names_of_any_bytes_come_back_as_they_were(library: Library, root: Root) -> None:
    evil = [
        b"\xff\xfe.wav",
        b"[Am] x.wav",
        b"a\nb\x1b[31m.wav",
        "e\u0301.wav".encode(),
        "é.wav".encode(),
        b"%s'\";--.wav",
    ]
    record(library, root, *[observed(relpath) for relpath in evil])
    assert set(library.known_files(root.id, ENCODER)) == set(evil)
    assert {bytes(path) for sample in library.samples(range(1, 7)) for path in sample.paths} == {
        bytes(root.path) + b"/" + relpath for relpath in evil
    }


def test_what_of_a_sound_could_not_be_read_is_told_until_it_is_whole(library: Library, root: Root) -> None:
    caveats = ("Only half of it can be decoded.", "It is long.")
    record(library, root, observed("a.wav", "one", caveats=caveats))
    assert library.samples([1])[0].caveats == caveats
    record(library, root, observed("a.wav", "one"))
    assert library.samples([1])[0].caveats == ()


def test_how_sure_the_analysis_is_of_a_tempo_goes_to_the_tag_stage(library: Library, root: Root) -> None:
    readings = (Reading("bpm", Source.ANALYSIS, 0.8, number=120), Reading("bpm", Source.EMBEDDED, 0.9, number=90))
    record(library, root, observed("a.wav", readings=readings), observed("b.wav"))
    assert [known.tempo_confidence for known in library.tagging_inputs([1, 2])] == [pytest.approx(0.8), 0.0]
