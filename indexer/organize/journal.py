"""What was done to files: one journal for each run of a plan, in the library's folder.

A journal is a file of JSON lines: the run, then the beginning and the end of each batch of steps; an undo appends the
same. Each line is on disk before the step that it announces is done, so that a run that was killed at any moment can be
completed or undone from its journal and the files alone.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Any

from db.errors import LibraryError, UsageError, system_reason
from db.paths import display_text
from indexer.files.disk import FileFacts, sync_folder
from indexer.files.journals import JournalFolder
from indexer.files.json_lines import ODD_LINE, append_line, parse_line, read_lines
from indexer.organize.plan_file import read_step, step_line
from indexer.organize.steps import Plan, Step

FOLDER = "organize"
_TAIL_BYTES = 4096  # the last line of a finished run is shorter
_UNREADABLE = (*ODD_LINE, UsageError)


class State(Enum):
    """Progress of a step."""

    BEGUN = "begun"  # whether it is done shows on disk
    DONE = "done"
    UNDO_BEGUN = "undo begun"
    UNDONE = "undone"
    REFUSED = "refused"  # begun and not done


LEFT_TO_UNDO = (State.BEGUN, State.DONE, State.UNDO_BEGUN)


@dataclass(slots=True)
class Entry:
    """One step of a run; ``facts`` are those of its file before the step."""

    number: int
    step: Step
    facts: FileFacts
    state: State = State.BEGUN


@dataclass(slots=True)
class Run:
    """One run of a plan, as read from its journal.

    Attributes:
        entries: Steps that were begun, by number.
        folders_before, folders_after: Modification times, in nanoseconds, of the folders that the run changed: before
            the run, and after its last change of each folder.
        new_folders: Folders that the run created.
        removed_folders: Modes of the empty folders that the run removed.
        new_root: Folder that the run added to the library.
        inner_roots: Folders of the library inside ``new_root``, which became parts of it.
        is_undone: An undo of the run has finished; it refused the steps that are still done.
        undo_folders: Modification times that an unfinished undo has to restore.
    """

    id: int
    plan_id: str
    what: str
    made_at: datetime
    is_finished: bool = False
    entries: dict[int, Entry] = field(default_factory=dict)
    folders_before: dict[Path, int] = field(default_factory=dict)
    folders_after: dict[Path, int] = field(default_factory=dict)
    new_folders: list[Path] = field(default_factory=list)
    removed_folders: dict[Path, int] = field(default_factory=dict)
    new_root: Path | None = None
    inner_roots: list[Path] = field(default_factory=list)
    is_undone: bool = False
    undo_folders: dict[Path, int] | None = None

    def in_state(self, *states: State) -> list[Entry]:
        """Return the steps in any of these states, in the order in which they were begun."""
        return [entry for entry in self.entries.values() if entry.state in states]

    @property
    def can_be_undone(self) -> bool:
        """Whether a step can be undone, or a folder is not as it was before the run."""
        has_folders = bool(self.new_folders) and not self.is_undone
        return bool(self.in_state(*LEFT_TO_UNDO)) or self.undo_folders is not None or has_folders

    @property
    def is_settled(self) -> bool:
        """Whether no step was interrupted."""
        return not self.in_state(State.BEGUN, State.UNDO_BEGUN)


class RunLog:
    """The runs of a library.

    Args:
        library_folder: Folder of the library.

    Attributes:
        unreadable: Journals that the system did not let us read, each with the reason; their runs are left out.
    """

    def __init__(self, library_folder: Path) -> None:
        self._journals = JournalFolder(library_folder / FOLDER)
        self.unreadable: dict[Path, str] = {}

    def runs(self) -> list[Run]:
        """Return all runs, oldest first."""
        return list(self.newest_first())[::-1]

    def runs_to_go_on_with(self, plan_id: str = "") -> list[Run]:
        """Return the unfinished runs and those of a plan; of other journals only the ends are read."""
        found = (self._read(run_id, plan_id) for run_id in self._journals.ids())
        return [run for run in found if run is not None]

    def find(self, run_id: int | None) -> Run:
        """Return a run by its number; without one, the last run that can be undone.

        Raises:
            UsageError: There is no such run, or its journal, or that of a later one, cannot be read.
        """
        if run_id is None:
            found = next((run for run in self.newest_first() if run.can_be_undone), None)
            reason, oldest = "There is nothing to undo.", found.id if found else 0
            hidden = [path for path in self.unreadable if int(path.stem) > oldest]  # that one may be what is meant
        else:
            found = self._read(run_id)
            reason = f"There is no run {run_id}. See: earmark organize history"
            hidden = [path for path in self.unreadable if path == self._journals.path(run_id)]
        if hidden:
            raise UsageError(
                f"The journal {display_text(hidden[-1])} cannot be read: {self.unreadable[hidden[-1]]}. "
                "Make it readable, or name another run: earmark organize history"
            )
        if found is None:
            raise UsageError(reason)
        return found

    def begin(self, plan: Plan) -> "Journal":
        """Start the journal of a run; the caller holds the lock of the library.

        Raises:
            LibraryReadOnlyError: The folder of the library cannot be written.
        """
        journal = self.journal(Run(self._journals.create(), plan.id, plan.what, datetime.now(UTC)))
        run = journal.run
        journal.add(run=run.id, plan=run.plan_id, what=run.what, made_at=run.made_at.isoformat(timespec="seconds"))
        sync_folder(self._journals.folder)
        return journal

    def journal(self, run: Run) -> "Journal":
        """Return the journal of a run, to append to it."""
        return Journal(self._journals.path(run.id), run)

    def newest_first(self) -> Iterator[Run]:
        """Yield all runs, each read when it is asked for."""
        found = (self._read(run_id) for run_id in reversed(self._journals.ids()))
        return (run for run in found if run is not None)

    def _read(self, run_id: int, plan_id: str | None = None) -> Run | None:
        """Return a run that can be read; where a plan is given, only if it is unfinished or of that plan."""
        path = self._journals.path(run_id)
        try:
            if plan_id is not None and _is_at_rest(path) and _plan_of(path) != plan_id:
                return None
            run = _read(path, run_id)
        except FileNotFoundError:
            return None
        except OSError as error:
            self.unreadable[path] = system_reason(error)
            return None
        self.unreadable.pop(path, None)
        return run


class Journal:
    """The journal of one run that is being written; ``run`` follows its lines."""

    def __init__(self, path: Path, run: Run) -> None:
        self._path = path
        self.run = run

    def add(self, **values: Any) -> None:
        """Append a line; it is on disk when this returns.

        Raises:
            LibraryError: The line cannot be written.
        """
        try:
            append_line(self._path, values, is_synced=True)
        except OSError as error:
            raise LibraryError(
                f"The journal {display_text(self._path)} cannot be written: {system_reason(error)}."
            ) from error
        _apply(self.run, values)

    def add_begun(self, entries: Sequence[Entry], folders: Mapping[Path, int], new_folders: Sequence[Path]) -> None:
        """Announce steps.

        Args:
            entries: The steps.
            folders: Modification times of the folders that they change, in nanoseconds.
            new_folders: Folders that they will create.
        """
        self.add(
            begin=[_entry_line(entry) for entry in entries],
            folders=as_json(folders),
            new_folders=[str(folder) for folder in new_folders],
        )

    def add_state(self, state: State, entries: Sequence[Entry], folders: Mapping[Path, int]) -> None:
        """Record the new state of steps, and the modification times of the folders that they changed."""
        self.add(state=state.value, steps=[entry.number for entry in entries], folders_after=as_json(folders))


def _read(path: Path, run_id: int) -> Run | None:
    try:
        lines = read_lines(path)
        head = next(lines, {})
        run = Run(run_id, str(head["plan"]), str(head["what"]), datetime.fromisoformat(head["made_at"]))
    except ODD_LINE:
        return None
    for line in lines:
        try:
            _apply(run, line)
        except _UNREADABLE:
            continue
    return run


def _is_at_rest(path: Path) -> bool:
    """Say whether the run, or its undo, has finished, by the last line of a journal."""
    with path.open("rb") as file:
        file.seek(max(file.seek(0, os.SEEK_END) - _TAIL_BYTES, 0))
        lines = file.read().splitlines()
    last = parse_line(lines[-1]) if lines else None
    return last is not None and last.get("is_finished") is True


def _plan_of(path: Path) -> str:
    with path.open("rb") as file:
        head = parse_line(file.readline())
    return "" if head is None else str(head.get("plan", ""))


def _apply(run: Run, line: Mapping[str, Any]) -> None:
    """Apply a line of its journal to a run."""
    for value in line.get("begin", ()):
        number = int(value["n"])
        facts = FileFacts(*(int(fact) for fact in value["was"]))
        run.entries.pop(number, None)  # a refused step that is begun again moves to the end
        run.entries[number] = Entry(number, read_step(value, f"Step {number}"), facts)
    for folder, mtime_ns in line.get("folders", {}).items():
        run.folders_before.setdefault(Path(folder), int(mtime_ns))
        run.folders_after.pop(Path(folder), None)  # unknown until the batch is done
    run.new_folders += [Path(folder) for folder in line.get("new_folders", ())]
    for folder, mtime_ns in line.get("folders_after", {}).items():
        run.folders_after[Path(folder)] = int(mtime_ns)
    for folder, mode in line.get("removed_folders", {}).items():
        run.removed_folders[Path(folder)] = int(mode)
    if "state" in line:
        state = State(line["state"])
        for number in line["steps"]:
            run.entries[number].state = state
    _apply_ends(run, line)


def _apply_ends(run: Run, line: Mapping[str, Any]) -> None:
    if "new_root" in line:
        run.new_root = Path(line["new_root"])
        run.inner_roots = [Path(root) for root in line.get("inner_roots", ())]
    if "is_finished" in line:
        run.is_finished = line["is_finished"] is True
    if "is_undone" in line:
        run.is_undone = line["is_undone"] is True
    if "undo_folders" in line:
        found = line["undo_folders"]
        run.undo_folders = None if found is None else {Path(path): int(mtime) for path, mtime in found.items()}


def _entry_line(entry: Entry) -> dict[str, Any]:
    return {"n": entry.number, **step_line(entry.step), "was": list(entry.facts)}


def as_json(folders: Mapping[Path, int]) -> dict[str, int]:
    return {str(folder): mtime_ns for folder, mtime_ns in folders.items()}
