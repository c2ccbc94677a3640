"""Moves on other disks, and on file systems that know no case, no links or no exclusive rename."""

import os
from pathlib import Path

import pytest

from indexer.files import disk
from indexer.organize import perform
from indexer.organize.run import undo_run
from indexer.organize.steps import Action, Step
from tests.indexer.organize.conftest import Shelf, apply, reasons


def on_another_disk(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    rename = disk.rename_new

    def refuse(source: Path, target: Path) -> None:
        if (folder in source.parents) != (folder in target.parents):
            raise OSError(18, "Invalid cross-device link")
        rename(source, target)

    monkeypatch.setattr(perform, "rename_new", refuse)


def test_a_move_to_another_disk_keeps_times_and_modes(
    shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (shelf.sounds / "pad.wav").chmod(0o640)
    shelf.index()
    before = shelf.tree()
    target = tmp_path / "other"
    on_another_disk(monkeypatch, target)
    assert apply(shelf, shelf.plan("{name}", target=target)).n_done == 5
    assert (target / "pad.wav").stat().st_mode & 0o777 == 0o640
    os.utime(target / "pad.wav", ns=(10**18, 10**18))  # as a card that keeps other times
    assert undo_run(shelf.library).n_done == 5
    assert shelf.tree() == before


def test_a_copy_that_cannot_be_read_back_is_refused(
    shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = shelf.tree()
    on_another_disk(monkeypatch, tmp_path / "other")
    monkeypatch.setattr(disk, "holds", lambda *_: False)
    outcome = apply(shelf, shelf.plan("{name}", target=tmp_path / "other"))
    assert set(reasons(outcome).values()) == {"what was written cannot be read back"}
    assert shelf.tree() == before
    assert not (tmp_path / "other").exists()


@pytest.mark.parametrize("is_other_disk", [True, False])
def test_a_file_whose_old_name_cannot_be_removed_is_refused_and_lies_once(
    shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_other_disk: bool
) -> None:
    before = shelf.tree()
    if is_other_disk:
        on_another_disk(monkeypatch, tmp_path / "other")
    else:
        monkeypatch.setattr(disk, "_libc", lambda: None)
    unlink = Path.unlink

    def refuse(path: Path, missing_ok: bool = False) -> None:
        if shelf.sounds in path.parents:
            raise PermissionError(13, "Permission denied")
        unlink(path, missing_ok)

    monkeypatch.setattr(Path, "unlink", refuse)
    outcome = apply(shelf, shelf.plan("{name}", target=tmp_path / "other"))
    assert set(reasons(outcome).values()) == {"permission denied"}
    assert shelf.tree() == before
    assert not (tmp_path / "other").exists()


def test_only_the_case_of_a_name_changes_on_a_disk_that_knows_none(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Simulated for `_move` alone: the new name leads to the file itself, and the folder lists the old one only."""
    old, new = shelf.sounds / "pad.wav", shelf.sounds / "PAD.wav"
    facts = disk.read_facts(old)
    monkeypatch.setattr(perform, "read_facts", lambda path: facts if path in {old, new} else None)
    perform._move(old, new, shelf.sounds / ".part", "")
    assert "PAD.wav" in shelf.names()
    assert "pad.wav" not in shelf.names()


def facts_of(path: Path) -> disk.FileFacts:
    facts = disk.read_facts(path)
    assert facts is not None
    return facts


def test_one_file_in_two_spellings_is_never_removed_as_the_other(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = shelf.sounds / "pad.wav", shelf.sounds / "PAD.wav"
    facts = facts_of(old)
    monkeypatch.setattr(perform, "read_facts", lambda path: facts if path in {old, new} else None)
    monkeypatch.setattr(perform, "holds", lambda *_: True)
    step = Step(Action.MOVE, old, new, facts.size_bytes, facts.mtime_ns, "")
    assert not perform.is_carried_out(perform.Entry(0, step, facts), 1)
    assert "pad.wav" in shelf.names()


@pytest.mark.parametrize("offers", ["nothing", "links"])
def test_a_rename_replaces_nothing_on_any_file_system(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, offers: str
) -> None:
    monkeypatch.setattr(disk, "_libc", lambda: None)
    if offers == "nothing":

        def link(*_: object, **__: object) -> None:
            raise PermissionError(1, "Operation not permitted")

        monkeypatch.setattr(disk.os, "link", link)
    one, other = tmp_path / "one", tmp_path / "other"
    one.write_text("1")
    disk.rename_new(one, other)
    assert (one.exists(), other.read_text()) == (False, "1")
    one.write_text("2")
    with pytest.raises(FileExistsError):
        disk.rename_new(one, other)
    assert (one.read_text(), other.read_text()) == ("2", "1")
