"""Files by the letters that their names hold: FTS5 on SQLite, arrays of trigrams on PostgreSQL."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ARRAY, Boolean, ColumnElement, Text, bindparam, literal_column
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import TableValuedAlias
from sqlalchemy.sql.functions import FunctionElement

_COLUMNS = {"name": ["search_name"], "folder": ["search_folder"], "both": ["search_name", "search_folder"]}


class _FilesHolding(FunctionElement[Any]):
    """The files whose names hold all of some parts, or any of them."""

    inherit_cache = True
    name = "files_holding"


@compiles(_FilesHolding, "sqlite")
def _files_holding_on_sqlite(element: _FilesHolding, compiler: Any, **options: Any) -> str:
    parts, where, how = element.clauses
    compiler.__dict__.setdefault("list_parameters", set()).add(parts.key)
    joined = {"all": "' AND '", "any": "' OR '"}[how.name]
    given = f"json_each({compiler.process(parts, **options)})"
    phrases = f"""(SELECT group_concat('"' || replace(value, '"', '""') || '"', {joined}) FROM {given})"""  # noqa: S608 (names of columns and parameters)
    match = f"'{{{' '.join(_COLUMNS[where.name])}}} : (' || {phrases} || ')'"
    return f"(SELECT rowid AS file_id FROM file_names WHERE file_names MATCH {match})"  # noqa: S608 (names of columns and parameters)


@compiles(_FilesHolding, "postgresql")
def _files_holding_on_postgresql(element: _FilesHolding, compiler: Any, **options: Any) -> str:
    given, where, how = element.clauses
    parts = compiler.process(given, **options)
    columns = _COLUMNS[where.name]
    if how.name == "any":  # of three letters, so that they are trigrams
        held = " OR ".join(f"trigrams({column}) && {parts}" for column in columns)
    elif len(columns) == 1:
        trigrams = f"ARRAY(SELECT unnest(trigrams(part)) FROM unnest({parts}) AS part)"  # noqa: S608 (names of columns and parameters)
        held = f"trigrams({columns[0]}) @> {trigrams} AND {_holds_all(columns, parts)}"
    else:  # the index has an answer for one part in either column, not for several in both
        first = " OR ".join(f"trigrams({column}) @> trigrams(({parts})[1])" for column in columns)
        held = f"({first}) AND {_holds_all(columns, parts)}"
    # + 0: in the order of ids the server would look at all names, to find the first that hold something
    return f"(SELECT id + 0 AS file_id FROM files WHERE {held})"  # noqa: S608 (names of columns and parameters)


class _Holds(FunctionElement[bool]):
    """Whether the name or the folder of a file holds a part."""

    inherit_cache = True
    name = "holds"
    type = Boolean()


@compiles(_Holds, "sqlite")
def _holds_on_sqlite(element: _Holds, compiler: Any, **options: Any) -> str:
    file_id, column, parts = element.clauses
    found = _FilesHolding(parts, literal_column(str(column.key).removeprefix("search_")), literal_column("all"))
    return f"{compiler.process(file_id, **options)} IN {compiler.process(found, **options)}"


@compiles(_Holds, "postgresql")
def _holds_on_postgresql(element: _Holds, compiler: Any, **options: Any) -> str:
    _, column, parts = (compiler.process(one, **options) for one in element.clauses)
    part = f"({parts})[1]"  # as constant trigrams, so that the planner knows how many there are
    return f"(trigrams({column}) @> trigrams({part}) AND strpos({column}, {part}) > 0)"


def _holds_all(columns: Sequence[str], parts: str) -> str:
    lacks = " AND ".join(f"strpos({column}, part) = 0" for column in columns)
    return f"NOT EXISTS (SELECT 1 FROM unnest({parts}) AS part WHERE {lacks})"  # noqa: S608 (names of columns and parameters)


def holds(file_id: Any, column: Any, parts: str) -> ColumnElement[bool]:
    """Say that the name or the folder of a file holds the one folded text, of three letters or more, of a list."""
    return _Holds(file_id, column, bindparam(parts, type_=ARRAY(Text)))


def files_holding(parts: str, where: str, how: str) -> TableValuedAlias:
    """Return the ids of files by the letters that their names or folders hold, as a table of ``file_id``.

    SQLite has an index of its own for it (FTS5), PostgreSQL arrays of the trigrams of names.

    Args:
        parts: List parameter of folded texts of three letters or more.
        where: "name", "folder" or "both".
        how: "all" for the files that hold all parts, each in any of these places; "any" for those that hold any part;
            the parts have exactly three letters then.
    """
    given = bindparam(parts, type_=ARRAY(Text))
    return _FilesHolding(given, literal_column(where), literal_column(how)).table_valued("file_id")
