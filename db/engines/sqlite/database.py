"""One SQLite file: connections, transactions, and errors as sentences."""

import os
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from db.engines.sqlite.transaction import SqliteTransaction
from db.errors import LibraryBusyError, LibraryDamagedError, LibraryError, LibraryReplacedError
from db.paths import display_text

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

FILE_NAME = "earmark.db"
_N_IDLE = 5  # connections kept open: one for each thread of the app
_MIN_FREE_BYTES = 1 << 17  # less than the shared memory of a WAL and one page need
BUSY_SECONDS = 10.0  # readers wait this long for a checkpoint; writers never meet (see db.engines.sqlite.lock)

_ADVICE = {
    sqlite3.SQLITE_BUSY: "is held by another program. Try again when that one has finished.",
    sqlite3.SQLITE_LOCKED: "is held by another program. Try again when that one has finished.",
    sqlite3.SQLITE_FULL: "cannot grow: the disk is full. Free some space and run the command again.",
    sqlite3.SQLITE_READONLY: "cannot be written: the folder is read-only.",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened. Check that the folder may be read.",
    sqlite3.SQLITE_IOERR: "cannot be read or written: the disk reports a fault.",
    sqlite3.SQLITE_CORRUPT: "is damaged. To rebuild it: earmark doctor --repair. To bring back a copy: earmark restore",
    sqlite3.SQLITE_NOTADB: "is damaged: earmark.db is not a database. To bring back a copy: earmark restore",
}
_KINDS = {
    sqlite3.SQLITE_BUSY: LibraryBusyError,
    sqlite3.SQLITE_LOCKED: LibraryBusyError,
    sqlite3.SQLITE_CORRUPT: LibraryDamagedError,
    sqlite3.SQLITE_NOTADB: LibraryDamagedError,
}


class SqliteDatabase:
    """Connections to one SQLite file, pooled, so that each thread reads its own snapshot."""

    def __init__(self, path: Path, *, has_foreign_keys: bool = True) -> None:
        self.path = path
        self.is_writable = is_writable(path.parent)
        self._has_foreign_keys = has_foreign_keys
        self._idle: list[sqlite3.Connection] = []  # append and pop are atomic
        self._n_kept = _N_IDLE
        self._identity: tuple[int, int] | None = None  # of the file that was opened first
        self._state: tuple[int, int] | None = None  # time and size of a file that only others can write
        self._write_turn = threading.Lock()  # two threads must not checkpoint the WAL at once either

    def close(self) -> None:
        """Close what is idle; a connection in use closes when its block ends."""
        self._n_kept = 0
        while self._idle:
            self._idle.pop().close()

    @contextmanager
    def read(self) -> Iterator[SqliteTransaction]:
        """Open a read transaction: everything read within is of one moment, whatever a writer does meanwhile."""
        with explained(self.path.parent), self._connection() as connection:
            yield SqliteTransaction(connection.execute("BEGIN"))

    read_one = read

    def read_together(self) -> AbstractContextManager[None]:
        """Do nothing: a read transaction takes microseconds."""
        return nullcontext()

    @contextmanager
    def write(self) -> Iterator[SqliteTransaction]:
        """Open a write transaction, committed to disk when the block ends and rolled back when it raises."""
        with self._write_turn, explained(self.path.parent), self._connection() as connection:
            yield SqliteTransaction(connection.execute("BEGIN IMMEDIATE"))
            connection.commit()

    @contextmanager
    def migrate(self) -> Iterator["Connection"]:
        """Open a transaction for a change of the schema; as :meth:`write`, with SQLAlchemy's own connection."""
        with self._with_sqlalchemy("BEGIN IMMEDIATE") as connection:
            yield connection
            connection.commit()

    @contextmanager
    def snapshot(self) -> Iterator["Connection"]:
        """Open a read transaction, as :meth:`read`, with SQLAlchemy's own connection."""
        with self._with_sqlalchemy("BEGIN") as connection:
            yield connection

    @contextmanager
    def _with_sqlalchemy(self, begin: str) -> Iterator["Connection"]:
        from sqlalchemy import create_engine
        from sqlalchemy.exc import DatabaseError
        from sqlalchemy.pool import NullPool

        engine = create_engine("sqlite+pysqlite:///file", creator=self._connect, poolclass=NullPool)
        with explained(self.path.parent):
            try:
                with engine.connect() as connection:
                    connection.exec_driver_sql(begin)
                    yield connection
            except DatabaseError as error:
                raise error.orig or error from error

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        if not self.is_writable:
            self._drop_outdated()
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = self._connect()
        try:
            self._check_identity()  # after the file is open, so that another one cannot come between
            yield connection
            connection.rollback()  # ends a snapshot
        except BaseException:
            connection.close()  # which undoes what was not committed
            raise
        if len(self._idle) < self._n_kept:
            self._idle.append(connection)
        else:
            connection.close()

    def _drop_outdated(self) -> None:
        """Close idle connections that were opened before others changed the file: they take it for immutable."""
        with suppress(OSError, IndexError):  # the first is said of the connection, the second of another thread
            status = os.stat(self.path)
            state = (status.st_mtime_ns, status.st_size)
            if state != self._state:
                self._state = state
                while self._idle:
                    self._idle.pop().close()

    def _check_identity(self) -> None:
        """Refuse any other file than the first: callers hold its ids, and its pooled connections still write to it.

        Raises:
            LibraryReplacedError: The file was replaced, as a restored backup does.
            LibraryError: It is not there, for now.
        """
        try:
            status = os.stat(self.path)
            identity = (status.st_dev, status.st_ino)
        except OSError:
            identity = None
        if self._identity is None:
            self._identity = identity
        elif identity is None:
            raise LibraryError(f"The library in {display_text(self.path.parent)} is not there; is its drive connected?")
        elif self._identity != identity:
            raise LibraryReplacedError(
                f"The library in {display_text(self.path.parent)} was replaced while it was open. Start earmark again."
            )

    def _connect(self) -> sqlite3.Connection:
        # A folder that cannot be written has no room for the files through which SQLite shares a WAL.
        mode = "mode=rw" if self.is_writable else "mode=ro&immutable=1"
        uri = f"{self.path.absolute().as_uri()}?{mode}"
        # isolation_level None: transactions begin where this module says so, not at the first INSERT.
        connection = sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        try:
            connection.execute(f"PRAGMA foreign_keys = {int(self._has_foreign_keys)}")
            connection.execute("PRAGMA synchronous = FULL")  # acknowledged is on disk, power cuts included
        except sqlite3.DatabaseError:
            connection.close()
            raise
        return connection


def is_writable(folder: Path) -> bool:
    """Say whether this user may change what lies in a folder."""
    return os.access(folder, os.W_OK)


def is_full(folder: Path) -> bool:
    """Say whether the disk of a folder has no room left."""
    try:
        return shutil.disk_usage(folder).free < _MIN_FREE_BYTES
    except OSError:
        return False


@contextmanager
def explained(folder: Path) -> Iterator[None]:
    """Turn the errors of SQLite for a damaged, full or locked library into one sentence for the user."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the low byte is the primary code
        if code not in _ADVICE:
            raise
        if code == sqlite3.SQLITE_IOERR and is_full(folder):  # what a full disk does to the file of shared memory
            code = sqlite3.SQLITE_FULL
        kind = _KINDS.get(code, LibraryError)
        raise kind(f"The library in {display_text(folder)} {_ADVICE[code]}") from error
