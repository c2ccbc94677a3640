"""One SQLite file: connections, transactions, and its errors in words."""

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DatabaseError

from db.errors import LibraryBusyError, LibraryError
from db.paths import display_text

FILE_NAME = "earmark.db"
BUSY_SECONDS = 10.0  # readers wait this long for a checkpoint; writers never meet (see db.lock)

Cursor: TypeAlias = sqlite3.Cursor

_ADVICE = {
    sqlite3.SQLITE_BUSY: "is held by another program. Try again when that one has finished.",
    sqlite3.SQLITE_LOCKED: "is held by another program. Try again when that one has finished.",
    sqlite3.SQLITE_FULL: "cannot grow: the disk is full. Free some space and run the command again.",
    sqlite3.SQLITE_READONLY: "cannot be written: the folder is read-only.",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened. Check that the folder may be read.",
    sqlite3.SQLITE_IOERR: "cannot be read or written: the disk reports a fault.",
    sqlite3.SQLITE_CORRUPT: "is damaged. Restore earmark.db from a backup, or move it away and index again.",
    sqlite3.SQLITE_NOTADB: "is damaged: earmark.db is not a database. Restore it, or move it away and index again.",
}


class Database:
    """Connections to one SQLite file, pooled, so that each thread reads its own snapshot."""

    def __init__(self, path: Path, *, has_foreign_keys: bool = True) -> None:
        self.path = path
        self.is_writable = is_writable(path.parent)
        self._engine = _make_engine(path, is_writable=self.is_writable, has_foreign_keys=has_foreign_keys)
        self._write_turn = threading.Lock()  # two threads must not checkpoint the WAL at once either

    def close(self) -> None:
        self._engine.dispose()

    @contextmanager
    def read(self) -> Iterator[Cursor]:
        """Open a snapshot: everything read within is of one moment, whatever a writer does meanwhile."""
        with self._begin("BEGIN") as connection:
            yield _driver_cursor(connection)

    @contextmanager
    def write(self) -> Iterator[Cursor]:
        """Open a transaction that is on disk when the block ends, and undone when it raises."""
        with self._write_turn, self._begin("BEGIN IMMEDIATE") as connection:
            yield _driver_cursor(connection)
            connection.commit()

    @contextmanager
    def migrate(self) -> Iterator[Connection]:
        """Open a transaction for a change of the schema; as :meth:`write`, with SQLAlchemy's own connection."""
        with self._begin("BEGIN IMMEDIATE") as connection:
            yield connection
            connection.commit()

    @contextmanager
    def _begin(self, statement: str) -> Iterator[Connection]:
        with explained(self.path.parent), self._engine.connect() as connection:
            connection.exec_driver_sql(statement)
            yield connection


def _driver_cursor(connection: Connection) -> Cursor:
    # The driver's own cursor takes 1 us a statement, SQLAlchemy's 11; a batch is hundreds of statements.
    cursor = connection.connection.cursor()
    assert isinstance(cursor, sqlite3.Cursor)
    return cursor


def is_writable(folder: Path) -> bool:
    return os.access(folder, os.W_OK)


@contextmanager
def explained(folder: Path) -> Iterator[None]:
    """Turn what SQLite says of a broken, full or locked library into one sentence for the user."""
    try:
        yield
    except (DatabaseError, sqlite3.DatabaseError) as error:
        cause = error.orig if isinstance(error, DatabaseError) else error
        code = getattr(cause, "sqlite_errorcode", 0) & 0xFF  # the low byte is the primary code
        if code not in _ADVICE:
            raise
        kind = LibraryBusyError if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED} else LibraryError
        raise kind(f"The library in {display_text(folder)} {_ADVICE[code]}") from error


def _make_engine(path: Path, *, is_writable: bool, has_foreign_keys: bool) -> Engine:
    # A folder that cannot be written has no room for the files through which SQLite shares a WAL.
    mode = "mode=rw" if is_writable else "mode=ro&immutable=1"
    uri = f"{path.absolute().as_uri()}?{mode}"

    def connect() -> sqlite3.Connection:
        # isolation_level None: transactions begin where this module says so, not at the first INSERT.
        return sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)

    engine = create_engine("sqlite+pysqlite:///file", creator=connect)

    @event.listens_for(engine, "connect")
    def _configure(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute(f"PRAGMA foreign_keys = {int(has_foreign_keys)}")
        connection.execute("PRAGMA synchronous = FULL")  # acknowledged is on disk, power cuts included

    return engine
