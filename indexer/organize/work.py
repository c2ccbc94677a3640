"""Do and undo steps in batches: each batch is journaled, done, and followed in the library."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from db.paths import display_text
from db.write.records import FileChange
from db.write.writer import Writer
from indexer.files.disk import FileFacts, hash_file, is_real, is_regular, read_facts, sync_folder
from indexer.organize.changes import changes_of, changes_of_undo
from indexer.organize.folders import missing_folders, times_of, touched_folders
from indexer.organize.journal import Entry, Journal, Run, RunLog, State
from indexer.organize.perform import (
    RefusedError,
    carry_out,
    check_keeper,
    check_undo,
    is_carried_out,
    is_out_of_reach,
    is_undone,
    reason_of,
    undo_step,
)
from indexer.organize.projects import Projects
from indexer.organize.steps import Action, Step
from indexer.organize.trash import Trash


class StepRunner:
    """The steps of one run, while they are done or undone.

    Args:
        journal: Journal of the run.
        writer: Writer of the library.
        roots: Folders of the library; files outside them are refused.
        takes_projects: Files in folders of DAW projects may be moved.

    Attributes:
        n_done: Number of steps done or undone.
        n_unknown: Number of restored files that are not in the library.
        refused: Files that were left alone, each with the reason.
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
        """Do a batch of steps."""
        first = max(self._run.entries, default=-1) + 1
        entries: list[Entry] = []
        for step in steps:
            with self._collect_refusal(step):
                entries.append(Entry(first + len(entries), step, self._check(step)))
        if not entries:
            return
        folders = times_of(touched_folders(entries))
        new = missing_folders(entries)
        self._journal.add_begun(entries, folders, new)
        done = self._try_each(entries, self._carry_out)
        self._finish(done, changes_of(done), State.DONE, [entry for entry in entries if entry not in done])

    def undo(self, entries: Sequence[Entry]) -> None:
        """Undo a batch of steps."""
        possible = self._try_each(entries, lambda entry: check_undo(entry, self._trashed))
        if not possible:
            return
        self._journal.add_state(State.UNDO_BEGUN, possible, {})
        done = self._try_each(possible, lambda entry: undo_step(entry, self._run.id, self._trashed))
        failed = [entry for entry in possible if entry not in done]
        self._finish(done, changes_of_undo(done), State.UNDONE, failed, State.DONE)
        # the library forgot them when they were removed
        self.n_unknown += sum(entry.step.keeper is not None for entry in done)

    def _carry_out(self, entry: Entry) -> None:
        if entry.step.target is not None:
            entry.step.target.parent.mkdir(parents=True, exist_ok=True)
        carry_out(entry, self._run.id)

    def _try_each(self, entries: Iterable[Entry], work: Callable[[Entry], None]) -> list[Entry]:
        """Return the steps that succeed; collect the others in ``refused``."""
        done = []
        for entry in entries:
            with self._collect_refusal(entry.step):
                work(entry)
                done.append(entry)
        return done

    @contextmanager
    def _collect_refusal(self, step: Step) -> Iterator[None]:
        """Collect a step in ``refused`` if it fails within the block."""
        try:
            yield
        except RefusedError as error:
            self.refused.append((step.source, str(error)))
        except OSError as error:
            self.refused.append((step.source, reason_of(error)))

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
            RefusedError: It may not be moved.
        """
        if self._roots.isdisjoint(step.source.parents):
            raise RefusedError("it is in no folder of this library")  # the library could not follow it
        facts = read_facts(step.source)
        if facts is None:
            raise RefusedError("it is missing now")
        if not is_regular(facts):
            raise RefusedError("it is a link")
        if not is_real(step.source.parent):
            raise RefusedError("it is in a folder behind a link")
        if facts[:2] != (step.size_bytes, step.mtime_ns):
            raise RefusedError("it was changed since the plan was made")
        self._check_projects(step)
        if step.target is not None:
            _check_target(step.source, step.target)
        if step.keeper is not None:
            check_keeper(step)
        if hash_file(step.source) != step.content_hash:
            raise RefusedError("its content has changed since it was indexed; first: earmark index --full")
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


def settle(log: RunLog, runs: Iterable[Run], writer: Writer) -> None:
    """Complete the interrupted steps of killed runs, or clean up after them."""
    for run in runs:
        if run.is_settled:
            continue
        journal = log.journal(run)
        begun, undoing = (
            [entry for entry in run.in_state(state) if not is_out_of_reach(entry, run.id)]
            for state in (State.BEGUN, State.UNDO_BEGUN)
        )
        done = [entry for entry in begun if is_carried_out(entry, run.id)]
        undone = [entry for entry in undoing if is_undone(entry, run.id)]
        touched = _all_touched(run, [*begun, *undoing])
        for folder in touched:
            sync_folder(folder)
        writer.follow_changes([*changes_of(done), *changes_of_undo(undone)])
        journal.add_state(State.REFUSED, [entry for entry in begun if entry not in done], times_of(touched))
        journal.add_state(State.DONE, [*done, *(entry for entry in undoing if entry not in undone)], {})
        journal.add_state(State.UNDONE, undone, {})


def _all_touched(run: Run, entries: Sequence[Entry]) -> list[Path]:
    """Return the folders that steps have changed, including those in which they created folders."""
    above = {folder for one in entries if one.step.target is not None for folder in one.step.target.parents}
    return list({*touched_folders(entries), *(above & run.folders_before.keys())})


def _check_target(source: Path, target: Path) -> None:
    there = read_facts(target)
    if there is not None:
        is_other_case = source.parent == target.parent and target.name not in os.listdir(target.parent)
        if not is_other_case:
            raise RefusedError("a file exists at its new place")
    folder = next(folder for folder in target.parents if os.path.lexists(folder))
    if not folder.is_dir() or not is_real(folder):
        raise RefusedError(f"{display_text(folder)} is not a folder, or a link to one")
