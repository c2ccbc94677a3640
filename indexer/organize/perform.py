"""Do one step, undo it, and finish a step that a kill interrupted."""

import errno
import os
from contextlib import suppress
from pathlib import Path

from db.errors import system_reason
from indexer.export.file_names import collision_key
from indexer.files.disk import (
    FileFacts,
    copy_new,
    holds,
    is_one_file,
    is_regular,
    leave,
    read_facts,
    rename_new,
    set_times_and_mode,
    sync_folder,
)
from indexer.organize import trash
from indexer.organize.journal import Entry
from indexer.organize.steps import Action, Step


class RefusedError(Exception):
    """A step cannot be done; the message gives the reason in a few words."""


def reason_of(error: OSError) -> str:
    """Return in a few words why the system refused."""
    if isinstance(error, FileExistsError):
        return "a file exists at its new place"
    return system_reason(error)


def carry_out(entry: Entry, run_id: int) -> None:
    """Do a step.

    Raises:
        RefusedError: The file was changed, or a file exists at its new place.
        OSError: The system refuses.
    """
    step = entry.step
    now = read_facts(step.source)
    if now is None or now[:2] != entry.facts[:2]:  # not the inode: FAT numbers files anew
        raise RefusedError("it was changed just now")
    if step.keeper is not None:
        check_keeper(step)
    if step.target is None:
        trash.send(step.source)
        return
    part = part_of(step.target, run_id, entry.number)
    if step.action == Action.MOVE:
        _move(step.source, step.target, part, step.content_hash)
    elif step.action == Action.COPY:
        copy_new(step.source, step.target, part, step.content_hash)
    else:
        step.target.symlink_to(step.source)


def is_out_of_reach(entry: Entry, run_id: int) -> bool:
    """Say whether no trace of a step's file exists, as when its drive is away: the state of the step is unknown."""
    step = entry.step
    if step.target is None:
        return not step.source.parent.is_dir()
    places = [step.source, step.target]
    parts = [part_of(place, run_id, entry.number) for place in places]
    return all(read_facts(place) is None for place in [*places, *parts])


def is_carried_out(entry: Entry, run_id: int) -> bool:
    """Finish an interrupted step, or clean up after it; return whether it is done now."""
    step = entry.step
    if step.target is None:
        return read_facts(step.source) is None
    part = part_of(step.target, run_id, entry.number)
    if step.action == Action.MOVE:
        return _finish_move(step.source, step.target, part, entry)
    if step.action == Action.COPY:
        part.unlink(missing_ok=True)
        return holds(step.target, step.size_bytes, step.content_hash)
    return _is_link_to(step.target, step.source)


def check_undo(entry: Entry, trashed: trash.Trash) -> None:
    """Raise RefusedError if a step cannot be undone: its file was changed since, or its old place is taken."""
    step = entry.step
    source = read_facts(step.source)
    if step.target is None:
        if source is not None:
            if not holds(step.source, step.size_bytes, step.content_hash):
                raise RefusedError("another file exists at its old place")
        elif trashed.find(step.source, entry.facts, step.content_hash) is None:
            raise RefusedError("it was not found in the trash")
        return
    target = read_facts(step.target)
    if target is None:
        raise RefusedError("it is no longer at its new place")
    _check_target_of_undo(step, source, target)


def _check_target_of_undo(step: Step, source: FileFacts | None, target: FileFacts) -> None:
    assert step.target is not None
    if step.action == Action.LINK:
        if not _is_link_to(step.target, step.source):
            raise RefusedError("it was changed since")
        return
    if not holds(step.target, step.size_bytes, step.content_hash):
        raise RefusedError("it was changed since")
    if step.action == Action.MOVE:
        if source is not None and _are_two_names(step.source, step.target):
            raise RefusedError("another file exists at its old place")
    elif not holds(step.source, step.size_bytes, step.content_hash) or is_one_file(source, target):
        raise RefusedError("its original is gone or was changed")


def undo_step(entry: Entry, run_id: int, trashed: trash.Trash) -> None:
    """Undo a step that has passed `check_undo`.

    Raises:
        RefusedError: Its file was changed in the meantime.
        OSError: The system refuses.
    """
    step = entry.step
    if step.action in {Action.COPY, Action.LINK}:
        assert step.target is not None
        step.target.unlink()
        return
    if step.action == Action.REMOVE:
        if read_facts(step.source) is not None:
            return
        place = trashed.find(step.source, entry.facts, step.content_hash)
        if place is None:
            raise RefusedError("it was not found in the trash")
    else:
        assert step.target is not None
        place = step.target
    step.source.parent.mkdir(parents=True, exist_ok=True)
    _move(place, step.source, part_of(step.source, run_id, entry.number), step.content_hash)
    set_times_and_mode(step.source, entry.facts)
    if step.action == Action.REMOVE:
        with suppress(OSError):
            trash.forget(place)


def is_undone(entry: Entry, run_id: int) -> bool:
    """Finish an interrupted undo of a step, or clean up after it; return whether it is undone now."""
    step = entry.step
    if step.action in {Action.COPY, Action.LINK}:
        assert step.target is not None
        return read_facts(step.target) is None
    part = part_of(step.source, run_id, entry.number)
    if step.target is not None:
        is_back = _finish_move(step.target, step.source, part, entry)
    else:
        part.unlink(missing_ok=True)
        is_back = holds(step.source, step.size_bytes, step.content_hash)
    if is_back:
        set_times_and_mode(step.source, entry.facts)
    return is_back


def check_keeper(step: Step) -> None:
    """Raise RefusedError if the file that is kept instead of a removed one is missing or was changed."""
    assert step.keeper is not None
    kept = read_facts(step.keeper)
    if kept is None or not is_regular(kept) or not kept.size_bytes:
        raise RefusedError("the file that is kept instead is missing")
    if is_one_file(kept, read_facts(step.source)) and not _are_two_names(step.source, step.keeper):
        raise RefusedError("it is the file that is kept")
    if step.keeper_facts is not None and kept[:2] != step.keeper_facts:
        raise RefusedError("the file that is kept instead was changed since the plan was made")


def part_of(target: Path, run_id: int, number: int) -> Path:
    """Return the path of a file while it is moved or copied."""
    return target.parent / f".earmark-{run_id}-{number}.part"


def _move(source: Path, target: Path, part: Path, content_hash: str) -> None:
    if read_facts(target) is not None:
        if _are_two_names(source, target) or source.parent != target.parent:
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target))
        rename_new(source, part)  # only the case changes, on a case-insensitive disk
        rename_new(part, target)
        return
    try:
        rename_new(source, target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        before = read_facts(source)
        copy_new(source, target, part, content_hash)
        sync_folder(target.parent)
        after = read_facts(source)
        if before is None or after is None or before[:2] != after[:2]:
            target.unlink()  # our copy of the earlier state; the changed file stays
            raise RefusedError("it was changed just now") from error
        leave(source, target)


def _finish_move(source: Path, target: Path, part: Path, entry: Entry) -> bool:
    """Finish a move, or clean up if it has not happened; return whether it is done."""
    step = entry.step
    there = read_facts(source)
    if read_facts(part) is not None:
        if there is not None:
            part.unlink()  # an unfinished copy
        elif read_facts(target) is None:
            rename_new(part, target)
    if not holds(target, step.size_bytes, step.content_hash):
        _remove_placeholder(target, there)
        return False
    if there is None:
        return True
    if not _are_two_names(source, target):
        return target.name in os.listdir(target.parent)  # on a case-insensitive disk, both names find it
    if is_one_file(there, read_facts(target)) or holds(source, step.size_bytes, step.content_hash):
        source.unlink()  # both names hold the file: after a copy to another disk, or by a hard link
        sync_folder(source.parent)
        return True
    return False


def _remove_placeholder(target: Path, source: FileFacts | None) -> None:
    """Remove the empty file that reserved a name for a file that was not moved."""
    facts = read_facts(target)
    if source is not None and source.size_bytes and facts is not None and is_regular(facts) and not facts.size_bytes:
        target.unlink()


def _are_two_names(one: Path, other: Path) -> bool:
    """Say whether two paths are two folder entries, not two spellings of one."""
    try:
        if not os.path.samefile(one.parent, other.parent):
            return True
        if collision_key(os.fsdecode(one.name)) != collision_key(os.fsdecode(other.name)):
            return True
        names = os.listdir(one.parent)
    except OSError:
        return True
    return one.name in names and other.name in names and one.name != other.name


def _is_link_to(path: Path, source: Path) -> bool:
    try:
        return os.readlink(path) == str(source)
    except OSError:
        return False
