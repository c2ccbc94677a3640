"""Moves and copies of single files that never overwrite another file, on every file system."""

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
    """What identifies the state of a file: a change of it shows in these values, and a move keeps them."""

    size_bytes: int
    mtime_ns: int
    atime_ns: int
    mode: int
    device: int
    inode: int


def read_facts(path: Path) -> FileFacts | None:
    """Return the facts of a file, or of a link itself; None if nothing exists at the path.

    Raises:
        OSError: The file cannot be examined.
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
    """Say whether two paths are names of the same file."""
    return one is not None and other is not None and (one.device, one.inode) == (other.device, other.inode)


def is_real(folder: Path) -> bool:
    """Say whether the path of a folder has no symbolic link in it."""
    return os.path.realpath(folder) == os.path.abspath(folder)


def hash_file(path: Path) -> str:
    """Return the hash of a file's bytes as the library stores it, in hexadecimal.

    Raises:
        OSError: The file cannot be read, or is not a regular file.
    """
    try:
        with open_regular(path) as file:
            return hash_of(file).hex()
    except SoundError as error:
        raise OSError(errno.EINVAL, str(error)) from error


def holds(path: Path, size_bytes: int, content_hash: str) -> bool:
    """Say whether a path is a regular file of this size and content."""
    try:
        facts = read_facts(path)
        if facts is None or not is_regular(facts) or facts.size_bytes != size_bytes:
            return False
        return hash_file(path) == content_hash
    except OSError:
        return False


def rename_new(source: Path, target: Path) -> None:
    """Rename a file on the same file system, unless something exists at the new path.

    Raises:
        FileExistsError: Something exists there.
        OSError: The rename fails; `errno.EXDEV` if the target is on another file system.
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
    """Remove the old name of a file that has a new one; if that fails, remove the new one.

    Raises:
        OSError: The old name cannot be removed.
    """
    try:
        source.unlink(missing_ok=True)
    except OSError:
        target.unlink()
        raise


def copy_new(source: Path, target: Path, part: Path, content_hash: str) -> None:
    """Copy a file with its times and mode to a new path; the copy is on disk and verified when this returns.

    Args:
        source: A regular file.
        target: Path of the copy.
        part: Path in the same folder, used until the copy is complete.
        content_hash: Hash of the source, which the copy must have too.

    Raises:
        FileExistsError: Something exists at the new path.
        OSError: The copy cannot be written, or differs from the source when it is read back.
    """
    status = source.lstat()
    try:
        with source.open("rb") as old, part.open("xb") as new:
            shutil.copyfileobj(old, new, _BLOCK_BYTES)
            new.flush()
            os.fsync(new.fileno())
            if hasattr(os, "posix_fadvise"):  # so that it is read back from the disk, not from memory
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


def write_whole(path: Path, content: bytes) -> None:
    """Write a file in one step, so that no reader sees a part of it; an earlier file is replaced.

    Raises:
        OSError: It cannot be written; an earlier file stays as it was.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_bytes(content)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def set_times_and_mode(path: Path, facts: FileFacts) -> None:
    """Restore the times and mode of a file, as far as its file system keeps them."""
    with suppress(OSError):
        if stat.S_IMODE(path.stat().st_mode) != stat.S_IMODE(facts.mode):
            path.chmod(stat.S_IMODE(facts.mode))
    with suppress(OSError):
        os.utime(path, ns=(facts.atime_ns, facts.mtime_ns))


def sync_folder(folder: Path) -> None:
    """Flush the entries of a folder to disk, where the system supports it."""
    if os.name == "nt":
        return
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _rename_exclusively(source: Path, target: Path) -> bool:
    """Rename in one step that replaces nothing; return False where the system has no such call."""
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
    """Rename over an empty file of our own, where the file system has neither exclusive renames nor hard links."""
    with target.open("xb"):
        pass
    try:
        source.rename(target)
    except OSError:
        target.unlink()
        raise
