"""One database of a PostgreSQL server: a pool of connections, and transactions on them."""

import select
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property, partial

import psycopg
from sqlalchemy import Connection, Dialect, Engine, create_engine, event, text
from sqlalchemy.exc import ArgumentError, InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry

from db.engines.postgres.driver_statement import DriverStatement
from db.engines.postgres.errors import explained
from db.engines.postgres.place import ServerPlace
from db.engines.postgres.root_places import RootPlaces
from db.engines.postgres.transaction import Key, PostgresTransaction
from db.errors import UsageError

_N_KEPT = 5  # connections kept open: one for each thread of the app
_N_MORE = 15  # while many clients of an API ask at once
_WAIT_SECONDS = 10  # for a connection, or for a lock that somebody else holds
_CONNECT_SECONDS = 10
_NEVER = 2**31  # statements are prepared by themselves so often: only where it is asked for (`DriverStatement`)
_ASKED_AFTER_SECONDS = 30  # without use: the network may have forgotten it
_KEPT_SECONDS = 600  # firewalls forget idle connections after some minutes without saying so

# A transaction that was forgotten, as by a laptop that was closed, would keep rows locked and their old versions alive.
# jit: compiling a statement takes longer than any of ours runs. Times are in milliseconds.
_SESSION = (
    f"SET lock_timeout = {_WAIT_SECONDS * 1000}; SET idle_in_transaction_session_timeout = 120000; SET jit = off; "
    "SET client_min_messages = error"
)


class PostgresDatabase:
    """Connections to one library on a server, pooled; each read transaction is a snapshot.

    Attributes:
        place: Where it lies.
    """

    def __init__(self, place: ServerPlace) -> None:
        self.place = place
        self._engine = _make_engine(place)
        self._shared = threading.local()
        self._compiled: dict[Key, DriverStatement] = {}
        self._reading = self._engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        self._writing = self._engine.execution_options(isolation_level="READ COMMITTED")

    @cached_property
    def is_writable(self) -> bool:
        """Whether the role of this user may annotate sounds; false on a standby too."""
        with self.read() as transaction:
            asked = "SELECT NOT pg_is_in_recovery() AND has_table_privilege('annotations', 'UPDATE')"
            return bool(transaction.connection.scalar(text(asked)))

    @property
    def root_places(self) -> RootPlaces | None:
        """Where this machine has the library's roots; None leaves them their names."""
        return getattr(self._engine.dialect, "root_places", None)

    @root_places.setter
    def root_places(self, places: RootPlaces) -> None:
        self._engine.dialect.root_places = places  # type: ignore[attr-defined]  # for db.schema.root_path

    def close(self) -> None:
        """Close what is idle; a connection in use closes when its block ends."""
        self._engine.dispose()

    @contextmanager
    def read(self) -> Iterator[PostgresTransaction]:
        """Open a read transaction: everything read within is of one moment, whatever writers do meanwhile."""
        shared: PostgresTransaction | None = getattr(self._shared, "transaction", None)
        if shared is not None:
            with explained(self.place):
                yield shared
            return
        with explained(self.place), self._reading.connect() as connection, connection.begin():
            yield PostgresTransaction(connection, self._compiled)

    @contextmanager
    def read_one(self) -> Iterator[PostgresTransaction]:
        """Open a read transaction for one statement, which needs neither beginning nor end: one round trip."""
        if getattr(self._shared, "transaction", None) is not None:
            with self.read() as transaction:
                yield transaction
            return
        with explained(self.place), self._engine.connect() as connection:
            yield PostgresTransaction(connection.execution_options(isolation_level="AUTOCOMMIT"), self._compiled)

    @contextmanager
    def read_together(self) -> Iterator[None]:
        """Let the reads of this thread within the block share a transaction: each of its own takes three round trips.

        What this thread writes within the block, its reads do not see.
        """
        with self.read() as transaction:
            before = getattr(self._shared, "transaction", None)
            self._shared.transaction = transaction
            try:
                yield
            finally:
                self._shared.transaction = before

    @contextmanager
    def write(self) -> Iterator[PostgresTransaction]:
        """Open a write transaction, committed when the block ends and rolled back when it raises.

        Raises:
            LibraryConflictError: Another change came between; the same transaction can be tried again.
            LibraryReadOnlyError: The role of this user may not do that.
        """
        try:
            with explained(self.place), self._writing.connect() as connection, connection.begin():
                yield PostgresTransaction(connection, self._compiled)
        except BaseException:
            if self.root_places is not None:
                self.root_places.drop()
            raise
        if self.root_places is not None:
            self.root_places.keep()

    @contextmanager
    def outside_transactions(self) -> Iterator[Connection]:
        """Yield a connection on which each statement is committed by itself, for those that the server wants so."""
        with explained(self.place), self._engine.connect() as connection:
            yield connection.execution_options(isolation_level="AUTOCOMMIT")

    @contextmanager
    def migrate(self) -> Iterator[Connection]:
        """Open a transaction for a change of the schema, alone with it."""
        with explained(self.place), self._writing.connect() as connection, connection.begin():
            connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('earmark schema'))"))
            yield connection


def _make_engine(place: ServerPlace) -> Engine:
    try:
        engine = create_engine(
            place.url,
            pool_size=_N_KEPT,
            max_overflow=_N_MORE,
            pool_timeout=_WAIT_SECONDS,
            pool_recycle=_KEPT_SECONDS,
            hide_parameters=True,
            execution_options={"preserve_rowcount": True},  # or it forgets how many rows an INSERT added
            connect_args={
                "connect_timeout": _CONNECT_SECONDS,
                "prepare_threshold": _NEVER,
                "application_name": "earmark",
                "keepalives_idle": 30,
            },
        )
    except (ArgumentError, ValueError):
        raise UsageError("That is no address of a server.") from None
    event.listen(engine, "connect", _prepare_session)
    event.listen(engine, "checkin", _note_use)
    event.listen(engine, "checkout", partial(_check, engine.dialect))
    return engine


def _prepare_session(connection: psycopg.Connection, _entry: ConnectionPoolEntry) -> None:
    is_autocommit, connection.autocommit = connection.autocommit, True
    connection.execute(_SESSION)
    connection.autocommit = is_autocommit


def _note_use(_connection: object, entry: ConnectionPoolEntry) -> None:
    entry.info["used_at"] = time.monotonic()


def _check(dialect: Dialect, connection: psycopg.Connection, entry: ConnectionPoolEntry, _proxy: object) -> None:
    """Replace a connection to a server that was restarted: a server says so before it goes, and then closes.

    To ask each time takes a round trip, a quarter of a short read.

    Raises:
        InvalidatePoolError: It was; the pool makes new connections.
    """
    idle_seconds = time.monotonic() - entry.info.get("used_at", 0.0)
    if idle_seconds < _ASKED_AFTER_SECONDS and not _has_news(connection):
        return
    try:
        dialect.do_ping(connection)  # type: ignore[arg-type]
    except dialect.loaded_dbapi.Error:
        raise InvalidatePoolError from None


def _has_news(connection: psycopg.Connection) -> bool:
    """Say whether a server has sent something that nobody asked for, or has closed the connection."""
    if not hasattr(select, "poll"):  # Windows
        return bool(select.select([connection.fileno()], [], [], 0)[0])
    waiting = select.poll()
    waiting.register(connection.fileno(), select.POLLIN)
    return bool(waiting.poll(0))
