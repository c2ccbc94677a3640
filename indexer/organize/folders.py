"""The folders that steps change: their modification times, and how an undo restores them."""

import os
import stat
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from indexer.files.disk import sync_folder
from indexer.organize.journal import Entry, Journal, Run, State, as_json
from indexer.organize.steps import Action


def touched_folders(entries: Iterable[Entry]) -> list[Path]:
    """Return the existing folders that steps change; for a new folder, the nearest existing one above it."""
    folders = dict[Path, None]()
    for entry in entries:
        step = entry.step
        if step.action in {Action.MOVE, Action.REMOVE}:
            folders[step.source.parent] = None
        if step.target is not None:
            folders[next((one for one in step.target.parents if one.is_dir()), step.target.parent)] = None
    return list(folders)


def missing_folders(entries: Iterable[Entry]) -> list[Path]:
    """Return the folders that steps have to create, the deepest first."""
    missing = dict[Path, None]()
    for entry in entries:
        for folder in () if entry.step.target is None else entry.step.target.parents:
            if os.path.lexists(folder):
                break
            missing[folder] = None
    return list(missing)


def times_of(folders: Iterable[Path]) -> dict[Path, int]:
    """Return the modification times of folders in nanoseconds, without those that do not exist."""
    times = {}
    for folder in folders:
        with suppress(OSError):
            times[folder] = folder.stat().st_mtime_ns
    return times


def unchanged_folders(run: Run) -> dict[Path, int]:
    """Return the times that an undo restores: those of folders that nobody has changed since the run."""
    times = {}
    for folder, before in run.folders_before.items():
        now = times_of([folder]).get(folder)
        if folder not in run.new_folders and now in {None, before, run.folders_after.get(folder, now)}:
            times[folder] = before
    return times


def remove_emptied(journal: Journal, roots: Iterable[Path]) -> int:
    """Remove the folders below ``roots`` that a run has left empty, and return their number.

    Their times and modes are recorded in the journal first.
    """
    run = journal.run
    modes = dict[Path, int]()
    places = {entry.step.source.parent for entry in run.in_state(State.DONE) if _takes_away(entry)}
    tops = [*run.inner_roots, *(root for root in roots if root != run.new_root)]
    candidates = {folder for place in places for folder in (place, *place.parents) if _is_below(folder, tops)}
    for folder in sorted(candidates - set(run.new_folders), key=_depth, reverse=True):
        with suppress(OSError):
            if not folder.is_symlink() and all(folder / name in modes for name in os.listdir(folder)):
                modes[folder] = stat.S_IMODE(folder.stat().st_mode)
    if not modes:
        return 0
    above = {folder.parent for folder in modes} - set(modes)
    journal.add(
        removed_folders={str(folder): mode for folder, mode in modes.items()},
        folders=as_json(times_of([*modes, *above])),
    )
    n_removed = 0
    for folder in modes:  # the deepest first
        with suppress(OSError):  # no longer empty
            folder.rmdir()
            n_removed += 1
    for folder in above:
        sync_folder(folder)
    journal.add(folders_after=as_json(times_of(above)))
    return n_removed


def restore_folders(run: Run) -> None:
    """Remove the folders that a run created, recreate those that it removed, and restore the times of others."""
    for folder in sorted(set(run.new_folders), key=_depth, reverse=True):
        with suppress(OSError):  # gone, or no longer empty
            folder.rmdir()
    for folder, mode in sorted(run.removed_folders.items(), key=lambda each: _depth(each[0])):
        with suppress(OSError):
            folder.mkdir(exist_ok=True)
            folder.chmod(mode)
    for folder, mtime_ns in (run.undo_folders or {}).items():
        with suppress(OSError):
            os.utime(folder, ns=(folder.stat().st_atime_ns, mtime_ns))
            sync_folder(folder)


def _depth(folder: Path) -> int:
    return len(folder.parts)


def _takes_away(entry: Entry) -> bool:
    return entry.step.action in {Action.MOVE, Action.REMOVE}


def _is_below(folder: Path, tops: Iterable[Path]) -> bool:
    return any(top in folder.parents for top in tops)
