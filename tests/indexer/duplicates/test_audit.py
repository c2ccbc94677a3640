"""Groups of files that hold the same sound, and the one that is kept."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from db.library import Library
from db.read.duplicates import DuplicateDecisions
from db.types import FileStat
from indexer.duplicates.audit import AuditRequest, find_duplicates
from indexer.duplicates.groups import DuplicateClass, DuplicateGroup
from tests.db.factories import add_root, content_hash, observed, record

Make = Callable[..., Library]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    def make(**sounds: str) -> Library:
        """Record files by name, in which "_" is a folder, each with the names of its sound and of its bytes."""
        library = Library.create(tmp_path / "library")
        files = []
        for number, (name, content) in enumerate(sounds.items()):
            path = tmp_path / "sounds" / f"{name.replace('_', '/')}.wav"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(bytes(100 - number))
            sound, _, _ = content.partition(" ")
            relpath = path.relative_to(tmp_path / "sounds").as_posix()
            stat = FileStat(path.stat().st_size, path.stat().st_mtime_ns)
            files.append(observed(relpath, sound, stat=stat, file_hash=content_hash(content)))
        record(library, add_root(library, tmp_path / "sounds"), *files)
        return library

    return make


def names(group: DuplicateGroup) -> list[str]:
    return [file.path.stem for file in group.files]


def test_the_same_bytes_and_the_same_audio_are_told_apart(make: Make) -> None:
    library = make(kick="a 1", again="a 1", flac="a 2", hat="b", clap="c 1", clap2="c 2")
    first, second = find_duplicates(library).groups
    assert names(first) == ["kick", "again", "flac"]
    assert [file.proof and file.proof.duplicate_class for file in first.files] == [
        None,
        DuplicateClass.BYTES,
        DuplicateClass.AUDIO,
    ]
    assert (first.duplicate_class, second.duplicate_class) == (DuplicateClass.AUDIO, DuplicateClass.AUDIO)
    assert "BLAKE2b" in first.others[0].proof.text  # type: ignore[union-attr]
    (same_bytes,) = find_duplicates(library, AuditRequest(classes=[DuplicateClass.BYTES])).groups
    assert names(same_bytes) == ["kick", "again"]


def test_a_keeper_is_suggested_and_its_reason_told(make: Make, tmp_path: Path) -> None:
    library = make(New_audio0004="a 1", Packs_dusty="a 1", Mine_dusty="a 1")
    (group,) = find_duplicates(library).groups
    assert (group.keeper.path.parent.name, group.reason) == ("Packs", "has a name, found first")
    (group,) = find_duplicates(library, AuditRequest(preferred=[tmp_path / "sounds" / "Mine"])).groups
    assert (group.keeper.path.parent.name, group.reason) == ("Mine", "in a folder that you prefer")


def test_two_names_of_one_file_and_what_has_changed_are_no_duplicates(make: Make, tmp_path: Path) -> None:
    library = make(kick="a 1", link="a 1", gone="a 1", changed="a 1")
    kick, link, gone, changed = (tmp_path / "sounds" / f"{name}.wav" for name in ("kick", "link", "gone", "changed"))
    link.unlink()
    link.hardlink_to(kick)
    gone.unlink()
    changed.write_bytes(b"other")
    audit = find_duplicates(library)
    assert (audit.groups, audit.n_changed) == ((), 3)  # the link has not the size that was indexed


def test_links_of_one_size_are_one_file(make: Make, tmp_path: Path) -> None:
    library = make(kick="a 1", link="a 1")
    kick, link = (tmp_path / "sounds" / f"{name}.wav" for name in ("kick", "link"))
    os.truncate(kick, link.stat().st_size)
    os.utime(kick, ns=(0, 0))
    link.unlink()
    link.symlink_to(kick)
    for relpath in ("kick.wav", "link.wav"):
        stat = FileStat(kick.stat().st_size, 0)
        record(library, library.roots()[0], observed(relpath, "a", stat=stat, file_hash=content_hash("a 1")))
    assert find_duplicates(library) == find_duplicates(library, AuditRequest(ids=library.sorted_ids()))
    assert find_duplicates(library).groups == ()


def test_only_groups_of_the_sounds_asked_for(make: Make) -> None:
    library = make(kick="a 1", again="a 1", hat="b 1", hat2="b 1")
    hat = library.sorted_ids()[1:]
    (group,) = find_duplicates(library, AuditRequest(ids=hat)).groups
    assert names(group) == ["hat", "hat2"]


def test_what_the_user_decided_is_heeded(make: Make) -> None:
    library = make(kick="a 1", again="a 1", hat="b 1", hat2="b 1")
    a, b = content_hash("a"), content_hash("b")
    with library.edits() as edits:
        edits.store_decisions(DuplicateDecisions(frozenset({(a, a)}), {b: b"hat2.wav"}))
    (group,) = find_duplicates(library).groups
    assert (names(group), group.reason) == (["hat2", "hat"], "you chose it")
    with library.edits() as edits:
        assert edits.forget_decisions([a, b]) == 2
    assert [names(group) for group in find_duplicates(library).groups] == [["kick", "again"], ["hat", "hat2"]]


def test_the_larger_groups_come_first(make: Make) -> None:
    library = make(kick="a 1", hat="b 1", again="a 1", hat2="b 1", hat3="b 1")
    assert [names(group) for group in find_duplicates(library).groups] == [["hat", "hat2", "hat3"], ["kick", "again"]]
