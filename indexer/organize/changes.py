"""How the library follows steps that were done or undone."""

from collections.abc import Iterable
from pathlib import Path

from db.types import FileStat
from db.write.records import FileChange
from indexer.organize.journal import Entry
from indexer.organize.steps import Action


def changes_of(entries: Iterable[Entry]) -> list[FileChange]:
    """Return what the library has to follow of steps that were done."""
    return [
        FileChange(
            before=entry.step.source,
            after=entry.step.target,
            stat=_stat(entry.step.target),
            is_copy=entry.step.action in {Action.COPY, Action.LINK},
            keeper=entry.step.keeper,
        )
        for entry in entries
    ]


def changes_of_undo(entries: Iterable[Entry]) -> list[FileChange]:
    """Return what the library has to follow of steps that were undone.

    Files that come out of the trash are left out: the next index run finds them.
    """
    return [
        FileChange(entry.step.target, entry.step.source, _stat(entry.step.source))
        if entry.step.action == Action.MOVE
        else FileChange(entry.step.target, None)
        for entry in entries
        if entry.step.target is not None
    ]


def _stat(path: Path | None) -> FileStat | None:
    if path is None:
        return None
    try:
        status = path.stat()
    except OSError:
        return None
    return FileStat(status.st_size, status.st_mtime_ns, status.st_ctime_ns)
