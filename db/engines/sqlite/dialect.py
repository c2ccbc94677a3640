"""Statements compiled to the SQL that stands in `db/compiled`."""

from typing import Any

from sqlalchemy import BindParameter, Executable
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler, SQLiteDialect

from db.engines.statement import Statement


class _Compiler(SQLiteCompiler):
    """Numbered parameters, and constants as literals."""

    lists: set[str]

    @property
    def _numeric_binds_identifier_char(self) -> str:
        return "?"  # SQLAlchemy has ":" here, which is the sign of names to SQLite

    @_numeric_binds_identifier_char.setter
    def _numeric_binds_identifier_char(self, _char: str) -> None:
        """Leave it as it is."""

    def visit_bindparam(self, bindparam: BindParameter[Any], *args: Any, **options: Any) -> str:
        if not bindparam.required:
            options["literal_binds"] = True
        return super().visit_bindparam(bindparam, *args, **options)  # type: ignore[no-untyped-call]


class _Dialect(SQLiteDialect):
    """SQLite with booleans: without them conditions become comparisons, for which partial indexes are not used."""

    statement_compiler = _Compiler
    supports_native_boolean = True
    supports_statement_cache = False

    def __init__(self) -> None:
        super().__init__(paramstyle="numeric")


def compile_for_sqlite(name: str, core: Executable) -> Statement:
    """Return a statement of `db/statements` with its SQL."""
    compiled: Any = core.compile(dialect=_Dialect())  # type: ignore[attr-defined]
    columns = getattr(core, "exported_columns", None)
    returned = getattr(core, "_returning", ()) if columns is None else columns
    return Statement(
        name=name,
        sql="\n".join(line.rstrip() for line in str(compiled).splitlines()),
        parameters=tuple(compiled.positiontup or ()),
        lists=frozenset(getattr(compiled, "list_parameters", ())),
        n_columns=len(returned),
    )
