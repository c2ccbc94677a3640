"""Apply a plan and undo it: first what was interrupted, then the steps in batches, then the folders."""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import TypeVar

from db.errors import UsageError
from db.library import Library
from db.paths import display_text
from db.write.writer import Writer
from indexer.organize.folders import remove_emptied, restore_folders, times_of, unchanged_folders
from indexer.organize.journal import LEFT_TO_UNDO, Journal, RunLog, State, as_json
from indexer.organize.perform import reason_of
from indexer.organize.steps import Plan
from indexer.organize.work import StepRunner, settle

_BATCH = 128  # steps that are journaled, done and followed in the library together

Progress = Callable[[int, int, str], None]
T = TypeVar("T")
Places = tuple[Path | None, Path | None, Path | None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Result of a run or of its undo.

    Attributes:
        run_id: Number of its journal; None where there was nothing to do.
        n_done: Number of steps done now.
        n_before: Number of steps that an earlier, interrupted run of the same plan did.
        refused: Files that were left alone, each with the reason.
        n_left: Number of steps that were not tried because the run was cancelled.
        backup: Backup of the library from before the run.
        n_folders: Number of empty folders removed.
        n_unknown: Number of restored files that the next index run will add to the library.
        unreadable: Journals that cannot be read, each with the reason; what their runs left undone stays so.
    """

    run_id: int | None
    n_done: int
    n_before: int = 0
    refused: tuple[tuple[Path, str], ...] = ()
    n_left: int = 0
    backup: Path | None = None
    n_folders: int = 0
    n_unknown: int = 0
    unreadable: tuple[tuple[Path, str], ...] = ()

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
    """Do the steps of a plan. A step that cannot be done is refused, and no file is ever overwritten.

    Interrupted steps of killed runs are completed first. A plan that was interrupted continues where it stopped.

    Args:
        library: Open library; a backup of it is made first, where it lies in a folder.
        plan: Steps to do.
        on_progress: Called with the number of steps tried, their total and the name of the last file.
        cancelled: Polled between batches; the same plan can be continued later.

    Raises:
        UsageError: The plan is for another library.
        LibraryBusyError: Another process is writing the library.
        LibraryReadOnlyError: This user may not change the library; no file is touched.
        LibraryError: The journal or the backup cannot be written; the next call completes interrupted steps.
    """
    if plan.library_id not in {"", library.id}:
        raise UsageError("This plan was made for another library. Name that one with --library, or make a new plan.")
    log = RunLog(library.folder)
    with library.writer() as writer:
        writer.check_file_changes()
        runs = log.runs_to_go_on_with(plan.id)
        settle(log, runs, writer)
        of_plan = [run for run in runs if run.plan_id == plan.id]
        done = {(entry.step.source, entry.step.target) for run in of_plan for entry in run.in_state(State.DONE)}
        steps = [step for step in plan.steps if (step.source, step.target) not in done]
        n_before = len(plan.steps) - len(steps)
        begun = next((run for run in reversed(of_plan) if not run.is_finished and not run.in_state(State.UNDONE)), None)
        if not steps and begun is None:
            return Outcome(None, 0, n_before, unreadable=tuple(log.unreadable.items()))
        backup = library.back_up()
        journal = log.begin(plan) if begun is None else log.journal(begun)
        if plan.new_root is not None:
            _add_root(plan.new_root, library, writer, journal)
        roots = [root.path for root in library.roots()]
        work = StepRunner(journal, writer, roots, takes_projects=plan.takes_projects)
        batches = _batches(steps, lambda one: (one.source, one.target, one.keeper))
        n_left = len(steps)
        for batch in takewhile(lambda _: not cancelled(), batches):
            work.apply(batch)
            n_left -= len(batch)
            on_progress(len(steps) - n_left, len(steps), display_text(batch[-1].source.name))
        n_folders = 0
        if not n_left:
            if plan.removes_empty:
                n_folders = remove_emptied(journal, [root.path for root in library.roots()])
            journal.add(is_finished=True)
            if not journal.run.in_state(*LEFT_TO_UNDO):
                _restore_all_folders(journal, library, writer)  # every step was refused
        refused, unreadable = tuple(work.refused), tuple(log.unreadable.items())
        return Outcome(journal.run.id, work.n_done, n_before, refused, n_left, backup, n_folders, unreadable=unreadable)


def undo_run(
    library: Library,
    run_id: int | None = None,
    *,
    on_progress: Progress = lambda _done, _total, _name: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Outcome:
    """Undo a run, the last step first; paths, times and modes of files become what they were before.

    Files that were changed since, or whose old place is taken, are left alone.

    Args:
        library: Open library.
        run_id: Number of the run; None for the last one that can be undone.
        on_progress: Called with the number of steps tried, their total and the name of the last file.
        cancelled: Polled between batches.

    Raises:
        UsageError: There is no such run, or it has nothing to undo.
        LibraryBusyError: Another process is writing the library.
        LibraryReadOnlyError: This user may not change the library; no file is touched.
    """
    log = RunLog(library.folder)
    with library.writer() as writer:
        writer.check_file_changes()
        settle(log, log.runs_to_go_on_with(), writer)
        run = log.find(run_id)
        entries = run.in_state(*LEFT_TO_UNDO)[::-1]
        if not run.can_be_undone:
            raise UsageError(f"Run {run.id} has nothing to undo.")
        journal = log.journal(run)
        _record_undo_times(journal)
        work = StepRunner(journal, writer, ())
        batches = _batches(entries, lambda one: (one.step.target, one.step.source, None))
        n_left = len(entries)
        for batch in takewhile(lambda _: not cancelled(), batches):
            work.undo(batch)
            n_left -= len(batch)
            on_progress(len(entries) - n_left, len(entries), display_text(batch[-1].step.source.name))
        if not n_left:
            _restore_all_folders(journal, library, writer)
        refused, unreadable = tuple(work.refused), tuple(log.unreadable.items())
        return Outcome(run.id, work.n_done, 0, refused, n_left, n_unknown=work.n_unknown, unreadable=unreadable)


def _batches(items: Sequence[T], places: Callable[[T], Places]) -> Iterator[list[T]]:
    """Yield batches in which no item depends on a path that another item leaves.

    Args:
        items: Steps or entries, in order.
        places: Returns for an item the path that it leaves, the path that must be free, and a path that must exist.
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
    """Add a folder to the library, after recording which of the library's folders inside it become parts of it."""
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
        raise UsageError(f"{display_text(folder)} cannot be created: {reason_of(error)}.") from error
    writer.add_root(folder)
    journal.add(folders_after=as_json(times_of([existing])))


def _record_undo_times(journal: Journal) -> None:
    """Record which modification times of folders an undo restores, before the undo changes them itself."""
    if journal.run.undo_folders is None:
        journal.add(undo_folders=as_json(unchanged_folders(journal.run)))


def _restore_all_folders(journal: Journal, library: Library, writer: Writer) -> None:
    """Restore the folders on disk, and those of the library, as they were before the run."""
    _record_undo_times(journal)
    run = journal.run
    restore_folders(run)
    root = next((root for root in library.roots() if root.path == run.new_root), None)
    if root is not None:
        writer.split_root(root, run.inner_roots)
    journal.add(undo_folders=None, is_undone=True, is_finished=True)
