"""Statements of SQLAlchemy as the driver takes them: compiled once, and then run by it alone.

A search has fifteen statements, and what SQLAlchemy does around each costs more than the driver.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import psycopg
from sqlalchemy import ARRAY, ColumnElement, Dialect, Executable

from db.engines.postgres.values import LISTS, has_long_list, sent

_Convert = Callable[[Any], Any]
_SHORT = 200  # values of a list: for longer ones the server plans anew, since what is best depends on their number


class DriverStatement:
    """One statement of SQLAlchemy for the driver.

    Attributes:
        sql: With parameters as the driver writes them.
    """

    def __init__(self, core: Executable | ColumnElement[Any], dialect: Dialect) -> None:
        compiled: Any = core.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})  # type: ignore[union-attr]
        self.sql = str(compiled)
        self._own_values: dict[str, Any] = dict(compiled.params)
        self._columns: Sequence[ColumnElement[Any]] = tuple(getattr(core, "exported_columns", ()))
        self._dialect = dialect
        self._from_driver: list[tuple[int, _Convert]] | None = None
        types = {name: parameter.type for parameter, name in compiled.bind_names.items()}
        found = {name: kind.dialect_impl(dialect).bind_processor(dialect) for name, kind in types.items()}
        self._to_driver: dict[str, _Convert] = {name: convert for name, convert in found.items() if convert}
        # Values of lists need no other change, and may be keys of a dictionary.
        self._to_driver |= {name: _as_list for name, kind in types.items() if isinstance(kind, ARRAY)}

    def parameters(self, values: Mapping[str, object]) -> dict[str, Any]:
        """Return the values of all parameters, of those too that belong to the statement itself."""
        given = {**self._own_values, **values}
        for name, convert in self._to_driver.items():
            given[name] = convert(given[name])
        return sent(given)

    def run(self, cursor: psycopg.Cursor[Any], values: Mapping[str, object]) -> psycopg.Cursor[Any]:
        """Run the statement; the server keeps its plan where lists are short."""
        return cursor.execute(self.sql, self.parameters(values), prepare=not has_long_list(values, _SHORT))

    def rows(self, cursor: psycopg.Cursor[Any]) -> list[tuple[Any, ...]]:
        """Return what it has found, with the values of columns that have a type of ours."""
        found = cursor.fetchall()
        converts = self._converts(cursor)
        return [_converted(row, converts) for row in found] if converts else found

    def first(self, cursor: psycopg.Cursor[Any]) -> tuple[Any, ...] | None:
        """Return the first row that it has found."""
        found = cursor.fetchone()
        return None if found is None else _converted(found, self._converts(cursor))

    def _converts(self, cursor: psycopg.Cursor[Any]) -> list[tuple[int, _Convert]]:
        if self._from_driver is None:
            described = cursor.description or ()
            found = (
                (place, column.type.dialect_impl(self._dialect).result_processor(self._dialect, one.type_code))
                for place, (column, one) in enumerate(zip(self._columns, described, strict=False))
            )
            self._from_driver = [(place, convert) for place, convert in found if convert is not None]
        return self._from_driver


def _converted(row: tuple[Any, ...], converts: Iterable[tuple[int, _Convert]]) -> tuple[Any, ...]:
    if not converts:
        return row
    changed = list(row)
    for place, convert in converts:
        changed[place] = convert(changed[place])
    return tuple(changed)


def _as_list(value: Any) -> Any:
    return value if value is None or isinstance(value, LISTS) else list(value)
