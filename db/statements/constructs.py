"""Parts of statements that databases write differently, or that several statements share."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    ColumnElement,
    LargeBinary,
    Select,
    String,
    Text,
    bindparam,
    text,
)
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.dialects.postgresql.dml import OnConflictDoUpdate
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.sql.expression import FromClause, TableValuedAlias
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.selectable import Join

_Found = Select[*tuple[Any, ...]]


class _Given(FunctionElement[Any]):
    """The values of a list parameter as rows of ``value`` and ``key``, which ascends."""

    inherit_cache = True
    name = "given"


@compiles(_Given, "sqlite")
def _given_on_sqlite(element: _Given, compiler: Any, **options: Any) -> str:
    (parameter,) = element.clauses
    compiler.__dict__.setdefault("list_parameters", set()).add(parameter.key)
    return f"json_each({compiler.process(parameter, **options)})"


@compiles(_Given, "postgresql")
def _given_on_postgresql(element: _Given, compiler: Any, **options: Any) -> str:
    values = f"unnest({compiler.process(element.clauses, **options)}) WITH ORDINALITY"
    return f"(SELECT value, key FROM {values} AS given(value, key))"  # noqa: S608 (names of parameters)


def given_ids(name: str) -> TableValuedAlias:
    """Return the integers of a list parameter as a table of ``value`` and ``key``, their place."""
    return _Given(bindparam(name, type_=ARRAY(BigInteger))).table_valued("value", "key")


def given_texts(name: str) -> TableValuedAlias:
    """Return the texts of a list parameter as a table of ``value`` and ``key``, their place."""
    return _Given(bindparam(name, type_=ARRAY(Text))).table_valued("value", "key")


def given_blobs(name: str) -> TableValuedAlias:
    """Return the bytes of a list parameter as a table of ``value`` and ``key``, their place; not for SQLite's JSON."""
    return _Given(bindparam(name, type_=ARRAY(LargeBinary))).table_valued("value", "key")


class _IsOneOf(FunctionElement[bool]):
    """Whether a column is one of the values of a list parameter."""

    inherit_cache = True
    name = "is_one_of"
    type = Boolean()


@compiles(_IsOneOf, "sqlite")
def _is_one_of_on_sqlite(element: _IsOneOf, compiler: Any, **options: Any) -> str:
    column, parameter = element.clauses
    given = _given_on_sqlite(_Given(parameter), compiler, **options)
    return f"{compiler.process(column, **options)} IN (SELECT value FROM {given})"  # noqa: S608 (names of parameters)


@compiles(_IsOneOf, "postgresql")
def _is_one_of_on_postgresql(element: _IsOneOf, compiler: Any, **options: Any) -> str:
    """Compare with the list: the planner knows its values, and an index on several columns finds a row at once."""
    column, parameter = (compiler.process(one, **options) for one in element.clauses)
    return f"{column} = ANY({parameter})"


def is_one_of(column: Any, given: TableValuedAlias) -> ColumnElement[bool]:
    """Say that a column is one of the values of a list parameter."""
    (parameter,) = given.element.clauses  # type: ignore[attr-defined]
    return _IsOneOf(column, parameter)


class _OrderedJoin(Join):
    """A join whose left side is read first: SQLite's planner may choose all rows of the right one."""

    inherit_cache = True


@compiles(_OrderedJoin, "sqlite")
def _ordered_join_on_sqlite(join: _OrderedJoin, compiler: Any, **options: Any) -> str:
    as_table = options | {"asfrom": True}
    left, right = compiler.process(join.left, **as_table), compiler.process(join.right, **as_table)
    return f"{left} CROSS JOIN {right} ON {compiler.process(join.onclause, **options)}"


@compiles(_OrderedJoin)
def _ordered_join(join: _OrderedJoin, compiler: Any, **options: Any) -> str:
    return compiler.visit_join(join, **options)


def ordered_join(left: Any, right: Any, on: ColumnElement[bool]) -> FromClause:
    """Join two tables; SQLite reads the left one first, whatever it knows of their sizes."""
    return _OrderedJoin(_table(left), _table(right), on)


class _NoCase(FunctionElement[str]):
    """A text without the case of ASCII letters."""

    inherit_cache = True
    name = "no_case"
    type = String()


@compiles(_NoCase, "sqlite")
def _no_case_on_sqlite(element: _NoCase, compiler: Any, **options: Any) -> str:
    return f"lower({compiler.process(element.clauses, **options)})"


@compiles(_NoCase, "postgresql")
def _no_case_on_postgresql(element: _NoCase, compiler: Any, **options: Any) -> str:
    return f'lower({compiler.process(element.clauses, **options)} COLLATE "C")'


def no_case(given: Any) -> ColumnElement[str]:
    """Return a text without the case of ASCII letters; other letters stay as they are on every server."""
    return _NoCase(given)


def insert_of(model: type[DeclarativeBase], columns: Iterable[str]) -> Insert:
    """Return an INSERT of one row, with a parameter for each column, called as it is."""
    return insert(model).values({column: bindparam(column) for column in columns})


def insert_new(model: type[DeclarativeBase], columns: Iterable[str]) -> Insert:
    """Return an INSERT that passes over a row that is there."""
    return insert_of(model, columns).on_conflict_do_nothing()


def upsert(model: type[DeclarativeBase], key: Sequence[str], columns: Sequence[str]) -> Insert:
    """Return an INSERT that changes the row where there is one of the same key.

    Args:
        model: Table.
        key: Columns of a unique constraint.
        columns: The others that are given.
    """
    new = insert_of(model, [*key, *columns])
    return new.on_conflict_do_update(index_elements=key, set_={column: new.excluded[column] for column in columns})


def insert_from(model: type[DeclarativeBase], columns: Sequence[str], found: _Found) -> Insert:
    """Return an INSERT of rows that a SELECT, which must have a WHERE, finds."""
    return insert(model).from_select(columns, found)


def upsert_from(model: type[DeclarativeBase], key: Sequence[str], columns: Sequence[str], found: _Found) -> Insert:
    """Return an INSERT of rows that a SELECT finds, in place of those of the same keys: `insert_from`, `upsert`."""
    new = insert_from(model, [*key, *columns], found)
    return new.on_conflict_do_update(index_elements=key, set_={column: new.excluded[column] for column in columns})


class _NewId(OnConflictDoUpdate):
    inherit_cache = False


@compiles(_NewId, "sqlite")
def _new_id_on_sqlite(_clause: _NewId, _compiler: Any, **_options: Any) -> str:
    return ""  # OR REPLACE says it


def renew_from(model: type[DeclarativeBase], key: Sequence[str], columns: Sequence[str], found: _Found) -> Insert:
    """Return an `upsert_from` that also gives the next id to a row that is there."""
    new = insert_from(model, [*key, *columns], found).prefix_with("OR REPLACE", dialect="sqlite")
    given = {column: new.excluded[column] for column in columns}
    new._post_values_clause = _NewId(index_elements=key, set_={"id": text("DEFAULT")} | given)  # noqa: SLF001 (no other way)
    return new


def _table(given: Any) -> FromClause:
    return given.__table__ if hasattr(given, "__table__") else given
