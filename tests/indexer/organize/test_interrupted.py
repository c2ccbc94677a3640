"""Runs that were killed, stopped or ill recorded are completed or undone."""

import pytest

from db.errors import UsageError
from db.library import Library
from indexer.files import disk
from indexer.organize import perform, run, work
from indexer.organize.journal import Journal, RunLog, State
from indexer.organize.run import apply_plan, undo_run
from indexer.organize.steps import Plan
from tests.indexer.organize.conftest import Shelf, apply, reasons, rows


class KilledError(BaseException):
    """Stands for SIGKILL: nothing catches it."""


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
    monkeypatch.setattr(Journal, "add", dying(Journal.add, is_before=True))
    monkeypatch.setattr(work, "changes_of", dying(work.changes_of, is_before=True))
    monkeypatch.setattr(work, "changes_of_undo", dying(work.changes_of_undo, is_before=True))


def apply_and_undo(library: Library, plan: Plan) -> None:
    apply_plan(library, plan)
    undo_run(library)


@pytest.mark.parametrize("place", range(1, 30))
def test_a_killed_run_is_completed_or_undone(shelf: Shelf, monkeypatch: pytest.MonkeyPatch, place: int) -> None:
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
        patch.setattr(work, "changes_of", lambda _: (_ for _ in ()).throw(KilledError))
        with pytest.raises(KilledError):
            apply_plan(shelf.library, plan)
    away = shelf.sounds.parent.rename(shelf.sounds.parent.with_name("away"))
    assert set(reasons(undo_run(shelf.library)).values()) == {"it is no longer at its new place"}
    assert len(RunLog(shelf.library.folder).find(1).in_state(State.BEGUN)) == 5
    away.rename(shelf.sounds.parent)
    assert undo_run(shelf.library, 1).n_done == 5
    assert shelf.tree() == before


def test_a_watch_scan_between_the_moves_and_the_library_loses_nothing(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed after the moves, indexed, then gone on."""
    plan = shelf.plan("out/{name}")
    ids = sorted(shelf.library.sorted_ids().tolist())
    with monkeypatch.context() as patch:
        patch.setattr(work, "changes_of", lambda _: (_ for _ in ()).throw(KilledError))
        with pytest.raises(KilledError):
            apply_plan(shelf.library, plan)
    assert shelf.index().n_moved == 5
    assert apply_plan(shelf.library, plan).n_before == 5
    assert sorted(shelf.library.sorted_ids().tolist()) == ids
    assert shelf.index().n_unchanged == 5


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


def test_a_journal_that_cannot_be_read_is_named_and_stops_no_plan(shelf: Shelf) -> None:
    apply(shelf, shelf.plan("first/{name}"))
    unreadable = shelf.library.folder / "organize" / "2.jsonl"
    unreadable.mkdir()  # which nobody reads as a file, not even root
    named = ((unreadable, "is a directory"),)
    outcome = apply(shelf, shelf.plan("second/{name}"))
    assert (outcome.run_id, outcome.n_done, outcome.unreadable) == (3, 5, named)
    undone = undo_run(shelf.library)
    assert (undone.run_id, undone.n_done, undone.unreadable) == (3, 5, named)
    with pytest.raises(UsageError, match=r"2\.jsonl cannot be read: is a directory\. Make it readable"):
        undo_run(shelf.library)  # and not the run before it
    assert undo_run(shelf.library, 1).n_done == 5
