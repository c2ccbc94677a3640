"""Statements that are written once, with SQLAlchemy, for all databases."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from sqlalchemy import Executable


@dataclass(frozen=True)
class Statement:
    """One statement: for SQLite its SQL, for other databases where to find it in SQLAlchemy's terms.

    SQLAlchemy takes 0.2 s to import, most of the time in which `earmark search` answers. So the statements of
    `db/statements` are compiled for SQLite ahead of time (``python -m db.statements``) and stand in `db/compiled`.

    Attributes:
        name: Of the statement, as in ``annotations.BY_SAMPLE``; one of a family has its key behind a colon.
        sql: For SQLite, with the numbers of parameters as ``?1``.
        parameters: Names of the parameters, in the order of their numbers.
        lists: Those of them that are lists.
        n_columns: Columns of a row; 0 where the statement returns none.
        picked: Places of the columns that are wanted; None for all.
    """

    name: str
    sql: str
    parameters: tuple[str, ...] = ()
    lists: frozenset[str] = field(default=frozenset())
    n_columns: int = 0
    picked: tuple[int, ...] | None = None

    @cached_property
    def core(self) -> "Executable":
        """The statement in SQLAlchemy's terms."""
        module, _, name = self.name.partition(".")
        name, _, key = name.partition(":")
        found = getattr(import_module(f"db.statements.{module}"), name)
        core = found[key] if key else found
        if self.picked is not None:
            columns = list(core.selected_columns)
            core = core.with_only_columns(*(columns[place] for place in self.picked))
        return cast("Executable", core)

    def only(self, places: Sequence[int]) -> "Statement":
        """Return this SELECT with some of its columns only, of which SQLite reads no others."""
        picked = ", ".join(f"c{place}" for place in places)
        sql = f"{self._as_found} SELECT {picked} FROM found"  # noqa: S608 (our own statement)
        return replace(self, sql=sql, n_columns=len(places), picked=tuple(places))

    @cached_property
    def joined_sql(self) -> str:
        """All rows of integers as one text with commas, in their order.

        SQLite joins them: 16 ms for 100,000 ids, while other threads go on, where fetching a row for each takes 40 and
        stops them.
        """
        joined = " || ',' || ".join(f"c{place}" for place in range(self.n_columns))
        return f"{self._as_found} SELECT group_concat({joined}) FROM found"  # noqa: S608 (our own statement)

    @property
    def _as_found(self) -> str:
        columns = ", ".join(f"c{place}" for place in range(self.n_columns))
        return f"WITH found({columns}) AS ({self.sql})"
