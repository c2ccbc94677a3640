"""A library on a server, copied from or to."""

import os
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Any

import psycopg
from sqlalchemy import Connection, ForeignKeyConstraint, Table, select, text

from db.engines.postgres.bulk import copy_rows, copy_vectors
from db.engines.postgres.database import PostgresDatabase
from db.engines.postgres.place import ServerPlace
from db.engines.postgres.root_places import NOWHERE, RootPlaces
from db.engines.postgres.values import plain
from db.errors import LibraryError
from db.read.packs import free_name
from db.schema.postgres.tables import NAMES_INDEX
from db.schema.postgres.upgrade import create_schema, prepare_schema
from db.schema.tables import Embedding, Root
from db.storage.base import UNFINISHED
from db.storage.copying.base import Mark
from db.storage.copying.rows import META, TABLES, Rows, drop_indexes, make_indexes
from db.storage.server import DOCUMENT_NAME, local_folder, open_server

_SEQUENCE = "SELECT last_value, is_called FROM {}"
_OWNED = """
SELECT relname, pg_get_serial_sequence(relname, 'id') FROM pg_class
WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p')
AND EXISTS (SELECT 1 FROM pg_attribute WHERE attrelid = pg_class.oid AND attname = 'id' AND NOT attisdropped)
"""
_SET_SEQUENCE = text("SELECT setval(CAST(:sequence AS regclass), greatest(:last, 1), :last > 0)")
_MEMORY = "SET LOCAL maintenance_work_mem = '256MB'"  # of indexes


class ServerSource:
    """`db.storage.copying.base.CopySource` of a library on a server."""

    def __init__(self, place: ServerPlace) -> None:
        self._place = place

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """Open a read transaction.

        Raises:
            LibraryError: There is no library, or its server cannot be reached.
        """
        with closing(open_server(self._place).database) as database, database.read() as transaction:
            transaction.connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
            yield transaction.connection

    def sequences(self, connection: Connection) -> Mapping[str, int]:
        found = {}
        for table, sequence in _sequences(connection).items():
            last, is_called = connection.execute(text(_SEQUENCE.format(sequence))).one()
            found[table] = int(last) if is_called else 0
        return {table: last for table, last in found.items() if last}

    def settings(self, connection: Connection) -> Mapping[str, str]:
        rows = connection.execute(select(META.c.name, META.c.value))
        return {name: value for name, value in rows if not name.startswith(DOCUMENT_NAME)}

    def documents(self, connection: Connection) -> Mapping[str, bytes]:
        rows = connection.execute(select(META.c.name, META.c.value).where(META.c.name.startswith(DOCUMENT_NAME)))
        return {name.removeprefix(DOCUMENT_NAME): value.encode() for name, value in rows}


class ServerTarget:
    """`db.storage.copying.base.CopyTarget` in a database; until it is whole, nobody can open it."""

    def __init__(self, place: ServerPlace) -> None:
        self._place = place
        self._database = PostgresDatabase(place)

    def begin(self, mark: Mark) -> bool:
        create_schema(self._place)
        prepare_schema(self._place)
        with self._opened() as connection:
            found = connection.scalar(select(META.c.value).where(META.c.name == UNFINISHED))
            if found is None and connection.scalar(text("SELECT EXISTS (SELECT 1 FROM samples)")):
                raise LibraryError(f"There is a library at {self._place} already. Choose another database.")
            if not connection.scalar(text("SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE relname='files'")):
                raise LibraryError(f"Only who made the library at {self._place} can copy another one into it.")
            self._database.root_places = RootPlaces(local_folder(self._place, mark.library))
            if found == str(mark):
                return True
            names = ", ".join(f'"{table.name}"' for table in (*TABLES, META))
            connection.execute(text(f"TRUNCATE {names}, root_links"))
            for part in connection.scalars(
                text("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'embeddings'::regclass")
            ).all():
                connection.execute(text(f"DROP TABLE {part}"))
            connection.execute(META.insert(), {"name": UNFINISHED, "value": str(mark)})
            connection.execute(text("ALTER TABLE files DISABLE TRIGGER USER"))  # what they would do is copied
            connection.execute(text("DROP INDEX IF EXISTS ix_files_trigrams"))
            drop_indexes(connection)
            for constraint in _references():
                connection.execute(text(f"ALTER TABLE {constraint.table} DROP CONSTRAINT IF EXISTS {constraint.name}"))
        return False

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        with self._opened() as connection:
            yield connection

    def add(self, connection: Connection, table: Table, rows: Rows) -> None:
        driver = connection.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        given = [tuple(row) for row in rows]
        if table.name == Root.__tablename__:
            given = self._place_roots(connection, table, given)
        with driver.cursor() as cursor:
            if table.name == Embedding.__tablename__:
                copy_vectors(cursor, given)
            else:
                copy_rows(cursor, table.name, [column.name for column in table.c], given)

    def finish(
        self,
        connection: Connection,
        sequences: Mapping[str, int],
        settings: Mapping[str, str],
        documents: Mapping[str, bytes],
    ) -> None:
        connection.execute(text(_MEMORY))
        make_indexes(connection)
        for constraint in _references():
            said = connection.dialect.ddl_compiler(connection.dialect, None).process(constraint)  # type: ignore[arg-type]  # it makes parts of statements
            connection.execute(text(f"ALTER TABLE {constraint.table} ADD {said}"))
        connection.execute(text(NAMES_INDEX))
        connection.execute(text("ALTER TABLE files ENABLE TRIGGER USER"))
        for table, sequence in _sequences(connection).items():
            connection.execute(_SET_SEQUENCE, {"sequence": sequence, "last": sequences.get(table, 0)})
        texts = {DOCUMENT_NAME + name: self._as_text(name, content) for name, content in documents.items()}
        values = [plain({"name": name, "value": value}) for name, value in sorted({**settings, **texts}.items())]
        connection.execute(META.delete())
        connection.execute(META.insert(), values)

    def close(self, *, is_whole: bool) -> None:
        if is_whole:
            with self._database.outside_transactions() as connection:
                connection.execute(text("ANALYZE"))
        self._database.close()

    @contextmanager
    def _opened(self) -> Iterator[Connection]:
        with self._database.write() as transaction:
            yield transaction.connection

    def _as_text(self, name: str, content: bytes) -> str:
        try:
            return content.decode("utf-8")
        except UnicodeDecodeError:
            raise LibraryError(
                f"{name} in the folder of the library is no UTF-8 text, so {self._place} cannot hold it. "
                "Correct it, and give the same command again."
            ) from None

    def _place_roots(self, connection: Connection, table: Table, rows: Rows) -> list[tuple[Any, ...]]:
        """Return roots by names, and keep where this machine has them."""
        places = self._database.root_places
        assert places is not None
        taken = set(connection.scalars(select(table.c.display)))
        named = []
        for root_id, path, display in rows:
            own = display.rstrip("/").rpartition("/")[2] or "Root"  # from a server it is a name already
            name = free_name(own, taken)
            taken.add(name)
            named.append((root_id, os.fsencode(name), name))
            if not path.startswith(NOWHERE):
                places.set(os.fsencode(name), path)
        return named


def _references() -> list[ForeignKeyConstraint]:
    """Return the references between tables: checked row by row they take as long as all else."""
    tables = [table for table in TABLES if table.name != Embedding.__tablename__]  # has its own
    return [one for table in tables for one in sorted(table.foreign_key_constraints, key=lambda one: str(one.name))]


def _sequences(connection: Connection) -> dict[str, str]:
    """Return the sequence of ids of each table that has one."""
    found = {table: sequence for table, sequence in connection.execute(text(_OWNED)) if sequence is not None}
    parts = {name for name in found if name.startswith("embeddings_")}
    return {table: sequence for table, sequence in found.items() if table not in parts}
