"""Making a library's database, and bringing one made by an older earmark up to date."""

import os
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from db.engines.sqlite import FILE_NAME, SqliteDatabase, explained
from db.engines.sqlite.lock import writer_lock
from db.errors import LibraryDamagedError, LibraryError, system_reason
from db.paths import display_text
from db.schema.revisions import MIGRATIONS, REVISION_TABLE, is_outdated, refuse_newer, revisions
from db.schema.upgrade import upgrade_tables

PAGE_BYTES = 16384  # pages of 4096 bytes nearly double a file full of vectors


def has_database(folder: Path) -> bool:
    """Say whether a folder holds a database.

    Raises:
        LibraryError: The folder may not be entered.
    """
    try:
        return (folder / FILE_NAME).exists()
    except OSError as error:
        raise LibraryError(
            f"The library in {display_text(folder)} cannot be opened: {system_reason(error)}."
        ) from error


def create_database(folder: Path) -> None:
    """Make an empty database in a folder, all of it or nothing.

    Raises:
        LibraryError: The folder cannot be made or written.
        LibraryBusyError: Another process is at it.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with writer_lock(folder):
            if not has_database(folder):
                set_aside(folder)  # a log without its database, which SQLite would apply to the new one
                with _new_file(folder / FILE_NAME) as new:
                    build_database(new)
    except OSError as error:
        raise LibraryError(f"No library can be made in {display_text(folder)}: {system_reason(error)}.") from error


def prepare_database(folder: Path, migrations: Path = MIGRATIONS) -> None:
    """Make sure that the database has the newest schema, upgrading an older one after a backup.

    Raises:
        LibraryError: It is no library, damaged, or of a schema that this version does not know; left as it was.
        LibraryBusyError: It needs an upgrade while another process writes it.
    """
    known = revisions(migrations)
    if not _needs_upgrade(folder, known):
        return
    with writer_lock(folder):
        if _needs_upgrade(folder, known):  # again: the last owner of the lock may have upgraded it
            _back_up(folder, _check_revision(folder, known))
            _upgrade(folder, migrations)


def build_database(path: Path) -> None:
    """Make an empty database at a path where there is none."""
    from db.schema.sqlite.tables import create_tables

    with explained(path.parent), closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA page_size = {PAGE_BYTES}")
        connection.execute("PRAGMA journal_mode = WAL")
    with closing(SqliteDatabase(path)) as database, database.migrate() as connection:
        create_tables(connection)
        connection.exec_driver_sql(REVISION_TABLE)
        connection.exec_driver_sql("INSERT INTO alembic_version VALUES (?)", (revisions()[-1],))
        library_id = str(uuid.uuid4())
        connection.exec_driver_sql("INSERT INTO meta VALUES ('library', ?), ('generation', '0')", (library_id,))
    finish_database(path)


def finish_database(path: Path) -> None:
    """Bring all of a new database into its one file, so that it can be renamed."""
    with explained(path.parent), closing(sqlite3.connect(path)) as connection:
        # A checkpoint that fails while a connection closes says nothing: the file would go without its WAL.
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@contextmanager
def _new_file(path: Path) -> Iterator[Path]:
    """Let a database be built beside its place; it takes the place when the block ends, or leaves no trace."""
    new = path.with_name(f"{path.name}.new")
    try:
        remove_database(new)  # of a process that was killed
        yield new
        new.replace(path)
    finally:
        remove_database(new)


def remove_database(path: Path) -> None:
    """Remove a database and the files that SQLite makes beside it."""
    for suffix in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def set_aside(folder: Path) -> Path:
    """Give the database of a library and its log another name, and return that; the writer lock must be held.

    The database goes first: without its log it would open, and lack the last commits.
    """
    now = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    aside = folder / f"{FILE_NAME}.before-{now}"
    for suffix in ("", "-wal"):
        path = folder / f"{FILE_NAME}{suffix}"
        if path.exists():
            path.rename(aside.with_name(aside.name + suffix))
    (folder / f"{FILE_NAME}-shm").unlink(missing_ok=True)
    return aside


def _needs_upgrade(folder: Path, known: list[str]) -> bool:
    revision = _check_revision(folder, known)
    with closing(SqliteDatabase(folder / FILE_NAME)) as database, database.read() as transaction:
        columns = [name for (name,) in transaction.cursor.execute("SELECT name FROM pragma_table_info('samples')")]
    return is_outdated(revision, known, columns)


def _check_revision(folder: Path, known: list[str]) -> str:
    revision = _read_revision(folder)
    if revision is None:
        raise LibraryError(f"{display_text(folder / FILE_NAME)} is not an earmark library. Choose another folder.")
    refuse_newer(f"The library in {display_text(folder)}", revision, known)
    return revision


def _read_revision(folder: Path) -> str | None:
    with closing(SqliteDatabase(folder / FILE_NAME)) as database, database.read() as transaction:
        tables = {name for (name,) in transaction.cursor.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if not {"alembic_version", "meta", "samples"} <= tables:
            return None
        row = transaction.cursor.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(row[0]) if row else None


def _back_up(folder: Path, revision: str) -> None:
    today = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    copy = folder / f"{FILE_NAME}.backup-{revision}-{today}"
    with (
        explained(folder),
        closing(sqlite3.connect(folder / FILE_NAME)) as source,
        closing(sqlite3.connect(copy)) as target,
    ):
        source.backup(target)
    with copy.open("rb") as stream:
        os.fsync(stream.fileno())


def _upgrade(folder: Path, migrations: Path) -> None:
    # Batch migrations drop and rebuild tables, which would cascade to every row that refers to them.
    with (
        closing(SqliteDatabase(folder / FILE_NAME, has_foreign_keys=False)) as database,
        database.migrate() as connection,
    ):
        # ... and a rebuilt table is renamed while triggers still speak of it.
        connection.exec_driver_sql("PRAGMA legacy_alter_table = ON")
        upgrade_tables(connection, migrations)
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise LibraryDamagedError(
                f"The library in {display_text(folder)} holds {len(broken)} broken references and was not upgraded. "
                "Run: earmark doctor"
            )
