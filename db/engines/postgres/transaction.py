"""Statements run by SQLAlchemy, and whole columns of numbers by binary COPY."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import psycopg
from sqlalchemy import Connection, Insert

from db.engines.postgres.binary import INT64, read_rows, row_type
from db.engines.postgres.faults import find_faults
from db.types import SampleIds

if TYPE_CHECKING:
    from db.engines.base import Row
    from db.engines.statement import Statement


class PostgresTransaction:
    """A transaction of one connection: `db.engines.base.Transaction`.

    Attributes:
        connection: SQLAlchemy's, for what only this engine does.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def rows(self, statement: "Statement", **values: object) -> "list[Row]":
        return [tuple(row) for row in self.connection.execute(statement.core, _plain(values))]

    def first(self, statement: "Statement", **values: object) -> "Row | None":
        row = self.connection.execute(statement.core, _plain(values)).first()
        return None if row is None else tuple(row)

    def value(self, statement: "Statement", **values: object) -> Any:
        row = self.connection.execute(statement.core, _plain(values)).first()
        return None if row is None else row[0]

    def numbers(self, statement: "Statement", **values: object) -> SampleIds:
        names = [f"c{place}" for place in range(statement.n_columns)]
        sql, parameters = self._compile(statement, values)
        wide = ", ".join(f"{name}::bigint" for name in names)
        query = f"COPY (SELECT {wide} FROM ({sql}) AS found({', '.join(names)})) TO STDOUT (FORMAT binary)"  # noqa: S608
        found = read_rows(self.driver_cursor(), query, parameters, row_type([(name, INT64) for name in names]))
        columns = [found[name].astype(np.int64) for name in names]
        return columns[0] if len(columns) == 1 else np.stack(columns, axis=1)

    def add(self, statement: "Statement", **values: object) -> int:
        core = statement.core
        assert isinstance(core, Insert)
        return int(self.connection.execute(core.returning(core.table.c.id), _plain(values)).scalar_one())

    def run(self, statement: "Statement", **values: object) -> int:
        return self.connection.execute(statement.core, _plain(values)).rowcount

    def run_many(self, statement: "Statement", rows: Iterable[Sequence[object]]) -> int:
        given = [_plain(dict(zip(statement.parameters, row, strict=True))) for row in rows]
        return self.connection.execute(statement.core, given).rowcount if given else 0

    def find_faults(self) -> list[str]:
        return find_faults(self.connection)

    def driver_cursor(self) -> psycopg.Cursor[Any]:
        """Return a cursor of the driver, within this transaction."""
        driver = self.connection.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        return driver.cursor()

    def _compile(self, statement: "Statement", values: dict[str, object]) -> tuple[str, dict[str, Any]]:
        options = {"render_postcompile": True}
        compiled: Any = statement.core.compile(dialect=self.connection.dialect, compile_kwargs=options)  # type: ignore[attr-defined]
        return str(compiled), compiled.construct_params(_plain(values))


def _plain(values: dict[str, object]) -> dict[str, object]:
    """Return values as the driver takes them: no types of numpy."""
    return {name: _as_python(value) for name, value in values.items()}


def _as_python(value: Any) -> object:
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    return list(value) if isinstance(value, tuple | set | frozenset | range) else value
