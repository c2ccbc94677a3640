"""Apply a plan, and take it back: batch by batch, each announced in the journal, done, and followed in the library."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from db.errors import UsageError
from db.library import Library
from db.paths import display_text
from db.schema.backup import back_up
from db.types import FileChange
from db.write.writer import Writer
from indexer.organize.changes import changes_back, changes_of
from indexer.organize.disk import FileFacts, hash_file, is_real, is_regular, read_facts, sync_folder
from indexer.organize.folders import (
    missing_folders,
    remove_emptied,
    restore_folders,
    times_of,
    touched_folders,
    unchanged_folders,
)
from indexer.organize.journal import LEFT_TO_UNDO, Entry, Journal, Run, RunLog, State, as_json
from indexer.organize.perform import (
    RefusedError,
    carry_out,
    check_keeper,
    check_undo,
    is_carried_out,
    is_out_of_reach,
    is_taken_back,
    reason_of,
    take_back,
)
from indexer.organize.projects import Projects
from indexer.organize.steps import Action, Plan, Step
from indexer.organize.trash import Trash

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
    if plan.library_id not in {"", library.setting("library")}:
        raise UsageError("This plan was made for another library. Name that one with --library, or make a new plan.")
    log = RunLog(library.folder)
    with library.writer() as writer:
        runs = log.runs_to_go_on_with(plan.id)
        _settle(log, runs, writer)
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
        if plan.new_root is not None and journal.run.new_root is None:
            _add_root(plan.new_root, library, writer, journal)
        roots = [root.path for root in library.roots()]
        work = _Work(journal, writer, roots, takes_projects=plan.takes_projects)
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
        _settle(log, log.runs_to_go_on_with(), writer)
        run = log.find(run_id)
        entries = run.in_state(*LEFT_TO_UNDO)[::-1]
        if not run.can_be_undone:
            raise UsageError(f"Nothing of run {run.id} is left to take back.")
        journal = log.journal(run)
        _note_folders(journal)
        work = _Work(journal, writer, ())
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


class _Work:
    """Steps of one run, being done or taken back.

    Attributes:
        n_done: Steps.
        n_unknown: Files that are back and not in the library.
        refused: Files, each with the reason.
    """

    def __init__(
        self, journal: Journal, writer: Writer, roots: Iterable[Path], *, takes_projects: bool = False
    ) -> None:
        self._roots = frozenset(roots)
        self._journal = journal
        self._run = journal.run
        self._writer = writer
        self._takes_projects = takes_projects
        self._projects = Projects()
        self._trashed = Trash()
        self.n_done = self.n_unknown = 0
        self.refused: list[tuple[Path, str]] = []

    def apply(self, steps: Sequence[Step]) -> None:
        first = max(self._run.entries, default=-1) + 1
        entries: list[Entry] = []
        for step in steps:
            try:
                facts = self._check(step)
            except RefusedError as error:
                self.refused.append((step.source, str(error)))
            except OSError as error:
                self.refused.append((step.source, reason_of(error)))
            else:
                entries.append(Entry(first + len(entries), step, facts))
        if not entries:
            return
        folders = times_of(touched_folders(entries))
        new = missing_folders(entries)
        self._journal.add_begun(entries, folders, new)
        done = list(self._try_each(entries, self._carry_out))
        self._finish(done, changes_of(done), State.DONE, [entry for entry in entries if entry not in done])

    def undo(self, entries: Sequence[Entry]) -> None:
        possible = list(self._try_each(entries, lambda entry: check_undo(entry, self._trashed)))
        if not possible:
            return
        self._journal.add_state(State.UNDO_BEGUN, possible, {})
        done = list(self._try_each(possible, lambda entry: take_back(entry, self._run.id, self._trashed)))
        failed = [entry for entry in possible if entry not in done]
        self._finish(done, changes_back(done), State.UNDONE, failed, State.DONE)
        self.n_unknown += sum(entry.step.keeper is not None for entry in done)  # its row went with it

    def _carry_out(self, entry: Entry) -> None:
        if entry.step.target is not None:
            entry.step.target.parent.mkdir(parents=True, exist_ok=True)
        carry_out(entry, self._run.id)

    def _try_each(self, entries: Iterable[Entry], work: Callable[[Entry], None]) -> Iterator[Entry]:
        """Yield the steps that work out; note the others."""
        for entry in entries:
            try:
                work(entry)
            except RefusedError as error:
                self.refused.append((entry.step.source, str(error)))
            except OSError as error:
                self.refused.append((entry.step.source, reason_of(error)))
            else:
                yield entry

    def _finish(
        self,
        done: Sequence[Entry],
        changes: Sequence[FileChange],
        state: State,
        failed: Sequence[Entry],
        state_of_failed: State = State.REFUSED,
    ) -> None:
        touched = _all_touched(self._run, [*done, *failed])
        for folder in touched:
            sync_folder(folder)
        self._writer.follow_changes(changes)
        if failed:
            self._journal.add_state(state_of_failed, failed, {})
        self._journal.add_state(state, done, times_of(touched))
        self.n_done += len(done)

    def _check(self, step: Step) -> FileFacts:
        """Return the facts of a file that may be moved.

        Raises:
            RefusedError: It may not.
        """
        if self._roots.isdisjoint(step.source.parents):
            raise RefusedError("it lies in no folder of this library")  # so nothing would follow it
        facts = read_facts(step.source)
        if facts is None:
            raise RefusedError("it is not there now")
        if not is_regular(facts):
            raise RefusedError("it is a link")
        if not is_real(step.source.parent):
            raise RefusedError("it lies behind a link to a folder")
        if facts[:2] != (step.size_bytes, step.mtime_ns):
            raise RefusedError("it was changed since the plan was made")
        self._check_projects(step)
        if step.target is not None:
            _check_target(step.source, step.target)
        if step.keeper is not None:
            check_keeper(step)
        if hash_file(step.source) != step.content_hash:
            raise RefusedError("its content is not what it was when it was indexed; first: earmark index --full")
        return facts

    def _check_projects(self, step: Step) -> None:
        if self._takes_projects:
            return
        folders = [step.source.parent] if step.action in {Action.MOVE, Action.REMOVE} else []
        if step.target is not None:
            folders.append(step.target.parent)
        for folder in folders:
            project = self._projects.of_folder(folder)
            if project is not None:
                raise RefusedError(f"it would change the folder of a project ({display_text(project.name)})")


def _settle(log: RunLog, runs: Iterable[Run], writer: Writer) -> None:
    """Complete what killed runs left under way."""
    for run in runs:
        if run.is_settled:
            continue
        journal = log.journal(run)
        begun, going_back = (
            [entry for entry in run.in_state(state) if not is_out_of_reach(entry, run.id)]
            for state in (State.BEGUN, State.UNDO_BEGUN)
        )
        done = [entry for entry in begun if is_carried_out(entry, run.id)]
        undone = [entry for entry in going_back if is_taken_back(entry, run.id)]
        touched = _all_touched(run, [*begun, *going_back])
        for folder in touched:
            sync_folder(folder)
        writer.follow_changes([*changes_of(done), *changes_back(undone)])
        journal.add_state(State.REFUSED, [entry for entry in begun if entry not in done], times_of(touched))
        journal.add_state(State.DONE, [*done, *(entry for entry in going_back if entry not in undone)], {})
        journal.add_state(State.UNDONE, undone, {})


def _all_touched(run: Run, entries: Sequence[Entry]) -> list[Path]:
    """Return the folders that steps have changed, with those in which they made folders."""
    above = {folder for one in entries if one.step.target is not None for folder in one.step.target.parents}
    return list({*touched_folders(entries), *(above & run.folders_before.keys())})


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


def _check_target(source: Path, target: Path) -> None:
    there = read_facts(target)
    if there is not None:
        is_other_case = source.parent == target.parent and target.name not in os.listdir(target.parent)
        if not is_other_case:
            raise RefusedError("something lies at its new place")
    folder = next(folder for folder in target.parents if os.path.lexists(folder))
    if not folder.is_dir() or not is_real(folder):
        raise RefusedError(f"{display_text(folder)} is no folder, or a link to one")


def _add_root(folder: Path, library: Library, writer: Writer, journal: Journal) -> None:
    """Make a folder one of the library's, and note whether taking it out again is a way back."""
    parents = [folder, *folder.parents]
    new = [one for one in parents if not os.path.lexists(one)]
    existing = parents[len(new)]
    others = [root.path for root in library.roots()]
    is_apart = not any(other == folder or other in folder.parents or folder in other.parents for other in others)
    journal.add(
        new_folders=[str(one) for one in new],
        folders=as_json(times_of([existing])),
        new_root=str(folder) if is_apart else None,
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
    """Remove the folders that the run made, restore the times of others, and take out the root that it added."""
    _note_folders(journal)
    run = journal.run
    restore_folders(run)
    root = next((root for root in library.roots() if root.path == run.new_root), None)
    if root is not None and not root.n_files:
        writer.forget_root(root.id)
    journal.add(undo_folders=None, is_taken_back=True, is_finished=True)
