"""Making a library on a PostgreSQL server, and bringing one made by an older earmark up to date."""

import uuid
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from db.engines.postgres.database import PostgresDatabase
from db.engines.postgres.place import ServerPlace
from db.errors import LibraryError
from db.paths import display_text, shell_text
from db.schema.postgres.tables import EXTENSION, create_tables
from db.schema.revisions import MIGRATIONS, REVISION_TABLE, is_outdated, refuse_newer, revisions
from db.schema.upgrade import upgrade_tables

MIN_VERSION = 15  # unique and security behaviour of views and schemas that statements rely on
_MIN_PGVECTOR = (0, 8)  # iterative scans
_COLUMNS = text(
    "SELECT column_name FROM information_schema.columns "
    "WHERE table_schema = current_schema() AND table_name = 'samples'"
)


def create_schema(place: ServerPlace) -> None:
    """Make an empty library in a database, all of it or nothing; leave one that is there.

    Raises:
        LibraryError: The server is too old, lacks pgvector, does not let this user make tables, or another program's
            tables are in the way.
    """
    with closing(PostgresDatabase(place)) as database, database.migrate() as connection:
        if _tables(connection) >= {"meta", "samples"}:
            return
        _check_server(place, connection)
        if taken := _tables(connection):
            raise LibraryError(
                f"The database at {place} holds tables of another program ({display_text(min(taken))}). "
                "Make one for the library: CREATE DATABASE NAME"
            )
        create_tables(connection)
        connection.execute(text(REVISION_TABLE))
        connection.execute(text("INSERT INTO alembic_version VALUES (:newest)"), {"newest": revisions()[-1]})
        values = "('library', :id), ('generation', '0')"
        connection.execute(text(f"INSERT INTO meta VALUES {values}"), {"id": str(uuid.uuid4())})  # noqa: S608


def prepare_schema(place: ServerPlace, migrations: Path = MIGRATIONS) -> None:
    """Make sure that a library has the newest schema, upgrading an older one; a backup is for who runs the server.

    Raises:
        LibraryError: There is none, or it is of a schema that this version does not know.
        LibraryReadOnlyError: It needs an upgrade, and the role of this user may not make it.
    """
    with closing(PostgresDatabase(place)) as database:
        prepare_opened(database, migrations)


def prepare_opened(database: PostgresDatabase, migrations: Path = MIGRATIONS) -> None:
    """Make sure of the same by connections that are there: `prepare_schema`."""
    place, known = database.place, revisions(migrations)
    with database.read() as transaction:
        if not _needs_upgrade(place, transaction.connection, known):
            return
    with database.migrate() as connection:
        if _needs_upgrade(place, connection, known):  # again: somebody else may have upgraded it
            upgrade_tables(connection, migrations)


def _needs_upgrade(place: ServerPlace, connection: Connection, known: list[str]) -> bool:
    tables = _tables(connection)
    if not tables >= {"alembic_version", "meta", "samples"}:
        raise LibraryError(
            f"There is no library at {place} yet. Make one with: earmark library init {shell_text(str(place))}"
        )
    revision = str(connection.scalar(text("SELECT version_num FROM alembic_version")))
    refuse_newer(f"The library at {place}", revision, known)
    return is_outdated(revision, known, set(connection.scalars(_COLUMNS)))


def _tables(connection: Connection) -> set[str]:
    return set(connection.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")))


def _check_server(place: ServerPlace, connection: Connection) -> None:
    version = int(str(connection.scalar(text("SHOW server_version_num")))) // 10000
    if version < MIN_VERSION:
        raise LibraryError(f"The server at {place} is PostgreSQL {version}; earmark needs {MIN_VERSION} or later.")
    try:
        with connection.begin_nested():
            connection.execute(text(EXTENSION))
    except DBAPIError as error:
        code = getattr(error.orig, "sqlstate", "")
        advice = (
            "lets only its administrator add pgvector. Have them run there: CREATE EXTENSION vector"
            if code == "42501"
            else "has no pgvector. Install it there: https://github.com/pgvector/pgvector"
        )
        raise LibraryError(f"The server at {place} {advice}") from None
    installed = str(connection.scalar(text("SELECT extversion FROM pg_extension WHERE extname = 'vector'")))
    if tuple(int(part) for part in installed.split(".")[:2]) < _MIN_PGVECTOR:
        raise LibraryError(
            f"The server at {place} has pgvector {installed}; earmark needs 0.8 or later. "
            "Where that is installed, run there: ALTER EXTENSION vector UPDATE"
        )
