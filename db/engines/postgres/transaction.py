"""Statements run by the driver, and whole columns of numbers in one value.

The driver takes 2 us for each row, of COPY too, and switches threads as often; one value of 200,000 ids takes it 1 ms.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt
import psycopg
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Executable,
    Insert,
    SelectBase,
    column,
    func,
    select,
    table,
    text,
)

from db.engines.postgres.binary import vectors_of_array
from db.engines.postgres.driver_statement import DriverStatement
from db.engines.postgres.faults import find_faults
from db.engines.postgres.selection import (
    files_of_samples,
    key_of,
    samples_within,
    without_values,
)
from db.engines.selection import Selection
from db.types import FileIds, Matrix, SampleIds

if TYPE_CHECKING:
    from db.engines.base import Ask, RootPlaces, Row
    from db.engines.selection import Condition
    from db.engines.statement import Statement

Key: TypeAlias = tuple[object, object]
"""A statement or the conditions of a selection, and what is made of it."""
Build: TypeAlias = "Callable[[Selection], Executable | ColumnElement[Any]]"
_MOST_COMPILED = 2000  # statements; some 300 are ours, the others are of filters in their many combinations

_SAMPLE_ID = table("samples", column("id", BigInteger)).c.id
# of this library alone, which is one schema of the database
_LOCK = "hashtextextended(current_schema() || '.' || :name, 0)"
_TAKE_TURN = text(f"SELECT pg_advisory_xact_lock({_LOCK})")
_SHARE = text(f"SELECT pg_advisory_xact_lock_shared({_LOCK})")
_CLAIM = text(f"SELECT pg_try_advisory_xact_lock({_LOCK})")


class PostgresTransaction:
    """A transaction of one connection: `db.engines.base.Transaction`.

    Attributes:
        connection: SQLAlchemy's, for what only this engine does.
    """

    def __init__(self, connection: Connection, compiled: "dict[Key, DriverStatement]") -> None:
        """Work within the transaction of a connection.

        Args:
            connection: In its transaction.
            compiled: Statements that were compiled for its dialect; what is missing is added.
        """
        self.connection = connection
        self._compiled = compiled
        driver = connection.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        self._driver: psycopg.Connection[Any] = driver

    @property
    def root_places(self) -> "RootPlaces | None":
        return getattr(self.connection.dialect, "root_places", None)  # set by PostgresDatabase

    def rows(self, statement: "Statement", **values: object) -> "list[Row]":
        compiled = self._find(statement)
        return compiled.rows(compiled.run(self._driver.cursor(), values))

    def rows_of_each(self, asked: "Sequence[Ask]") -> "list[list[Row]]":
        compiled = [self._find(statement) for statement, _ in asked]
        with self._driver.pipeline():  # all of them are sent before the first answer is read
            cursors = [one.run(self._driver.cursor(), values) for one, (_, values) in zip(compiled, asked, strict=True)]
        return [one.rows(cursor) for one, cursor in zip(compiled, cursors, strict=True)]

    def first(self, statement: "Statement", **values: object) -> "Row | None":
        compiled = self._find(statement)
        return compiled.first(compiled.run(self._driver.cursor(), values))

    def value(self, statement: "Statement", **values: object) -> Any:
        row = self.first(statement, **values)
        return None if row is None else row[0]

    def numbers(self, statement: "Statement", **values: object) -> SampleIds:
        found = self._read_columns(self._find(statement), values, statement.n_columns)
        return found[:, 0] if statement.n_columns == 1 else found

    def first_of_each(self, statement: "Statement", rows: Iterable[Sequence[object]]) -> "list[Row | None]":
        return self._first_of_each(self._find(statement), statement.parameters, rows)

    def add(self, statement: "Statement", **values: object) -> int:
        row = self._find(statement, _returning_id).run(self._driver.cursor(), values).fetchone()
        assert row is not None
        return int(row[0])

    def add_each(self, statement: "Statement", rows: Iterable[Sequence[object]]) -> list[int]:
        found = self._first_of_each(self._find(statement, _returning_id), statement.parameters, rows)
        return [int(row[0]) for row in found if row is not None]

    def run(self, statement: "Statement", **values: object) -> int:
        return self._find(statement).run(self._driver.cursor(), values).rowcount

    def run_many(self, statement: "Statement", rows: Iterable[Sequence[object]]) -> int:
        given = [dict(zip(statement.parameters, row, strict=True)) for row in rows]
        if len(given) < 2:
            return self.run(statement, **given[0]) if given else 0
        compiled, cursor = self._find(statement), self._driver.cursor()
        cursor.executemany(compiled.sql, map(compiled.parameters, given))
        return cursor.rowcount

    def select(self, selection: Selection) -> SampleIds:
        compiled, values = self._find_selecting(selection, samples_within)
        found: SampleIds = np.unique(self._read_columns(compiled, values, 1)[:, 0])
        return found

    def select_files(self, conditions: "Sequence[Condition]", sample_ids: Sequence[int]) -> FileIds:
        compiled, values = self._find_selecting(Selection(files=tuple(conditions)), files_of_samples)
        return self._read_columns(compiled, {**values, "ids": list(sample_ids)}, 2)

    def take_turn(self, name: str) -> None:
        self.connection.execute(_TAKE_TURN, {"name": name})

    def lock_samples(self, found: "Statement", **values: object) -> None:
        self._find(found, _locking).run(self._driver.cursor(), values)

    def share(self, name: str) -> None:
        self.connection.execute(_SHARE, {"name": name})

    def claim(self, name: str) -> bool:
        return bool(self.connection.scalar(_CLAIM, {"name": name}))

    def find_faults(self) -> list[str]:
        return find_faults(self.connection)

    def driver_cursor(self, *, is_binary: bool = False) -> psycopg.Cursor[Any]:
        """Return a cursor of the driver, within this transaction; its results are sent as text or as binary."""
        return self._driver.cursor(binary=is_binary)

    def _find(
        self, statement: "Statement", change: "Callable[[Executable], Executable] | None" = None
    ) -> DriverStatement:
        """Return a statement, or a change of it, for the driver; it is compiled at first need."""
        key = (statement, change)
        if key not in self._compiled:
            core = statement.core if change is None else change(statement.core)
            self._compiled[key] = DriverStatement(core, self.connection.dialect)
        return self._compiled[key]

    def _first_of_each(
        self, compiled: DriverStatement, names: Sequence[str], rows: Iterable[Sequence[object]]
    ) -> "list[Row | None]":
        given = [compiled.parameters(dict(zip(names, row, strict=True))) for row in rows]
        if not given:
            return []
        with self._driver.pipeline():
            cursors = [self._driver.execute(compiled.sql, one) for one in given]
        return [compiled.first(cursor) for cursor in cursors]

    def _read_columns(self, compiled: DriverStatement, values: Mapping[str, object], n_columns: int) -> FileIds:
        names = [f"c{place}" for place in range(n_columns)]
        sent = [f"int8send({name}::bigint)" for name in names]
        rows = f"({compiled.sql}) AS found({', '.join(names)})"
        found = self.records(rows, compiled.parameters(values), sent, np.dtype(">i8"))
        return found.astype(np.int64).reshape(-1, n_columns)

    def records(
        self, rows: str, parameters: Mapping[str, object], sent: Sequence[str], record: np.dtype[Any]
    ) -> npt.NDArray[Any]:
        """Return rows of fixed size as one array, in their order where it is given.

        Args:
            rows: Subquery, with its name.
            parameters: Of it.
            sent: Its columns as bytes: calls of ``int8send``, ``halfvec_send`` and the like.
            record: What these bytes are.
        """
        query = f"SELECT string_agg({' || '.join(sent)}, ''::bytea) FROM {rows}"  # noqa: S608 (our own statement)
        with self.driver_cursor(is_binary=True) as cursor:
            row = cursor.execute(query, parameters).fetchone()
        return np.frombuffer((row and row[0]) or b"", record)

    def vectors(self, rows: str, parameters: Mapping[str, object], dim: int) -> tuple[SampleIds, Matrix]:
        """Return the ids and the halfvecs of rows, each column as one value, in their order where it is given.

        Args:
            rows: Subquery with the columns ``sample_id`` and ``vector``, with its name.
            parameters: Of it.
            dim: The length of the vectors.

        Returns:
            Shapes ``(n,)`` and ``(n, dim)``; float32, as they are stored.
        """
        query = f"SELECT array_agg(sample_id), array_agg(vector) FROM {rows}"  # noqa: S608 (our own statement)
        with self.driver_cursor(is_binary=True) as cursor:
            row = cursor.execute(query, parameters).fetchone()
        ids, vectors = row or (None, None)
        return np.array(ids or (), np.int64), vectors_of_array(vectors, dim)

    def selecting(self, selection: Selection, build: Build) -> tuple[str, dict[str, Any]]:
        """Return as SQL, with its parameters, what `db.engines.postgres.selection` builds of a selection."""
        compiled, values = self._find_selecting(selection, build)
        return compiled.sql, compiled.parameters(values)

    def _find_selecting(self, selection: Selection, build: Build) -> tuple[DriverStatement, dict[str, object]]:
        """Return what finds the samples or files that pass a selection, and its values."""
        named, values = without_values(selection)
        key = (key_of(named), build)
        if key not in self._compiled:
            if len(self._compiled) > _MOST_COMPILED:
                self._compiled.clear()
            self._compiled[key] = DriverStatement(build(named), self.connection.dialect)
        return self._compiled[key], values


def _returning_id(core: Executable) -> Executable:
    assert isinstance(core, Insert)
    return core.returning(core.table.c.id)


def _locking(core: Executable) -> Executable:
    """Return a statement that locks the samples that another finds."""
    assert isinstance(core, SelectBase)
    (sample_id,) = core.subquery().c
    # NO KEY UPDATE: rows of other tables that refer to a sample can be added meanwhile
    wanted = select(_SAMPLE_ID).where(_SAMPLE_ID.in_(select(sample_id))).order_by(_SAMPLE_ID)
    return select(func.count()).select_from(wanted.with_for_update(key_share=True).subquery())
