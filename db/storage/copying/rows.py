"""All rows of a table in the order of its primary key, a page at a time."""

import hashlib
import marshal
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Index, Table, func, select, tuple_

from db.engines.texts import storable
from db.schema.tables import Base, Embedding, Meta, Root, RootLink

PAGE_ROWS = 4000
_MARSHAL_VERSION = 2  # later ones write what occurs twice as references, which depends on how rows were read
# Of one machine: where its links lead, and how a folder is shown there.
_LOCAL = {Root.__tablename__: "display"}

# Meta comes last: a copy that has the id of its library is whole.
TABLES: tuple[Table, ...] = tuple(
    table for table in Base.metadata.sorted_tables if table.name not in {Meta.__tablename__, RootLink.__tablename__}
)
META: Table = Base.metadata.tables[Meta.__tablename__]

Rows = Sequence[Any]


def drop_indexes(connection: Connection) -> None:
    """Drop the indexes that are no constraints: making them of full tables takes less time than keeping them."""
    for index in _indexes(connection):
        index.drop(connection, checkfirst=True)


def make_indexes(connection: Connection) -> None:
    """Make the indexes that `drop_indexes` dropped."""
    for index in _indexes(connection):
        index.create(connection)


def _indexes(connection: Connection) -> list[Index]:
    is_server = connection.dialect.name == "postgresql"
    tables = [table for table in TABLES if not (is_server and table.name == Embedding.__tablename__)]  # has its own
    return [index for table in tables for index in sorted(table.indexes, key=lambda one: str(one.name))]


def keys(table: Table) -> list[Any]:
    """Return the columns that rows are ordered by."""
    if table.name == Embedding.__tablename__:
        return [table.c.id]  # on a server the encoder is in the key as well
    return list(table.primary_key.columns)


def read_pages(connection: Connection, table: Table) -> Iterator[Rows]:
    """Return the rows of a table, at most `PAGE_ROWS` at a time.

    NUL in a text, which SQLite holds and a server does not, becomes U+FFFD.
    """
    by = keys(table)
    page = select(table).order_by(*by).limit(PAGE_ROWS)
    places = [list(table.c).index(column) for column in by]
    after: list[Any] | None = None
    while True:
        rows = connection.execute(page if after is None else page.where(tuple_(*by) > tuple(after))).all()
        if rows:
            holds_nul = any("\x00" in value for row in rows for value in row if type(value) is str)
            yield [tuple(map(storable, row)) for row in rows] if holds_nul else rows
        if len(rows) < PAGE_ROWS:
            return
        after = [rows[-1][place] for place in places]


def count_rows(connection: Connection, table: Table) -> int:
    """Return how many rows a table has."""
    return int(connection.scalar(select(func.count()).select_from(table)) or 0)


class Digest:
    """A hash of the rows of one table, by which two libraries are compared."""

    def __init__(self, table: Table) -> None:
        self._hash = hashlib.blake2b(digest_size=16)
        left_out = _LOCAL.get(table.name)
        names = [column.name for column in table.c]
        self._left_out = names.index(left_out) if left_out else None
        self.n = 0

    def add(self, rows: Rows) -> None:
        """Add a page, as `read_pages` gives it."""
        plain = [tuple(row) for row in rows]
        if self._left_out is not None:
            plain = [row[: self._left_out] + row[self._left_out + 1 :] for row in plain]
        self._hash.update(marshal.dumps(plain, _MARSHAL_VERSION))
        self.n += len(plain)

    def value(self) -> tuple[int, bytes]:
        """Return the number of rows and their hash."""
        return self.n, self._hash.digest()


def digest(connection: Connection, table: Table) -> tuple[int, bytes]:
    """Return the number of rows of a table and their hash."""
    found = Digest(table)
    for rows in read_pages(connection, table):
        found.add(rows)
    return found.value()
