"""Folders inside and around each other, offline, forgotten."""

from pathlib import Path

import pytest

from db.library import Library
from db.types import Root
from db.write.records import Outcome
from tests.db.factories import ENCODER, add_root, failed, get_id, observed, record


def test_a_folder_inside_a_root_is_that_root(library: Library, root: Root) -> None:
    assert add_root(library, root.path / "packs" / "one").id == root.id
    assert add_root(library, root.path).id == root.id
    assert len(library.roots()) == 1


def test_a_folder_beside_a_root_with_the_same_beginning_is_another_root(library: Library, root: Root) -> None:
    other = add_root(library, root.path.with_name(root.path.name + " 2"))
    assert [found.id for found in library.roots()] == [root.id, other.id]


def test_a_root_around_others_absorbs_them_and_their_sounds_stay_known(library: Library, tmp_path: Path) -> None:
    inner = add_root(library, tmp_path / "music" / "packs")
    record(library, inner, observed("kick.wav"), bad=[failed("bad.wav")])
    sample_id = get_id(library, inner, "kick.wav")
    outer = add_root(library, tmp_path / "music")
    assert [found.id for found in library.roots()] == [outer.id]
    assert set(library.known_files(outer.id, ENCODER)) == {b"packs/kick.wav", b"packs/bad.wav"}
    assert get_id(library, outer, "packs/kick.wav") == sample_id
    assert library.name_matches(["packs"]) != {}
    assert library.check() == []


def test_a_root_that_is_not_there_is_offline_and_keeps_its_files(library: Library, root: Root) -> None:
    record(library, root, observed("a.wav"))
    root.path.rmdir()
    (offline,) = library.roots()
    assert (offline.is_online, offline.n_files) == (False, 1)
    assert not library.samples([1])[0].is_online


def test_a_forgotten_root_takes_its_files_but_not_what_was_learned(
    library: Library, root: Root, tmp_path: Path
) -> None:
    record(library, root, observed("a.wav", "one"), bad=[failed("b.wav")])
    with library.writer() as writer:
        writer.forget_root(root.id)
    assert (library.roots(), library.problems(), library.stats().n_files) == ([], [], 0)
    assert library.vectors(ENCODER).n == 0
    again = add_root(library, tmp_path / "elsewhere")
    assert record(library, again, observed("a.wav", "one", features=None, vector=None)) == [Outcome.MOVED]
    assert library.vectors(ENCODER).n == 1
    assert library.check() == []


def test_a_sound_is_found_through_a_link_to_its_folder(library: Library, root: Root, tmp_path: Path) -> None:
    record(library, root, observed("a.wav"))
    (tmp_path / "link").symlink_to(root.path)
    assert library.find_sample_id(tmp_path / "link" / "a.wav") == 1
    assert library.find_sample_id(tmp_path / "link" / "b.wav") is None


def test_a_relative_path_is_found_from_where_the_user_stands(
    library: Library, root: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(library, root, observed("a.wav"))
    monkeypatch.chdir(root.path)
    assert library.find_sample_id(Path("a.wav")) == 1
