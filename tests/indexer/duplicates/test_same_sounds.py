"""An audit of files that hold one sound in other forms: proposed, decoded, compared, and known the next time."""

import sqlite3
from contextlib import closing
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest
import soundfile as sf

from db.library import Library
from db.read.duplicates import DuplicateDecisions
from indexer.duplicates import candidates, compare_pairs
from indexer.duplicates.audit import AuditRequest, find_duplicates
from indexer.duplicates.comparisons import FILE_NAME
from indexer.duplicates.groups import Audit, DuplicateClass
from indexer.ingest.pipeline import index
from tests.fakes import FakeEncoder
from tests.indexer.duplicates.test_null_test import hit
from tests.sounds import RATE_HZ


@pytest.fixture
def library(tmp_path: Path) -> Library:
    """Return a library of one drum in four forms, and another hit of it."""
    sounds = tmp_path / "sounds"
    sounds.mkdir()
    sf.write(sounds / "drum.wav", hit(1), RATE_HZ, subtype="PCM_24")
    sf.write(sounds / "coarse.wav", 0.8 * hit(1), RATE_HZ, subtype="PCM_16")
    sf.write(sounds / "quiet.wav", 0.4 * hit(1), RATE_HZ, subtype="PCM_24")
    values, _ = sf.read(sounds / "drum.wav", dtype="int32")
    sf.write(sounds / "late.flac", np.concatenate([np.zeros(99, np.int32), values]), RATE_HZ, subtype="PCM_24")
    sf.write(sounds / "other hit.wav", hit(2), RATE_HZ, subtype="PCM_24")
    made = Library.create(tmp_path / "library")
    index(made, [sounds], FakeEncoder())
    return made


def groups(audit: Audit) -> list[dict[str, str]]:
    """Return the class of each file by name, "keep" for the keeper."""
    return [{f.path.name: f.proof.duplicate_class if f.proof else "keep" for f in one.files} for one in audit.groups]


def test_one_sound_in_several_forms_is_a_group(library: Library) -> None:
    audit = find_duplicates(library)
    assert groups(audit) == [{"drum.wav": "keep", "coarse.wav": "sound", "late.flac": "audio", "quiet.wav": "sound"}]
    assert audit.groups[0].duplicate_class is DuplicateClass.SOUND
    assert groups(find_duplicates(library, AuditRequest(classes=[DuplicateClass.AUDIO]))) == [
        {"drum.wav": "keep", "late.flac": "audio"}
    ]


def test_what_was_compared_is_not_decoded_again(library: Library) -> None:
    first = find_duplicates(library)
    with patch.object(compare_pairs, "prepare", side_effect=AssertionError):
        assert find_duplicates(library) == first


def test_what_was_proposed_is_known_until_the_sounds_change(library: Library, tmp_path: Path) -> None:
    first = find_duplicates(library)
    with patch.object(candidates, "_near_pairs", side_effect=AssertionError):
        assert find_duplicates(library) == first
    sf.write(tmp_path / "sounds" / "new.wav", 0.3 * hit(2), RATE_HZ, subtype="PCM_24")
    index(library, [], FakeEncoder())
    assert {"new.wav": "sound", "other hit.wav": "keep"} in groups(find_duplicates(library))


def test_what_is_one_with_a_centre_is_not_compared_with_the_others_of_it(library: Library) -> None:
    with patch.object(compare_pairs, "compare", wraps=compare_pairs.compare) as compare:
        find_duplicates(library)
    assert compare.call_count == 3 + 4  # of ten pairs: the centre with its copies, and each of these with the other hit


def test_a_damaged_cache_and_one_of_another_revision_are_made_anew(library: Library) -> None:
    first = find_duplicates(library)
    cache = library.folder / FILE_NAME
    cache.write_bytes(b"no database at all" * 100)
    assert find_duplicates(library) == first
    with closing(sqlite3.connect(cache)) as connection, connection:
        assert connection.execute("SELECT count(*) > 3 FROM comparisons").fetchone() == (1,)
        connection.execute("UPDATE comparisons SET residual_db = 0")
        connection.execute("PRAGMA user_version = 99")
    assert find_duplicates(library) == first


def test_damage_that_shows_later_costs_the_comparisons_alone(library: Library) -> None:
    first = find_duplicates(library)
    cache = library.folder / FILE_NAME
    content = bytearray(cache.read_bytes())
    content[4096:] = bytes(len(content) - 4096)  # all but the page of the tables
    cache.write_bytes(content)
    assert find_duplicates(library) == first


def test_two_audits_at_once_and_a_read_only_folder_do_without_the_file(library: Library) -> None:
    first = find_duplicates(library)
    with closing(sqlite3.connect(library.folder / FILE_NAME)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        with patch(
            "indexer.duplicates.comparisons.sqlite3.connect", lambda place: sqlite3.Connection(place, timeout=0)
        ):
            assert find_duplicates(library) == first
    (library.folder / FILE_NAME).unlink()
    (library.folder / FILE_NAME).mkdir()
    assert find_duplicates(library) == first


def test_progress_is_told_and_a_stop_is_heeded(library: Library) -> None:
    told: list[tuple[int, int]] = []
    find_duplicates(library, on_progress=lambda done, total: told.append((done, total)))
    assert told[0][0] == 0
    assert told[0][1] >= 6
    (library.folder / FILE_NAME).unlink()
    for n_polls in (0, 1, 3):  # before anything is decoded, before the first file, and between two
        polls = iter(range(n_polls))
        stopped = find_duplicates(library, cancelled=lambda: next(polls, None) is None)  # noqa: B023
        assert (stopped.was_stopped, stopped.groups, stopped.n_unread) == (True, (), 0)


def test_the_next_audit_goes_on_where_one_was_stopped(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compare_pairs, "_BATCH_SECONDS", 0.1)  # a pair at a time
    done: list[int] = []
    with patch.object(compare_pairs, "compare", wraps=compare_pairs.compare) as compare:
        stopped = find_duplicates(
            library, on_progress=lambda n, _total: done.append(n), cancelled=lambda: len(done) > 3
        )
        n_before = compare.call_count
        assert stopped.was_stopped
        assert n_before == 3
        whole = find_duplicates(library)
    assert compare.call_count == 7  # none of them twice
    (library.folder / FILE_NAME).unlink()
    assert find_duplicates(library) == whole


def test_a_file_that_cannot_be_decoded_again_is_counted(library: Library) -> None:
    with patch.object(compare_pairs, "prepare", side_effect=OSError):
        audit = find_duplicates(library)
    assert (audit.groups, audit.n_unread) == ((), 5)


def test_one_channel_is_kept_of_two_of_which_one_is_silent(library: Library, tmp_path: Path) -> None:
    both = np.stack([hit(1), np.zeros_like(hit(1))], axis=1)
    for name, frames in (("all.wav", 0.9 * both), ("wide.wav", np.stack([hit(5), hit(6)], axis=1))):
        sf.write(tmp_path / "sounds" / name, frames, RATE_HZ, subtype="FLOAT")  # more bits
    index(library, [], FakeEncoder())
    for _ in range(2):  # the second time from what is known
        (group,) = find_duplicates(library).groups
        assert (group.keeper.path.name, group.reason) == ("drum.wav", "no silent channel, more bits, found first")
        (proof,) = (file.proof for file in group.others if file.path.name == "all.wav")
        assert proof is not None
        assert proof.text.endswith("stereo, one side silent")


def test_a_keeper_is_one_that_all_of_its_group_were_compared_with(tmp_path: Path) -> None:
    sounds, rng = tmp_path / "sounds", np.random.default_rng(0)
    sounds.mkdir()
    steady = (0.2 * rng.standard_normal(RATE_HZ)).astype(np.float32)
    forms = {"fine": (0.63, "PCM_24"), "longer": (0.7, "PCM_16"), "short": (0.64, "PCM_16"), "whole": (1.0, "PCM_16")}
    for name, (share, subtype) in forms.items():
        sf.write(sounds / f"{name}.wav", steady[: int(share * RATE_HZ)], RATE_HZ, subtype=subtype)
    with Library.create(tmp_path / "library") as made:
        index(made, [sounds], FakeEncoder())
        assert next(iter(groups(find_duplicates(made))[0])) == "whole.wav"
        hashes = [place.audio_hash for place in made.file_places(made.sorted_ids())]
        whole = next(place.audio_hash for place in made.file_places(made.sorted_ids()) if place.path.stem == "whole")
        with made.edits() as edits:
            apart = frozenset((min(each, whole), max(each, whole)) for each in hashes if each != whole)
            edits.store_decisions(DuplicateDecisions(apart))
        (made.folder / FILE_NAME).unlink()
        (group,) = groups(find_duplicates(made))
        assert group == {"fine.wav": "keep", "longer.wav": "sound", "short.wav": "sound"}


def test_what_is_kept_apart_is_in_no_group_of_the_other(library: Library) -> None:
    hashes = {place.path.name: place.audio_hash for place in library.file_places(library.sorted_ids())}
    pair = sorted([hashes["drum.wav"], hashes["quiet.wav"]])
    with library.edits() as edits:
        edits.store_decisions(
            DuplicateDecisions(frozenset({(pair[0], pair[1])}), {hashes["coarse.wav"]: b"coarse.wav"})
        )
    (group,) = groups(find_duplicates(library))
    assert group["coarse.wav"] == "keep"
    assert len({"drum.wav", "quiet.wav"} & set(group)) == 1


def test_a_library_without_a_model_has_no_pairs_to_compare(tmp_path: Path) -> None:
    with Library.create(tmp_path / "library") as empty:
        assert find_duplicates(empty) == Audit(())
