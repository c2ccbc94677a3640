"""A library on a PostgreSQL server: several people write at once, and vectors are searched where they lie."""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import text

from db.compiled.edits import SET_VALUE
from db.engines.postgres.database import PostgresDatabase
from db.engines.postgres.place import ServerPlace
from db.engines.postgres.root_places import RootPlaces
from db.engines.postgres.transaction import PostgresTransaction
from db.engines.postgres.vector_graph import build_graph, without_graph
from db.engines.postgres.vector_index import PgvectorIndex
from db.errors import LibraryError, system_reason
from db.paths import shell_text
from db.read.known_files import find_encoder_id
from db.read.settings import read_setting
from db.schema.postgres.roles import grant_roles, role_of
from db.schema.postgres.upgrade import create_schema, prepare_opened, prepare_schema
from db.storage.base import UNFINISHED
from db.types import EncoderInfo

_META = text("SELECT name, value FROM meta WHERE name IN ('library', :unfinished)")
_DROP_DOCUMENT = text("DELETE FROM meta WHERE name = :name")
DOCUMENT_NAME = "document:"
"""What names of texts that belong to a library begin with, among its settings."""
_LONGEST_PATH = 2600  # of an entry in an index 2,704 are the most, its other columns included
_SIZE = text("SELECT pg_database_size(current_database())")


class ServerStorage:
    """`db.storage.base.Storage` of a library on a server, whose schema is up to date."""

    def __init__(self, database: PostgresDatabase) -> None:
        self.name = str(database.place)
        self.longest_path: int | None = _LONGEST_PATH
        self.database = database
        self.folder = local_folder(database.place, self._library_id())
        self.database.root_places = RootPlaces(self.folder)
        self._lock = threading.Lock()
        self._indexes: dict[str, PgvectorIndex] = {}

    def _library_id(self) -> str:
        with self.database.read() as transaction:
            found: dict[str, str] = dict(transaction.connection.execute(_META, {"unfinished": UNFINISHED}).all())
        if UNFINISHED in found:
            raise LibraryError(
                f"The copy of a library to {self.name} is not finished. "
                f"Go on with: earmark library copy FROM {shell_text(self.name)}"
            )
        return found["library"]

    def vectors(self, encoder: EncoderInfo) -> PgvectorIndex:
        with self._lock:
            index = self._indexes.get(encoder.fingerprint)
        if index is None:
            with self.database.read() as transaction:
                encoder_id = find_encoder_id(transaction, encoder)
            index = PgvectorIndex(self.database, encoder_id, encoder.dim)
            if encoder_id is not None:
                with self._lock:
                    index = self._indexes.setdefault(encoder.fingerprint, index)
        return index

    @contextmanager
    def take_turn(self) -> Iterator[None]:
        """Wait for nobody: rows are locked where changes could meet."""
        yield

    @contextmanager
    def share_turn(self) -> Iterator[None]:
        yield

    def read_document(self, name: str) -> bytes | None:
        with self.database.read_one() as transaction:
            found = read_setting(transaction, DOCUMENT_NAME + name)
        return None if found is None else found.encode("utf-8")

    def write_document(self, name: str, content: bytes | None) -> None:
        with self.database.write() as transaction:
            if content is None:
                transaction.connection.execute(_DROP_DOCUMENT, {"name": DOCUMENT_NAME + name})
            else:
                transaction.run(SET_VALUE, name=DOCUMENT_NAME + name, value=content.decode("utf-8"))

    def back_up(self) -> None:
        return None

    def count_bytes(self, transaction: PostgresTransaction) -> int:
        return int(transaction.connection.scalar(_SIZE) or 0)

    def find_faults(self, transaction: PostgresTransaction) -> list[str]:
        return []


def local_folder(place: ServerPlace, library_id: str) -> Path:
    """Return the folder for what this machine keeps of a library, made where it is missing.

    Raises:
        LibraryError: It cannot be made.
    """
    folder = place.local_folder / library_id
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LibraryError(
            f"{folder}, for what this machine keeps of a library, cannot be made: {system_reason(error)}."
        ) from error
    return folder


def make(
    place: ServerPlace, roles: Mapping[str, str], removed: Iterable[str], on_progress: Callable[[int, int], None]
) -> str:
    """Make a library, or bring it up to date, and give roles: `db.storage.opening.make_on_server`."""
    create_schema(place)
    prepare_schema(place)
    if roles or removed:
        grant_roles(place, roles, removed)
    with closing(PostgresDatabase(place)) as database:
        for vectors in without_graph(database):
            build_graph(database, vectors, on_progress)
        with database.read() as transaction:
            return role_of(transaction.connection)


def open_server(place: ServerPlace) -> ServerStorage:
    """Open the library on a server, upgrading one that an older earmark made.

    Raises:
        LibraryError: There is none, the server cannot be reached, or a newer earmark made it.
    """
    database = PostgresDatabase(place)
    try:
        prepare_opened(database)
        return ServerStorage(database)
    except BaseException:
        database.close()
        raise
