"""Moves and copies of single files that overwrite nothing, on every file system."""

import ctypes
import errno
import os
import shutil
import stat
import sys
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import NamedTuple

from db.errors import SoundError
from indexer.audio.file_hash import hash_of
from indexer.audio.open_audio import open_regular

_BLOCK_BYTES = 1 << 20
_AT_FDCWD = -100
_RENAME_NOREPLACE = 1  # Linux, renameat2
_RENAME_EXCL = 4  # macOS, renamex_np
_NO_EXCLUSIVE_RENAME = {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP}
_NO_HARD_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EINVAL}


class FileFacts(NamedTuple):
    """What a move must not change, and what tells whether a file is still the one that was looked at."""

    size_bytes: int
    mtime_ns: int
    atime_ns: int
    mode: int
    device: int
    inode: int


def read_facts(path: Path) -> FileFacts | None:
    """Return the facts of a file, not of what it links to; None where there is nothing.

    Raises:
        OSError: It cannot be looked at.
    """
    try:
        status = path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    return FileFacts(
        status.st_size, status.st_mtime_ns, status.st_atime_ns, status.st_mode, status.st_dev, status.st_ino
    )


def is_regular(facts: FileFacts | None) -> bool:
    return facts is not None and stat.S_ISREG(facts.mode)


def is_one_file(one: FileFacts | None, other: FileFacts | None) -> bool:
    """Say whether two names lead to one file."""
    return one is not None and other is not None and (one.device, one.inode) == (other.device, other.inode)


def is_real(folder: Path) -> bool:
    """Say whether no part of a folder's path is a link."""
    return os.path.realpath(folder) == os.path.abspath(folder)


def hash_file(path: Path) -> str:
    """Return the hash of a file as the library knows it, in hexadecimal.

    Raises:
        OSError: It cannot be read, or is no file.
    """
    try:
        with open_regular(path) as file:
            return hash_of(file).hex()
    except SoundError as error:
        raise OSError(errno.EINVAL, str(error)) from error


def holds(path: Path, size_bytes: int, content_hash: str) -> bool:
    """Say whether a path is a regular file of this content."""
    try:
        facts = read_facts(path)
        if facts is None or not is_regular(facts) or facts.size_bytes != size_bytes:
            return False
        return hash_file(path) == content_hash
    except OSError:
        return False


def rename_new(source: Path, target: Path) -> None:
    """Give a file another name on the same file system, unless something has that name.

    Raises:
        FileExistsError: Something has.
        OSError: `errno.EXDEV` on another file system.
    """
    if os.name == "nt":
        source.rename(target)  # refuses to replace
        return
    if _rename_exclusively(source, target):
        return
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError as error:
        if error.errno not in _NO_HARD_LINKS:
            raise
        _rename_over_own(source, target)
        return
    leave(source, target)


def leave(source: Path, target: Path) -> None:
    """Remove the old name of a file that has a new one; where that may not be, take the new one back.

    Raises:
        OSError: The old name cannot be removed.
    """
    try:
        source.unlink(missing_ok=True)
    except OSError:
        target.unlink()
        raise


def copy_new(source: Path, target: Path, part: Path, content_hash: str) -> None:
    """Copy a file with its times and mode to a name that nothing has; on disk and read back when this returns.

    Args:
        source: A regular file.
        target: The new name.
        part: A name beside it, for the time until the copy is complete.
        content_hash: What both must hold.

    Raises:
        FileExistsError: Something has the new name.
        OSError: It cannot be written, or what was written is not what should be.
    """
    status = source.lstat()
    try:
        with source.open("rb") as old, part.open("xb") as new:
            shutil.copyfileobj(old, new, _BLOCK_BYTES)
            new.flush()
            os.fsync(new.fileno())
            if hasattr(os, "posix_fadvise"):  # read back from the disk, not from memory
                os.posix_fadvise(new.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        with suppress(OSError):  # a card keeps no modes
            shutil.copystat(source, part)
        if hasattr(os, "chown"):
            with suppress(OSError):  # only root may
                os.chown(part, status.st_uid, status.st_gid)
        if not holds(part, status.st_size, content_hash):
            raise OSError(errno.EIO, "what was written cannot be read back")
        rename_new(part, target)
    finally:
        part.unlink(missing_ok=True)


def set_times_and_mode(path: Path, facts: FileFacts) -> None:
    """Give a file times and mode that it had before, as far as its file system keeps them."""
    with suppress(OSError):
        if stat.S_IMODE(path.stat().st_mode) != stat.S_IMODE(facts.mode):
            path.chmod(stat.S_IMODE(facts.mode))
    with suppress(OSError):
        os.utime(path, ns=(facts.atime_ns, facts.mtime_ns))


def sync_folder(folder: Path) -> None:
    """Put the names in a folder on disk, where a system can."""
    if os.name == "nt":
        return
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _rename_exclusively(source: Path, target: Path) -> bool:
    """Rename in one step that replaces nothing; return False where the system has none."""
    libc = _libc()
    if libc is None:
        return False
    if sys.platform == "darwin":
        failed = libc.renamex_np(os.fsencode(source), os.fsencode(target), _RENAME_EXCL)
    else:
        failed = libc.renameat2(_AT_FDCWD, os.fsencode(source), _AT_FDCWD, os.fsencode(target), _RENAME_NOREPLACE)
    if not failed:
        return True
    number = ctypes.get_errno()
    if number in _NO_EXCLUSIVE_RENAME:
        return False
    raise OSError(number, os.strerror(number), str(source), None, str(target))


@cache
def _libc() -> ctypes.CDLL | None:
    name = "renamex_np" if sys.platform == "darwin" else "renameat2"
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        getattr(libc, name)
    except (OSError, AttributeError, TypeError):
        return None
    return libc


def _rename_over_own(source: Path, target: Path) -> None:
    """Rename where neither an exclusive rename nor a hard link is offered: over an empty file of our own."""
    with target.open("xb"):
        pass
    try:
        source.rename(target)
    except OSError:
        target.unlink()
        raise
