"""Apply a plan, and take it back: what was under way first, then batch by batch, then the folders."""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from db.errors import UsageError
from db.library import Library
from db.paths import display_text
from db.schema.backup import back_up
from db.write.writer import Writer
from indexer.organize.folders import remove_emptied, restore_folders, times_of, unchanged_folders
from indexer.organize.journal import LEFT_TO_UNDO, Journal, Run, RunLog, State, as_json
from indexer.organize.perform import reason_of
from indexer.organize.steps import Plan
from indexer.organize.work import Work, settle

_BATCH = 128  # steps that are announced, done and followed together

Progress = Callable[[int, int, str], None]
T = TypeVar("T")
Places = tuple[Path | None, Path | None, Path | None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run, or the way back of one, did.

    Attributes:
        run_id: Of its journal; None where nothing was to be done.
        n_done: Steps done; those that an earlier, interrupted run of the same plan did are not counted.
        n_before: Those.
        refused: Files that stay where they are, each with the reason.
        n_left: Steps that were not come to, as it was cancelled.
        backup: Copy of the library that was made before.
        n_folders: Folders that were left empty and removed.
        n_unknown: Files that are back and that the library takes in with the next index run.
    """

    run_id: int | None
    n_done: int
    n_before: int = 0
    refused: tuple[tuple[Path, str], ...] = ()
    n_left: int = 0
    backup: Path | None = None
    n_folders: int = 0
    n_unknown: int = 0

    @property
    def was_cancelled(self) -> bool:
        return self.n_left > 0


def apply_plan(
    library: Library,
    plan: Plan,
    *,
    on_progress: Progress = lambda _done, _total, _name: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Outcome:
    """Do the steps of a plan; those that cannot be done are refused one by one, and nothing is ever overwritten.

    What a killed run left under way is completed first. A plan that was begun before goes on where it stopped.

    Args:
        library: Open library; a backup of it is made first.
        plan: What to do.
        on_progress: Told how many of how many steps were tried, and the name of the last file.
        cancelled: Polled between batches; the same plan goes on where it stopped.

    Raises:
        UsageError: The plan is for another library.
        LibraryBusyError: Another process is writing the library.
        LibraryError: The journal or the backup cannot be written; the next call completes what was under way.
    """
    if plan.library_id not in {"", library.id}:
        raise UsageError("This plan was made for another library. Name that one with --library, or make a new plan.")
    log = RunLog(library.folder)
    with library.writer() as writer:
        runs = log.runs_to_go_on_with(plan.id)
        settle(log, runs, writer)
        done = {
            (entry.step.source, entry.step.target)
            for run in runs
            if run.plan_id == plan.id
            for entry in run.in_state(State.DONE)
        }
        steps = [step for step in plan.steps if (step.source, step.target) not in done]
        n_before = len(plan.steps) - len(steps)
        begun = next((run for run in reversed(runs) if run.plan_id == plan.id and _can_go_on(run)), None)
        if not steps and begun is None:
            return Outcome(None, 0, n_before)
        backup = back_up(library.folder)
        journal = log.begin(plan) if begun is None else log.journal(begun)
        if plan.new_root is not None:
            _add_root(plan.new_root, library, writer, journal)
        roots = [root.path for root in library.roots()]
        work = Work(journal, writer, roots, takes_projects=plan.takes_projects)
        n_tried = 0
        for batch in _batches(steps, lambda one: (one.source, one.target, one.keeper)):
            if cancelled():
                break
            work.apply(batch)
            n_tried += len(batch)
            on_progress(n_tried, len(steps), display_text(batch[-1].source.name))
        n_left = len(steps) - n_tried
        n_folders = 0
        if not n_left:
            if plan.removes_empty:
                n_folders = remove_emptied(journal, [root.path for root in library.roots()])
            journal.add(is_finished=True)
            if not journal.run.in_state(*LEFT_TO_UNDO):
                _put_folders_back(journal, library, writer)  # all was refused: no folder is left behind
        return Outcome(journal.run.id, work.n_done, n_before, tuple(work.refused), n_left, backup, n_folders)


def undo_run(
    library: Library,
    run_id: int | None = None,
    *,
    on_progress: Progress = lambda _done, _total, _name: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Outcome:
    """Take back a run, the last step first: names, places, times and modes are as they were before.

    Files that were changed since, or whose old place is taken, stay where they are.

    Args:
        library: Open library.
        run_id: Which run; the last one of which something is left without it.
        on_progress: Told how many of how many steps were tried, and the name of the last file.
        cancelled: Polled between batches.

    Raises:
        UsageError: There is no such run, or nothing of it is left to take back.
        LibraryBusyError: Another process is writing the library.
    """
    log = RunLog(library.folder)
    with library.writer() as writer:
        settle(log, log.runs_to_go_on_with(), writer)
        run = log.find(run_id)
        entries = run.in_state(*LEFT_TO_UNDO)[::-1]
        if not run.can_be_undone:
            raise UsageError(f"Nothing of run {run.id} is left to take back.")
        journal = log.journal(run)
        _note_folders(journal)
        work = Work(journal, writer, ())
        n_tried = 0
        for batch in _batches(entries, lambda one: (one.step.target, one.step.source, None)):
            if cancelled():
                break
            work.undo(batch)
            n_tried += len(batch)
            on_progress(n_tried, len(entries), display_text(batch[-1].step.source.name))
        n_left = len(entries) - n_tried
        if not n_left:
            _put_folders_back(journal, library, writer)
        return Outcome(run.id, work.n_done, 0, tuple(work.refused), n_left, n_unknown=work.n_unknown)


def _can_go_on(run: Run) -> bool:
    return not run.is_finished and not run.in_state(State.UNDONE)


def _batches(items: Sequence[T], places: Callable[[T], Places]) -> Iterator[list[T]]:
    """Yield batches in which no item needs what another one leaves.

    Args:
        items: In their order.
        places: Returns the place that an item leaves, the one that must be free for it, and one that must be there.
    """
    batch: list[T] = []
    left = set[Path | None]()
    for item in items:
        leaves, *needs = places(item)
        if len(batch) == _BATCH or not left.isdisjoint(set(needs) - {None}):
            yield batch
            batch, left = [], set()
        batch.append(item)
        left.add(leaves)
    if batch:
        yield batch


def _add_root(folder: Path, library: Library, writer: Writer, journal: Journal) -> None:
    """Make a folder one of the library's, after noting which of its folders lie inside and become part of it."""
    parents = [folder, *folder.parents]
    existing = next(one for one in parents if os.path.lexists(one))
    if journal.run.new_root is None:
        journal.add(
            new_folders=[str(one) for one in parents[: parents.index(existing)]],
            folders=as_json(times_of([existing])),
            new_root=str(folder),
            inner_roots=[str(root.path) for root in library.roots() if folder in root.path.parents],
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{display_text(folder)} cannot be made: {reason_of(error)}.") from error
    writer.add_root(folder)
    journal.add(folders_after=as_json(times_of([existing])))


def _note_folders(journal: Journal) -> None:
    """Note which times of folders a way back restores, before it changes them itself."""
    if journal.run.undo_folders is None:
        journal.add(undo_folders=as_json(unchanged_folders(journal.run)))


def _put_folders_back(journal: Journal, library: Library, writer: Writer) -> None:
    """Remove the folders that the run made, restore the times of others, and the library's folders as they were."""
    _note_folders(journal)
    run = journal.run
    restore_folders(run)
    root = next((root for root in library.roots() if root.path == run.new_root), None)
    if root is not None:
        writer.split_root(root, run.inner_roots)
    journal.add(undo_folders=None, is_taken_back=True, is_finished=True)
