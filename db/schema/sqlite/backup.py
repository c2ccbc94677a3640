"""Copies of a library: made while it is in use, verified, kept in small numbers, and put back."""

import errno
import os
import shutil
import sqlite3
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from db.engines.sqlite import FILE_NAME, explained, is_writable
from db.engines.sqlite.lock import writer_lock
from db.errors import LibraryError, UsageError, system_reason
from db.paths import display_text
from db.schema.revisions import revisions
from db.schema.sqlite.upgrade import has_database, remove_database, set_aside

FOLDER = "backups"
_N_KEPT = 7
_TIME = "%Y%m%d-%H%M%S"
_PREFIX, _SUFFIX = "earmark-", ".zip"
_BESIDE = ("taxonomy.toml", "exports/*.jsonl", "organize/*.jsonl")  # what a library holds besides its database

# What fails of a copy that SQLite makes: the new file is written, the old one only read.
_OF_TARGET = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN}
_OF_SOURCE = {sqlite3.SQLITE_IOERR_READ, sqlite3.SQLITE_IOERR_SHORT_READ}


class Backup(NamedTuple):
    """One copy among those that are kept in the library's folder."""

    path: Path
    made_at: datetime
    size_bytes: int


def list_backups(folder: Path) -> list[Backup]:
    """Return the copies in the folder of a library, the newest first."""
    found = []
    for path in (folder / FOLDER).glob(f"{_PREFIX}*{_SUFFIX}"):
        try:
            made_at = datetime.strptime(path.name[len(_PREFIX) : -len(_SUFFIX)], _TIME).replace(tzinfo=UTC)
        except ValueError:
            continue  # not one of ours
        found.append(Backup(path, made_at, path.stat().st_size))
    return sorted(found, key=lambda one: one.made_at, reverse=True)


def back_up(folder: Path, target: Path | None = None) -> Path:
    """Copy a library, as of one moment, to a new file, and check the copy.

    Args:
        folder: Of the library; may be in use.
        target: File; without it one in the library's folder, where the newest seven are kept.

    Raises:
        LibraryError: It is damaged, or cannot be read.
        UsageError: The target exists or cannot be written.
    """
    place = target or _new_place(folder)
    if os.path.lexists(place):
        raise UsageError(f"{display_text(place)} exists already. Give another name.")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".earmark-", dir=place.parent, ignore_cleanup_errors=True) as beside:
            part = Path(beside) / place.name
            _write_archive(folder, Path(beside) / "copy", part)
            part.rename(place)
    except OSError as error:
        raise UsageError(
            f"{display_text(place)} cannot be written: {system_reason(error)}. Give another place."
        ) from error
    if target is None:
        for old in list_backups(folder)[_N_KEPT:]:
            old.path.unlink(missing_ok=True)
    return place


def restore(folder: Path, backup: Path) -> Path | None:
    """Put a copy in the place of a library, which is kept beside it.

    Args:
        folder: Of the library; need not hold one.
        backup: Made by `back_up`.

    Returns:
        The database as it was before, under another name; None where there was none.

    Raises:
        UsageError: The file is no backup, or is damaged; nothing is changed.
        LibraryError: It was made by a newer earmark.
        LibraryBusyError: Another process is writing the library.
    """
    folder.mkdir(parents=True, exist_ok=True)
    new = folder / f"{FILE_NAME}.restored"
    with writer_lock(folder):
        try:
            with zipfile.ZipFile(backup) as archive:
                with archive.open(FILE_NAME) as source, new.open("wb") as target:
                    shutil.copyfileobj(source, target)
                    target.flush()
                    os.fsync(target.fileno())
                if _check_database(new, "The copy in this backup") not in revisions():
                    raise LibraryError("This backup was made by a newer earmark. Update earmark to restore it.")
                had_database = has_database(folder)
                before = set_aside(folder)
                new.replace(folder / FILE_NAME)
                remove_caches(folder)
                _restore_beside(archive, folder)
        except (KeyError, zipfile.BadZipFile, NotImplementedError, EOFError, zlib.error) as error:
            raise UsageError(f"{display_text(backup)} is no backup of a library, or is damaged.") from error
        except OSError as error:
            raise UsageError(f"{display_text(backup)} cannot be restored: {system_reason(error)}.") from error
        finally:
            remove_database(new)
    return before if had_database else None


def remove_caches(folder: Path) -> None:
    """Remove what is derived from a database that is another one now."""
    for path in folder.glob("vectors-*.cache"):
        path.unlink(missing_ok=True)


def _new_place(folder: Path) -> Path:
    made_at = datetime.now(UTC)
    while os.path.lexists(place := folder / FOLDER / f"{_PREFIX}{made_at.strftime(_TIME)}{_SUFFIX}"):
        made_at += timedelta(seconds=1)  # of two in one second, the second one is the later one
    return place


def _files_beside(folder: Path) -> Iterator[Path]:
    for pattern in _BESIDE:
        yield from sorted(path for path in folder.glob(pattern) if path.is_file())


def _restore_beside(archive: zipfile.ZipFile, folder: Path) -> None:
    """Bring back the files beside a database that are not there; those that are stay as they are."""
    names = [name for name in archive.namelist() if any(Path(name).match(pattern) for pattern in _BESIDE)]
    for name in names:
        place = folder / name
        if place.parent in {folder, folder / "exports", folder / "organize"} and not place.exists():
            place.parent.mkdir(exist_ok=True)
            place.write_bytes(archive.read(name))


def _write_archive(folder: Path, copy: Path, target: Path) -> None:
    """Write a backup to ``target`` and read it back; ``copy`` is where its database lies meanwhile."""
    _copy_database(folder, copy)
    _check_database(copy, "The copy")
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.write(copy, FILE_NAME)
        for path in _files_beside(folder):
            archive.write(path, path.relative_to(folder).as_posix())
    with target.open("rb") as stream:
        os.fsync(stream.fileno())
    with zipfile.ZipFile(target) as archive:
        if archive.testzip() is not None:
            raise OSError(errno.EIO, "what was written cannot be read back")


def _copy_database(folder: Path, target: Path) -> None:
    mode = "mode=ro" if is_writable(folder) else "mode=ro&immutable=1"  # as `SqliteDatabase` opens it
    uri = f"{(folder / FILE_NAME).absolute().as_uri()}?{mode}"
    with explained(folder), closing(sqlite3.connect(uri, uri=True)) as old, closing(sqlite3.connect(target)) as new:
        try:
            old.backup(new)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF not in _OF_TARGET or error.sqlite_errorcode in _OF_SOURCE:
                raise
            raise OSError(errno.EIO, "the disk is full, or reports a fault") from error


def _check_database(path: Path, name: str) -> str:
    """Return the revision of the schema of a healthy database.

    Raises:
        LibraryError: It is damaged.
    """
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
            if found == "ok":
                connection.execute("SELECT count(*) FROM samples").fetchone()
                return str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])
    except (sqlite3.DatabaseError, TypeError) as error:
        found = str(error)
    raise LibraryError(f"{name} is damaged ({found}).")
