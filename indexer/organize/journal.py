"""What was done to files: one journal for each run of a plan, beside the library's database.

A journal is a file of JSON lines, each on disk before what it announces is done: the run, then for each batch of steps
that they begin and that they are done; the same again for a way back. From its lines and the disk alone, a run that
was killed at any moment is completed or taken back.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Any

from db.errors import LibraryError, LibraryReadOnlyError, UsageError, system_reason
from db.paths import display_text
from indexer.json_lines import ODD_LINE, append_line, parse_line, read_lines
from indexer.organize.disk import FileFacts, sync_folder
from indexer.organize.plan_file import read_step, step_line
from indexer.organize.steps import Plan, Step

FOLDER = "organize"
_TAIL_BYTES = 4096  # the last line of a run that came to its end is short
_UNREADABLE = (*ODD_LINE, UsageError)


class State(Enum):
    """How far a step is."""

    BEGUN = "begun"  # it may be done or not: the disk tells
    DONE = "done"
    UNDO_BEGUN = "undo begun"
    UNDONE = "undone"
    REFUSED = "refused"  # it was begun and not done


LEFT_TO_UNDO = (State.BEGUN, State.DONE, State.UNDO_BEGUN)


@dataclass(slots=True)
class Entry:
    """One step of a run, with what its file was before."""

    number: int
    step: Step
    facts: FileFacts
    state: State = State.BEGUN


@dataclass(slots=True)
class Run:
    """One run of a plan, as its journal tells.

    Attributes:
        entries: Steps that were begun, by number.
        folders_before, folders_after: Times of last change of the folders in which it changed something; before it,
            and after its last change of each.
        new_folders: Folders that it made.
        removed_folders: Modes of folders that it left empty and removed.
        new_root: Folder of the library that it added.
        inner_roots: Folders of the library inside of that one, which became part of it.
        is_taken_back: Its way back came to its end; what was left then was refused.
        undo_folders: Times that a way back, which was not finished, has to restore.
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
    is_taken_back: bool = False
    undo_folders: dict[Path, int] | None = None

    def in_state(self, *states: State) -> list[Entry]:
        """Return the steps that are in one of these states, in the order in which they were begun."""
        return [entry for entry in self.entries.values() if entry.state in states]

    @property
    def can_be_undone(self) -> bool:
        """Whether something is left to take back, or its folders are not as they were."""
        has_folders = bool(self.new_folders) and not self.is_taken_back
        return bool(self.in_state(*LEFT_TO_UNDO)) or self.undo_folders is not None or has_folders

    @property
    def is_settled(self) -> bool:
        """Whether no step was left under way."""
        return not self.in_state(State.BEGUN, State.UNDO_BEGUN)


class RunLog:
    """The journals of a library.

    Args:
        library_folder: Where the library lies.
    """

    def __init__(self, library_folder: Path) -> None:
        self._folder = library_folder / FOLDER

    def runs(self) -> list[Run]:
        """Return all runs, oldest first."""
        return list(self.newest_first())[::-1]

    def runs_to_go_on_with(self, plan_id: str = "") -> list[Run]:
        """Return the runs that did not come to their end, and those of a plan; of others little is read."""
        paths = ((self._path(run_id), run_id) for run_id in self._ids())
        found = (_read(path, run_id) for path, run_id in paths if not _is_at_rest(path) or _plan_of(path) == plan_id)
        return [run for run in found if run is not None]

    def find(self, run_id: int | None) -> Run:
        """Return a run by its number, or the last one of which something is left to take back.

        Raises:
            UsageError: There is none.
        """
        if run_id is None:
            found = next((run for run in self.newest_first() if run.can_be_undone), None)
            reason = "Nothing is left to take back."
        else:
            found = _read(self._path(run_id), run_id)
            reason = f"There is no run {run_id}. See: earmark organize history"
        if found is None:
            raise UsageError(reason)
        return found

    def begin(self, plan: Plan) -> "Journal":
        """Start the journal of a run; the caller holds the library's lock.

        Raises:
            LibraryReadOnlyError: The folder of the library cannot be written.
        """
        try:
            self._folder.mkdir(exist_ok=True)
        except OSError as error:
            where = display_text(self._folder)
            raise LibraryReadOnlyError(f"What is moved is recorded in {where}, which cannot be written.") from error
        run = Run(max(self._ids(), default=0) + 1, plan.id, plan.what, datetime.now(UTC))
        journal = Journal(self._path(run.id), run)
        journal.add(run=run.id, plan=run.plan_id, what=run.what, made_at=run.made_at.isoformat(timespec="seconds"))
        sync_folder(self._folder)
        return journal

    def journal(self, run: Run) -> "Journal":
        """Return the journal of a run, to go on with."""
        return Journal(self._path(run.id), run)

    def newest_first(self) -> Iterator[Run]:
        """Yield all runs; each is read when it is asked for."""
        found = (_read(self._path(run_id), run_id) for run_id in reversed(self._ids()))
        return (run for run in found if run is not None)

    def _path(self, run_id: int) -> Path:
        return self._folder / f"{run_id}.jsonl"

    def _ids(self) -> list[int]:
        return sorted(int(path.stem) for path in self._folder.glob("*.jsonl") if path.stem.isdecimal())


class Journal:
    """The journal of one run, being written; keeps the run as its lines tell it."""

    def __init__(self, path: Path, run: Run) -> None:
        self._path = path
        self.run = run

    def add(self, **values: Any) -> None:
        """Append a line; it is on disk when this returns.

        Raises:
            LibraryError: It cannot be written.
        """
        try:
            append_line(self._path, values, is_synced=True)
        except OSError as error:
            raise LibraryError(
                f"The journal {display_text(self._path)} cannot be written: {system_reason(error)}."
            ) from error
        _apply(self.run, values)

    def add_begun(self, entries: Sequence[Entry], folders: Mapping[Path, int], new_folders: Sequence[Path]) -> None:
        """Announce steps, the times of folders before them, and folders that they will make."""
        self.add(
            begin=[_entry_line(entry) for entry in entries],
            folders=as_json(folders),
            new_folders=[str(folder) for folder in new_folders],
        )

    def add_state(self, state: State, entries: Sequence[Entry], folders: Mapping[Path, int]) -> None:
        """Note the new state of steps, and the times of folders after them."""
        self.add(state=state.value, steps=[entry.number for entry in entries], folders_after=as_json(folders))


def _read(path: Path, run_id: int) -> Run | None:
    try:
        lines = read_lines(path)
        head = next(lines, {})
        run = Run(run_id, str(head["plan"]), str(head["what"]), datetime.fromisoformat(head["made_at"]))
    except (*ODD_LINE, OSError):
        return None
    for line in lines:
        try:
            _apply(run, line)
        except _UNREADABLE:
            continue
    return run


def _is_at_rest(path: Path) -> bool:
    """Say whether the last line of a journal says that its run, or its way back, came to its end."""
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
    """Bring a run to where a line of its journal says that it is."""
    for value in line.get("begin", ()):
        number = int(value["n"])
        facts = FileFacts(*(int(fact) for fact in value["was"]))
        run.entries.pop(number, None)  # begun again after it was refused: in the order of beginning
        run.entries[number] = Entry(number, read_step(value, f"Step {number}"), facts)
    for folder, mtime_ns in line.get("folders", {}).items():
        run.folders_before.setdefault(Path(folder), int(mtime_ns))
        run.folders_after.pop(Path(folder), None)  # it changes now; a kill may leave the next time unsaid
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
    if "is_taken_back" in line:
        run.is_taken_back = line["is_taken_back"] is True
    if "undo_folders" in line:
        found = line["undo_folders"]
        run.undo_folders = None if found is None else {Path(path): int(mtime) for path, mtime in found.items()}


def _entry_line(entry: Entry) -> dict[str, Any]:
    return {"n": entry.number, **step_line(entry.step), "was": list(entry.facts)}


def as_json(folders: Mapping[Path, int]) -> dict[str, int]:
    return {str(folder): mtime_ns for folder, mtime_ns in folders.items()}
