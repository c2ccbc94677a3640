"""A library in a folder, copied from or to."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path

from sqlalchemy import Connection, Table, insert, select, text

from db.engines.sqlite import FILE_NAME, SqliteDatabase
from db.engines.sqlite.lock import writer_lock
from db.errors import LibraryError, system_reason
from db.paths import display_text, from_stored
from db.schema.sqlite.tables import NAME_INDEX, TRIGGERS
from db.schema.sqlite.upgrade import build_database, finish_database, has_database, remove_database, set_aside
from db.schema.tables import Root
from db.storage.base import DOCUMENTS, UNFINISHED
from db.storage.copying.base import Mark
from db.storage.copying.rows import META, Rows, drop_indexes, make_indexes
from db.storage.folder import open_folder

_UNFINISHED = f"{FILE_NAME}.copying"
_TRIGGER_NAMES = [trigger.split()[2] for trigger in TRIGGERS]


class FolderSource:
    """`db.storage.copying.base.CopySource` of a library in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """Open a read transaction.

        Raises:
            LibraryError: There is no library, or it is damaged.
        """
        with closing(open_folder(self._folder).database) as database, database.snapshot() as connection:
            yield connection

    def sequences(self, connection: Connection) -> Mapping[str, int]:
        return dict(connection.execute(text("SELECT name, seq FROM sqlite_sequence")).all())

    def settings(self, connection: Connection) -> Mapping[str, str]:
        return dict(connection.execute(select(META.c.name, META.c.value)).all())

    def documents(self, connection: Connection) -> Mapping[str, bytes]:
        found = {}
        for name in DOCUMENTS:
            with suppress(FileNotFoundError):
                found[name] = (self._folder / name).read_bytes()
        return found


class FolderTarget:
    """`db.storage.copying.base.CopyTarget` in a folder: a file beside its place, which it takes in the end."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file = folder / _UNFINISHED
        self._database: SqliteDatabase | None = None
        self._turn = ExitStack()

    def begin(self, mark: Mark) -> bool:
        where = display_text(self._folder)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise LibraryError(f"No library can be made in {where}: {system_reason(error)}.") from error
        self._turn.enter_context(writer_lock(self._folder))
        if has_database(self._folder):  # with the lock: another copy may just have come to its end
            raise LibraryError(f"There is a library in {where} already. Choose another folder.")
        if self._file.exists() and self._is_of(mark):
            self._database = SqliteDatabase(self._file)
            return True
        remove_database(self._file)
        build_database(self._file)
        self._database = SqliteDatabase(self._file)
        with self.connection() as connection:
            for name in _TRIGGER_NAMES:  # what they would do is copied
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
            connection.exec_driver_sql("DROP TABLE file_names")
            drop_indexes(connection)
            connection.execute(insert(META), {"name": UNFINISHED, "value": str(mark)})
        return False

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        assert self._database is not None
        with self._database.migrate() as connection:
            yield connection

    def add(self, connection: Connection, table: Table, rows: Rows) -> None:
        places = ", ".join("?" * len(table.c))
        names = ", ".join(f'"{column.name}"' for column in table.c)
        statement = f'INSERT INTO "{table.name}" ({names}) VALUES ({places})'  # noqa: S608 (own names)
        given = [tuple(row) for row in rows]
        if table.name == Root.__tablename__:
            given = [(root_id, path, display_text(from_stored(path))) for root_id, path, _ in given]
        connection.exec_driver_sql(statement, given)

    def finish(
        self,
        connection: Connection,
        sequences: Mapping[str, int],
        settings: Mapping[str, str],
        documents: Mapping[str, bytes],
    ) -> None:
        make_indexes(connection)
        connection.exec_driver_sql(NAME_INDEX)
        connection.exec_driver_sql("INSERT INTO file_names(file_names) VALUES ('rebuild')")
        for trigger in TRIGGERS:
            connection.exec_driver_sql(trigger)
        connection.exec_driver_sql("DELETE FROM sqlite_sequence")
        connection.exec_driver_sql("INSERT INTO sqlite_sequence VALUES (?, ?)", list(sequences.items()))
        connection.execute(META.delete())
        connection.execute(insert(META), [{"name": name, "value": settings[name]} for name in sorted(settings)])
        for name, content in documents.items():
            (self._folder / name).write_bytes(content)

    def close(self, *, is_whole: bool) -> None:
        with self._turn:
            if self._database is not None:
                self._database.close()
            if is_whole:
                set_aside(self._folder)
                finish_database(self._file)
                self._file.replace(self._folder / FILE_NAME)
                remove_database(self._file)

    def _is_of(self, mark: Mark) -> bool:
        """Say whether the unfinished copy is of the same state of the same library."""
        try:
            with closing(SqliteDatabase(self._file)) as database, database.snapshot() as connection:
                return connection.scalar(select(META.c.value).where(META.c.name == UNFINISHED)) == str(mark)
        except LibraryError:
            return False
