"""Plans are applied and taken back; nothing is lost or overwritten."""

import os
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from db.errors import LibraryBusyError, UsageError
from db.library import Library
from db.schema.backup import list_backups
from db.types import Annotation
from indexer.organize import disk, perform, run, trash
from indexer.organize.journal import RunLog, State
from indexer.organize.plan import Removal, plan_removals
from indexer.organize.plan_file import read_plan, write_plan
from indexer.organize.run import Outcome, apply_plan, undo_run
from indexer.organize.steps import Action, Plan, Step
from tests.indexer.organize.conftest import Shelf, write_sound


class KilledError(BaseException):
    """Stands for SIGKILL: nothing catches it."""


def rows(library: Library) -> list[tuple[object, ...]]:
    """All that the library knows of files, but for the time of their inodes."""
    with sqlite3.connect(library.folder / "earmark.db") as connection:
        return connection.execute(
            "SELECT id, root_id, relpath, size_bytes, mtime_ns, folder, name, ext, file_hash, sample_id, first_seen_at "
            "FROM files ORDER BY id"
        ).fetchall()


def apply(shelf: Shelf, plan: Plan) -> Outcome:
    outcome = apply_plan(shelf.library, plan)
    assert not list(shelf.sounds.parent.rglob(".earmark*"))
    return outcome


def reasons(outcome: Outcome) -> dict[str, str]:
    return {path.name: reason for path, reason in outcome.refused}


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
    with pytest.raises(UsageError, match="Nothing is left"):
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


def test_copies_and_links_are_made_and_taken_back(shelf: Shelf) -> None:
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
    assert reasons(undo_run(shelf.library)) == {"pad.wav": "what it is a copy of is gone or was changed"}
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
        "kick 2.wav": "its content is not what it was when it was indexed; first: earmark index --full",
        "pad.wav": "it is a link",
        "break_120bpm.wav": "something lies at its new place",
    }
    assert pad.is_symlink()
    assert kick.read_bytes() == b"other"


def test_projects_are_left_alone_though_a_line_of_the_plan_says_otherwise(shelf: Shelf) -> None:
    plan = shelf.plan("out/{name}")
    (shelf.sounds / "Drums" / "Song.als").touch()
    assert set(reasons(apply(shelf, plan)).values()) == {"it would change the folder of a project (Song.als)"}
    assert apply(shelf, replace(plan, id="2", takes_projects=True)).n_done == 3


def test_what_was_changed_since_stays_when_a_run_is_taken_back(shelf: Shelf) -> None:
    apply(shelf, shelf.plan("out/{name}"))
    (shelf.sounds / "out" / "pad.wav").write_bytes(b"edited")
    (shelf.sounds / "out" / "kick 1.wav").unlink()
    (shelf.sounds / "Drums" / "kick 2.wav").write_bytes(b"a new one")
    outcome = undo_run(shelf.library)
    assert outcome.n_done == 2
    assert reasons(outcome) == {
        "pad.wav": "it was changed since",
        "kick 1.wav": "it is not where it was put",
        "kick 2.wav": "something else lies at its old place",
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


def test_a_kept_file_takes_what_was_said_of_a_removed_recording(shelf: Shelf, bin_folder: Path) -> None:
    removed, kept = (shelf.library.find_sample_id(shelf.sounds / name) for name in ("Drums/kick 1.wav", "pad.wav"))
    assert removed is not None
    assert kept is not None
    with shelf.library.edits() as edits:
        edits.set_annotations({removed: Annotation(5)})
    plan = plan_removals(shelf.library, [Removal(shelf.sounds / "Drums" / "kick 1.wav", shelf.sounds / "pad.wav")])
    apply(shelf, plan)
    assert shelf.library.annotations([kept])[kept].stars == 5


def test_a_folder_outside_is_taken_into_the_library_and_out_again(shelf: Shelf, tmp_path: Path) -> None:
    before = shelf.tree()
    target = tmp_path / "disk" / "new" / "place"
    apply(shelf, shelf.plan("{name}", target=target))
    assert [root.path for root in shelf.library.roots()] == [shelf.sounds, target]
    assert shelf.index().n_unchanged == 5
    undo_run(shelf.library)
    assert [root.path for root in shelf.library.roots()] == [shelf.sounds]
    assert shelf.tree() == before


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
    assert reasons(apply(shelf, plan)) == {"copy.wav": "the file that is kept instead is not there"}
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


def test_a_file_outside_of_the_library_stays_though_a_line_of_the_plan_says_otherwise(
    shelf: Shelf, tmp_path: Path
) -> None:
    plan, outside = shelf.plan("new/{name}"), tmp_path / "outside.wav"
    outside.write_bytes(plan.steps[0].source.read_bytes())
    step = replace(plan.steps[0], source=outside, mtime_ns=outside.stat().st_mtime_ns)
    assert reasons(apply(shelf, replace(plan, steps=(step,)))) == {outside.name: "it lies in no folder of this library"}
    assert outside.exists()


def test_what_is_not_in_the_trash_any_more_is_said(shelf: Shelf, bin_folder: Path) -> None:
    apply(shelf, removal(shelf))
    (bin_folder / "copy.wav").unlink()
    assert reasons(undo_run(shelf.library)) == {"copy.wav": "it was not found in the trash"}


def test_steps_in_a_chain_are_done_in_their_order(shelf: Shelf) -> None:
    plan = shelf.plan("{name}")
    steps = {step.source.name: step for step in plan.steps}
    kick, snare = steps["kick 1.wav"], steps["Snare.WAV"]
    chain = (replace(kick, target=shelf.sounds / "a.wav"), replace(snare, target=kick.source))
    before = shelf.tree()
    assert apply(shelf, replace(plan, steps=chain)).n_done == 2
    assert undo_run(shelf.library).n_done == 2
    assert shelf.tree() == before


def kill_at(monkeypatch: pytest.MonkeyPatch, place: int) -> None:
    """Die at the n-th of the moments at which something is on its way to the disk."""
    n_passed = 0

    def dying(function: object, *, is_before: bool) -> object:
        def call(*args: object, **more: object) -> object:
            nonlocal n_passed
            n_passed += 1
            if is_before and n_passed == place:
                raise KilledError
            found = function(*args, **more)  # type: ignore[operator]
            n_passed += 1
            if n_passed == place:
                raise KilledError
            return found

        return call

    monkeypatch.setattr(perform, "rename_new", dying(disk.rename_new, is_before=True))
    monkeypatch.setattr(perform, "set_times_and_mode", dying(disk.set_times_and_mode, is_before=True))
    monkeypatch.setattr(run.Journal, "add", dying(run.Journal.add, is_before=True))
    monkeypatch.setattr(run, "changes_of", dying(run.changes_of, is_before=True))
    monkeypatch.setattr(run, "changes_back", dying(run.changes_back, is_before=True))


def apply_and_undo(library: Library, plan: Plan) -> None:
    apply_plan(library, plan)
    undo_run(library)


@pytest.mark.parametrize("place", range(1, 30))
def test_a_killed_run_is_completed_or_taken_back(shelf: Shelf, monkeypatch: pytest.MonkeyPatch, place: int) -> None:
    before, known = shelf.tree(), rows(shelf.library)
    plan = shelf.plan("out/{name}", removes_empty=True)
    with monkeypatch.context() as patch:
        kill_at(patch, place)
        with pytest.raises(KilledError):
            apply_and_undo(shelf.library, plan)
    if place % 2:
        apply_plan(shelf.library, plan)
        assert len(shelf.names()) == 5
        assert shelf.index().n_unchanged == 5
    if any(log.can_be_undone for log in RunLog(shelf.library.folder).runs()):
        undo_run(shelf.library)
    assert shelf.tree() == before
    assert rows(shelf.library) == known


def test_a_drive_that_is_away_leaves_a_killed_run_as_it_is(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    before = shelf.tree()
    plan = shelf.plan("out/{name}")
    with monkeypatch.context() as patch:
        patch.setattr(run, "changes_of", lambda _: (_ for _ in ()).throw(KilledError))
        with pytest.raises(KilledError):
            apply_plan(shelf.library, plan)
    away = shelf.sounds.parent.rename(shelf.sounds.parent.with_name("away"))
    assert set(reasons(undo_run(shelf.library)).values()) == {"it is not where it was put"}
    assert len(RunLog(shelf.library.folder).find(1).in_state(State.BEGUN)) == 5
    away.rename(shelf.sounds.parent)
    assert undo_run(shelf.library, 1).n_done == 5
    assert shelf.tree() == before


def test_a_stopped_run_goes_on(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "_BATCH", 2)
    plan = shelf.plan("out/{name}")
    answers = iter([False, True])
    told: list[tuple[int, int, str]] = []
    outcome = apply_plan(
        shelf.library, plan, on_progress=lambda *args: told.append(args), cancelled=lambda: next(answers)
    )
    assert (outcome.n_done, outcome.n_left, told) == (2, 3, [(2, 5, "kick 1.wav")])
    outcome = apply_plan(shelf.library, plan)
    assert (outcome.run_id, outcome.n_done, outcome.n_before) == (1, 3, 2)
    assert undo_run(shelf.library).n_done == 5


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


def test_a_journal_of_nonsense_hinders_no_run(shelf: Shelf) -> None:
    folder = shelf.library.folder / "organize"
    folder.mkdir()
    head = '{"plan": "1", "what": "", "made_at": "2026-01-01"}\n'
    texts = ("", "[]", '{"run": 1', "[" * 100_000, head + '{"folders": []}', head + '{"begin": [{"n": 1, "was": []}]}')
    for number, text in enumerate(texts, start=1):
        (folder / f"{number}.jsonl").write_text(text)
    assert apply(shelf, shelf.plan("new/{name}")).run_id == len(texts) + 1
    assert undo_run(shelf.library).n_done == 5


def test_a_torn_journal_is_read_up_to_its_tear(shelf: Shelf) -> None:
    apply(shelf, shelf.plan("out/{name}"))
    path = shelf.library.folder / "organize" / "1.jsonl"
    path.write_bytes(path.read_bytes() + b'{"state": "undo beg')
    (path.parent / "2.jsonl").write_bytes(b"")
    (path.parent / "3.jsonl").write_bytes(b'{"plan": 1}\n')
    assert [log.id for log in RunLog(shelf.library.folder).runs()] == [1]
    assert undo_run(shelf.library).n_done == 5


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


def test_a_watch_scan_between_the_moves_and_the_library_loses_nothing(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed after the moves, indexed, then gone on."""
    plan = shelf.plan("out/{name}")
    ids = sorted(shelf.library.sorted_ids().tolist())
    with monkeypatch.context() as patch:
        patch.setattr(run, "changes_of", lambda _: (_ for _ in ()).throw(KilledError))
        with pytest.raises(KilledError):
            apply_plan(shelf.library, plan)
    assert shelf.index().n_moved == 5
    assert apply_plan(shelf.library, plan).n_before == 5
    assert sorted(shelf.library.sorted_ids().tolist()) == ids
    assert shelf.index().n_unchanged == 5
