"""Plans are applied and undone; nothing is lost or overwritten."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from db.errors import LibraryBusyError, UsageError
from db.library import Library
from db.schema.sqlite.backup import list_backups
from indexer.organize.run import Outcome, apply_plan, undo_run
from indexer.organize.steps import Action
from tests.indexer.organize.conftest import Shelf, apply, reasons, rows, write_sound


def test_files_are_moved_and_the_library_follows_without_reading(shelf: Shelf) -> None:
    before, known = shelf.tree(), rows(shelf.library)
    sample_id = shelf.library.find_sample_id(shelf.sounds / "pad.wav")
    plan = shelf.plan("{format}/{length}/{name}")
    assert apply(shelf, plan) == Outcome(1, 5, backup=list_backups(shelf.library.folder)[0].path)
    assert shelf.names() == [
        "wav/short/Snare.WAV",
        "wav/short/break_120bpm.wav",
        "wav/short/kick 1.wav",
        "wav/short/kick 2.wav",
        "wav/short/pad.wav",
    ]
    assert shelf.library.find_sample_id(shelf.sounds / "wav" / "short" / "pad.wav") == sample_id
    summary = shelf.index()
    assert (summary.n_unchanged, summary.n_moved, summary.n_new, summary.n_removed) == (5, 0, 0, 0)
    assert undo_run(shelf.library).n_done == 5
    assert shelf.tree() == before
    assert rows(shelf.library) == known
    assert shelf.index().n_unchanged == 5
    with pytest.raises(UsageError, match="nothing to undo"):
        undo_run(shelf.library)


def test_names_that_earmark_gives_tell_nothing_of_a_sound_and_those_of_people_still_do(shelf: Shelf) -> None:
    pad = shelf.library.find_sample_id(shelf.sounds / "pad.wav")
    assert pad is not None

    def names() -> list[tuple[str, ...]]:
        return [known.names for known in shelf.library.tagging_inputs([pad])]

    apply(shelf, shelf.plan("kick/140/{name}"))
    assert names() == [("pad.wav",)]
    apply(shelf, shelf.plan("snare/{name}"))
    assert names() == [("pad.wav",)]
    (shelf.sounds / "snare" / "pad.wav").rename(shelf.sounds / "my bell.wav")
    shelf.index()
    assert names() == [("my bell.wav",)]
    apply(shelf, shelf.plan("copies/{name}", action=Action.COPY))
    assert names() == [("my bell.wav", "my bell.wav")]


def test_a_plan_is_applied_once(shelf: Shelf) -> None:
    plan = shelf.plan("{format}/{name}")
    apply(shelf, plan)
    assert apply(shelf, plan) == Outcome(None, 0, 5)
    undo_run(shelf.library)
    assert apply(shelf, plan).n_done == 5


def test_copies_and_links_are_made_and_undone(shelf: Shelf) -> None:
    before = shelf.tree()
    assert apply(shelf, shelf.plan("copies/{name}", action=Action.COPY)).n_done == 5
    assert apply(shelf, shelf.plan("links/{name}", action=Action.LINK)).n_done == 5
    assert (shelf.sounds / "links" / "pad.wav").readlink() == shelf.sounds / "pad.wav"
    copy = shelf.sounds / "copies" / "pad.wav"
    assert copy.read_bytes() == (shelf.sounds / "pad.wav").read_bytes()
    assert copy.stat().st_mtime_ns == (shelf.sounds / "pad.wav").stat().st_mtime_ns
    summary = shelf.index()
    assert (summary.n_unchanged, summary.n_duplicate) == (15, 0)
    undo_run(shelf.library)
    undo_run(shelf.library)
    assert shelf.tree() == before
    assert len(rows(shelf.library)) == 5


def test_a_copy_whose_original_is_gone_stays(shelf: Shelf) -> None:
    apply(shelf, shelf.plan("copies/{name}", action=Action.COPY))
    (shelf.sounds / "pad.wav").unlink()
    assert reasons(undo_run(shelf.library)) == {"pad.wav": "its original is gone or was changed"}
    assert shelf.names()[-1] == "copies/pad.wav"


def test_what_was_changed_since_the_plan_is_refused_and_the_rest_done(shelf: Shelf, tmp_path: Path) -> None:
    plan = shelf.plan("out/{name}")
    kick, second, pad = (shelf.sounds / name for name in ("Drums/kick 1.wav", "Drums/kick 2.wav", "pad.wav"))
    kick.write_bytes(b"other")
    status = second.stat()
    second.write_bytes(b"x" * status.st_size)
    os.utime(second, ns=(status.st_atime_ns, status.st_mtime_ns))
    pad.rename(tmp_path / "pad.wav")
    pad.symlink_to(tmp_path / "pad.wav")
    write_sound(shelf.sounds / "out" / "break_120bpm.wav", 9)
    outcome = apply(shelf, plan)
    assert outcome.n_done == 1
    assert reasons(outcome) == {
        "kick 1.wav": "it was changed since the plan was made",
        "kick 2.wav": "its content has changed since it was indexed; first: earmark index --full",
        "pad.wav": "it is a link",
        "break_120bpm.wav": "a file exists at its new place",
    }
    assert pad.is_symlink()
    assert kick.read_bytes() == b"other"


def test_projects_are_left_alone_though_a_line_of_the_plan_says_otherwise(shelf: Shelf) -> None:
    plan = shelf.plan("out/{name}")
    (shelf.sounds / "Drums" / "Song.als").touch()
    assert set(reasons(apply(shelf, plan)).values()) == {"it would change the folder of a project (Song.als)"}
    assert apply(shelf, replace(plan, id="2", takes_projects=True)).n_done == 3


def test_what_was_changed_since_stays_when_a_run_is_undone(shelf: Shelf) -> None:
    apply(shelf, shelf.plan("out/{name}"))
    (shelf.sounds / "out" / "pad.wav").write_bytes(b"edited")
    (shelf.sounds / "out" / "kick 1.wav").unlink()
    (shelf.sounds / "Drums" / "kick 2.wav").write_bytes(b"a new one")
    outcome = undo_run(shelf.library)
    assert outcome.n_done == 2
    assert reasons(outcome) == {
        "pad.wav": "it was changed since",
        "kick 1.wav": "it is no longer at its new place",
        "kick 2.wav": "another file exists at its old place",
    }
    assert shelf.names() == [
        "Drums/Deep/Snare.WAV",
        "Drums/kick 2.wav",
        "Loops/break_120bpm.wav",
        "out/kick 2.wav",
        "out/pad.wav",
    ]
    (shelf.sounds / "Drums" / "kick 2.wav").unlink()
    assert undo_run(shelf.library, 1).n_done == 1


def test_times_of_folders_that_somebody_changed_since_are_not_put_back(shelf: Shelf) -> None:
    apply(shelf, shelf.plan("out/{name}"))
    before = {folder: folder.stat().st_mtime_ns for folder in (shelf.sounds, shelf.sounds / "Drums")}
    for folder in before:
        (folder / "notes.txt").touch()
        os.utime(folder, ns=(5, 5))
    undo_run(shelf.library)
    assert all(folder.stat().st_mtime_ns > mtime_ns for folder, mtime_ns in before.items())


def test_a_folder_that_was_there_is_no_folder_of_the_library_any_more(shelf: Shelf, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "notes.txt").touch()
    apply(shelf, shelf.plan("{name}", target=tmp_path / "there"))
    undo_run(shelf.library)
    assert [root.path for root in shelf.library.roots()] == [shelf.sounds]
    assert [path.name for path in (tmp_path / "there").iterdir()] == ["notes.txt"]


def test_folders_that_are_left_empty_are_removed_and_made_again(shelf: Shelf) -> None:
    (shelf.sounds / "Drums" / "Deep").chmod(0o750)
    (shelf.sounds / "Loops" / "read me.txt").touch()
    before = shelf.tree()
    outcome = apply(shelf, shelf.plan("out/{name}", removes_empty=True))
    assert outcome.n_folders == 2
    assert sorted(path.name for path in shelf.sounds.iterdir()) == ["Loops", "out"]
    undo_run(shelf.library)
    assert shelf.tree() == before


def test_a_folder_outside_is_taken_into_the_library_and_out_again(shelf: Shelf, tmp_path: Path) -> None:
    before = shelf.tree()
    target = tmp_path / "disk" / "new" / "place"
    apply(shelf, shelf.plan("{name}", target=target))
    assert [root.path for root in shelf.library.roots()] == [shelf.sounds, target]
    assert shelf.index().n_unchanged == 5
    undo_run(shelf.library)
    assert [root.path for root in shelf.library.roots()] == [shelf.sounds]
    assert shelf.tree() == before


def test_a_folder_above_one_of_the_library_is_taken_in_and_out_again(shelf: Shelf) -> None:
    link = shelf.sounds.parent.parent / "by another name"
    link.symlink_to(shelf.sounds)
    (shelf.sounds / "broken.wav").write_bytes(b"RIFF")
    shelf.index(link)
    before, known, problems = shelf.tree(), rows(shelf.library), list(shelf.library.problems())
    above = shelf.sounds.parent
    apply(shelf, shelf.plan("sorted/{name}", target=above, removes_empty=True))
    assert [root.path for root in shelf.library.roots()] == [above]
    assert shelf.sounds.is_dir()
    undo_run(shelf.library)
    assert [root.path for root in shelf.library.roots()] == [shelf.sounds]
    root_id = shelf.library.roots()[0].id
    assert rows(shelf.library) == [(row[0], root_id, *row[2:]) for row in known]
    assert list(shelf.library.problems()) == problems
    assert shelf.tree() == before
    assert shelf.library.find_root(link) == shelf.library.roots()[0]
    assert shelf.index().n_unchanged == 6


def test_a_folder_above_that_holds_other_sounds_by_now_stays(shelf: Shelf) -> None:
    above = shelf.sounds.parent
    apply(shelf, shelf.plan("sorted/{name}", target=above))
    write_sound(above / "new.wav", 77)
    shelf.index()
    undo_run(shelf.library)
    assert [(root.path, root.n_files) for root in shelf.library.roots()] == [(above, 6)]


def test_a_file_outside_of_the_library_stays_though_a_line_of_the_plan_says_otherwise(
    shelf: Shelf, tmp_path: Path
) -> None:
    plan, outside = shelf.plan("new/{name}"), tmp_path / "outside.wav"
    outside.write_bytes(plan.steps[0].source.read_bytes())
    step = replace(plan.steps[0], source=outside, mtime_ns=outside.stat().st_mtime_ns)
    assert reasons(apply(shelf, replace(plan, steps=(step,)))) == {outside.name: "it is in no folder of this library"}
    assert outside.exists()


def test_steps_in_a_chain_are_done_in_their_order(shelf: Shelf) -> None:
    plan = shelf.plan("{name}")
    steps = {step.source.name: step for step in plan.steps}
    kick, snare = steps["kick 1.wav"], steps["Snare.WAV"]
    chain = (replace(kick, target=shelf.sounds / "a.wav"), replace(snare, target=kick.source))
    before = shelf.tree()
    assert apply(shelf, replace(plan, steps=chain)).n_done == 2
    assert undo_run(shelf.library).n_done == 2
    assert shelf.tree() == before


def test_a_plan_for_another_library_is_refused(shelf: Shelf, tmp_path: Path) -> None:
    plan = shelf.plan("out/{name}")
    with Library.create(tmp_path / "other") as other, pytest.raises(UsageError, match="another library"):
        apply_plan(other, plan)
    assert "pad.wav" in shelf.names()


def test_a_library_that_another_writes_is_left_alone(shelf: Shelf) -> None:
    plan = shelf.plan("out/{name}")
    with Library.open(shelf.library.folder) as other, other.writer(), pytest.raises(LibraryBusyError):
        apply_plan(shelf.library, plan)
    assert "pad.wav" in shelf.names()
