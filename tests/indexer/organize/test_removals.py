"""Duplicates go to the trash for the sake of a file that is kept, and come back from it."""

from dataclasses import replace
from pathlib import Path

import pytest

from db.types import Annotation
from indexer.organize import trash
from indexer.organize.plan import Removal, plan_removals
from indexer.organize.plan_file import read_plan, write_plan
from indexer.organize.run import undo_run
from indexer.organize.steps import Plan
from tests.indexer.organize.conftest import Shelf, apply, reasons, rows, write_sound


@pytest.fixture
def bin_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder that stands for the system's trash."""
    folder = tmp_path / "Trash" / "files"
    (folder.parent / "info").mkdir(parents=True)
    folder.mkdir()

    def send(path: Path) -> None:
        (folder.parent / "info" / f"{path.name}.trashinfo").touch()
        path.rename(folder / path.name)

    monkeypatch.setattr(trash, "send", send)
    monkeypatch.setattr(trash, "_folders", lambda _: [folder])
    return folder


def removal(shelf: Shelf) -> Plan:
    write_sound(shelf.sounds / "Drums" / "copy.wav", 4)
    shelf.index()
    return plan_removals(shelf.library, [Removal(shelf.sounds / "Drums" / "copy.wav", shelf.sounds / "pad.wav")])


def test_a_kept_file_takes_what_was_said_of_a_removed_recording(shelf: Shelf, bin_folder: Path) -> None:
    removed, kept = (shelf.library.find_sample_id(shelf.sounds / name) for name in ("Drums/kick 1.wav", "pad.wav"))
    assert removed is not None
    assert kept is not None
    with shelf.library.edits() as edits:
        edits.set_annotations({removed: Annotation(5)})
    plan = plan_removals(shelf.library, [Removal(shelf.sounds / "Drums" / "kick 1.wav", shelf.sounds / "pad.wav")])
    apply(shelf, plan)
    assert shelf.library.annotations([kept])[kept].stars == 5


def test_what_is_removed_comes_back_from_the_trash(shelf: Shelf, bin_folder: Path) -> None:
    plan = removal(shelf)
    before = shelf.tree()
    apply(shelf, plan)
    assert len(rows(shelf.library)) == 5
    assert [path.name for path in bin_folder.iterdir()] == ["copy.wav"]
    undo_run(shelf.library)
    assert shelf.tree() == before
    assert not list((bin_folder.parent / "info").iterdir())
    assert shelf.index().n_duplicate == 1


def test_nothing_is_removed_for_a_file_that_is_not_there(shelf: Shelf, bin_folder: Path) -> None:
    plan = removal(shelf)
    (shelf.sounds / "pad.wav").unlink()
    assert reasons(apply(shelf, plan)) == {"copy.wav": "the file that is kept instead is missing"}
    (step,) = plan.steps
    itself = replace(plan, id="2", steps=(replace(step, keeper=step.source),))
    assert reasons(apply(shelf, itself)) == {"copy.wav": "it is the file that is kept"}
    assert not list(bin_folder.iterdir())


def test_nothing_is_removed_for_a_file_that_holds_something_else_now(
    shelf: Shelf, bin_folder: Path, tmp_path: Path
) -> None:
    write_plan(removal(shelf), tmp_path / "plan")
    write_sound(shelf.sounds / "pad.wav", 9)
    outcome = apply(shelf, read_plan(tmp_path / "plan"))
    assert reasons(outcome) == {"copy.wav": "the file that is kept instead was changed since the plan was made"}
    assert not list(bin_folder.iterdir())


def test_what_is_not_in_the_trash_any_more_is_said(shelf: Shelf, bin_folder: Path) -> None:
    apply(shelf, removal(shelf))
    (bin_folder / "copy.wav").unlink()
    assert reasons(undo_run(shelf.library)) == {"copy.wav": "it was not found in the trash"}
