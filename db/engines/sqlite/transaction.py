"""Statements run by SQLite's driver: 1 us a statement, where SQLAlchemy takes 11."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from db.engines.base import Ask, Row
from db.engines.selection import Condition, Match, Selection
from db.engines.sqlite.faults import find_faults
from db.engines.sqlite.selection import select_files, select_samples
from db.engines.statement import Statement
from db.engines.texts import storable
from db.types import FileIds, SampleIds


class SqliteTransaction:
    """A transaction of one connection: `db.engines.base.Transaction`.

    Attributes:
        cursor: The driver's, for what only this engine does.
    """

    root_places = None  # this file lies beside its sounds

    def __init__(self, cursor: sqlite3.Cursor) -> None:
        self.cursor = cursor

    def rows(self, statement: Statement, **values: object) -> list[Row]:
        return self._execute(statement.sql, _bind(statement, values)).fetchall()

    def rows_of_each(self, asked: Sequence[Ask]) -> list[list[Row]]:
        return [self.rows(statement, **values) for statement, values in asked]

    def first(self, statement: Statement, **values: object) -> Row | None:
        row: Row | None = self._execute(statement.sql, _bind(statement, values)).fetchone()
        return row

    def value(self, statement: Statement, **values: object) -> Any:
        row = self._execute(statement.sql, _bind(statement, values)).fetchone()
        return None if row is None else row[0]

    def numbers(self, statement: Statement, **values: object) -> SampleIds:
        text = self._execute(statement.joined_sql, _bind(statement, values)).fetchone()[0]
        numbers = np.fromstring(text or "", np.int64, sep=",")
        return numbers if statement.n_columns == 1 else numbers.reshape(-1, statement.n_columns)

    def first_of_each(self, statement: Statement, rows: Iterable[Sequence[object]]) -> list[Row | None]:
        return [self._execute(statement.sql, tuple(row)).fetchone() for row in rows]

    def add(self, statement: Statement, **values: object) -> int:
        # not RETURNING, for which SQLite copies each page that it changes: 0.1 ms for a sample with its many indexes
        row_id = self._execute(statement.sql, _bind(statement, values)).lastrowid
        assert row_id is not None
        return row_id

    def add_each(self, statement: Statement, rows: Iterable[Sequence[object]]) -> list[int]:
        return [int(self._execute(statement.sql, tuple(row)).lastrowid or 0) for row in rows]

    def run(self, statement: Statement, **values: object) -> int:
        return self._execute(statement.sql, _bind(statement, values)).rowcount

    def run_many(self, statement: Statement, rows: Iterable[Sequence[object]]) -> int:
        given = [tuple(row) for row in rows]
        if statement.lists:
            given = [_bind(statement, dict(zip(statement.parameters, row, strict=True))) for row in given]
        if any(type(value) is str and not value.isascii() for row in given for value in row):
            given = [tuple(map(storable, row)) for row in given]
        return max(self.cursor.executemany(statement.sql, given).rowcount, 0)  # -1 where there was no row

    def select(self, selection: Selection) -> SampleIds:
        return select_samples(selection, self._read)

    def select_files(self, conditions: Sequence[Condition], sample_ids: Sequence[int]) -> FileIds:
        found = select_files(conditions, self._read)
        return found[np.isin(found[:, 1], sample_ids)]

    def _read(self, match: Match) -> SampleIds:
        return self.numbers(match.statement, **match.values)

    def _execute(self, sql: str, given: tuple[Any, ...]) -> sqlite3.Cursor:
        try:
            return self.cursor.execute(sql, given)
        except UnicodeEncodeError:  # so rare that values are not looked through before
            return self.cursor.execute(sql, tuple(map(storable, given)))

    # One process writes at a time (`db.engines.sqlite.lock`), and there one transaction: nobody else is to be kept out.
    def take_turn(self, name: str) -> None: ...

    def lock_samples(self, found: Statement, **values: object) -> None: ...

    def share(self, name: str) -> None: ...

    def claim(self, name: str) -> bool:
        return True

    def find_faults(self) -> list[str]:
        return find_faults(self.cursor)


def _bind(statement: Statement, values: dict[str, object]) -> tuple[Any, ...]:
    if len(values) != len(statement.parameters):
        raise TypeError(f"{statement.name} takes {statement.parameters}, not {tuple(values)}")
    if not statement.lists:
        return tuple(map(values.__getitem__, statement.parameters))
    return tuple([_as_json(values[name]) if name in statement.lists else values[name] for name in statement.parameters])


def _as_json(given: Any) -> str | None:
    if given is None:
        return None
    return json.dumps(given.tolist() if isinstance(given, np.ndarray) else list(given))
