"""The folders that steps change: which they are, their times, and how they are put back."""

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from indexer.organize.disk import sync_folder
from indexer.organize.journal import Entry, Run
from indexer.organize.steps import Action


def touched_folders(entries: Iterable[Entry]) -> list[Path]:
    """Return the folders that steps change."""
    folders = dict[Path, None]()
    for entry in entries:
        step = entry.step
        if step.action in {Action.MOVE, Action.REMOVE}:
            folders[step.source.parent] = None
        if step.target is not None:
            folders[next((one for one in step.target.parents if one.is_dir()), step.target.parent)] = None
    return list(folders)


def missing_folders(entries: Iterable[Entry]) -> list[Path]:
    missing = dict[Path, None]()
    for entry in entries:
        for folder in () if entry.step.target is None else entry.step.target.parents:
            if os.path.lexists(folder):
                break
            missing[folder] = None
    return list(missing)


def times_of(folders: Iterable[Path]) -> dict[Path, int]:
    times = {}
    for folder in folders:
        with suppress(OSError):
            times[folder] = folder.stat().st_mtime_ns
    return times


def unchanged_folders(run: Run) -> dict[Path, int]:
    """Return the times to restore: of folders in which nobody changed anything since."""
    times = {}
    for folder, before in run.folders_before.items():
        now = times_of([folder]).get(folder)
        if folder not in run.new_folders and now in {None, before, run.folders_after.get(folder, now)}:
            times[folder] = before
    return times


def restore_folders(run: Run) -> None:
    for folder in sorted(set(run.new_folders), key=lambda one: len(one.parts), reverse=True):
        with suppress(OSError):  # it is gone, or somebody put something into it
            folder.rmdir()
    for folder, mtime_ns in (run.undo_folders or {}).items():
        with suppress(OSError):
            os.utime(folder, ns=(folder.stat().st_atime_ns, mtime_ns))
            sync_folder(folder)


def is_real(folder: Path) -> bool:
    return os.path.realpath(folder) == os.path.abspath(folder)
