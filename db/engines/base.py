"""What a library needs of the database under it."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol, TypeAlias

from db.engines.selection import Condition, Selection
from db.engines.statement import Statement
from db.types import FileIds, SampleIds

Row: TypeAlias = tuple[Any, ...]
Ask: TypeAlias = tuple[Statement, Mapping[str, object]]
"""A statement and its values."""


class RootPlaces(Protocol):
    """Where this machine has the roots of a library that others share, by their names; all as stored paths."""

    def has(self, name: bytes) -> bool:
        """Say whether this machine was told where it has a root."""
        ...

    def set(self, name: bytes, path: bytes | None) -> None:
        """Say where this machine has a root, or with None nowhere; kept when the transaction is."""
        ...


class Transaction(Protocol):
    """One transaction: what is read within is of one moment, and what is written is kept or lost as a whole.

    Values are given by the names of a statement's parameters; those of a list may be any sequence or array.
    """

    @property
    def root_places(self) -> RootPlaces | None:
        """Where this machine has the roots, which the library knows by names; None where it knows their paths."""
        ...

    def rows(self, statement: Statement, **values: object) -> list[Row]:
        """Return all rows."""
        ...

    def rows_of_each(self, asked: Sequence[Ask]) -> list[list[Row]]:
        """Return the rows of several statements with their values, asked for at once: on a server one round trip."""
        ...

    def first(self, statement: Statement, **values: object) -> Row | None:
        """Return the first row, or None where there is none."""
        ...

    def value(self, statement: Statement, **values: object) -> Any:
        """Return the first column of the first row, or None where there is no row."""
        ...

    def numbers(self, statement: Statement, **values: object) -> SampleIds:
        """Return columns of integers, none of them NULL, in the order of the rows.

        Returns:
            Shape ``(n,)`` where the statement has one column, else ``(n, n_columns)``.
        """
        ...

    def first_of_each(self, statement: Statement, rows: Iterable[Sequence[object]]) -> list[Row | None]:
        """Return the first row for each set of values in the order of `Statement.parameters`, asked for at once."""
        ...

    def add(self, statement: Statement, **values: object) -> int:
        """Insert one row into a table that numbers its rows; return the id of the new one."""
        ...

    def add_each(self, statement: Statement, rows: Iterable[Sequence[object]]) -> list[int]:
        """Insert rows at once, as `add` does one."""
        ...

    def run(self, statement: Statement, **values: object) -> int:
        """Change rows; return how many."""
        ...

    def run_many(self, statement: Statement, rows: Iterable[Sequence[object]]) -> int:
        """Change rows once for each set of values in the order of `Statement.parameters`; return how many."""
        ...

    def select(self, selection: Selection) -> SampleIds:
        """Return the samples that pass all conditions, ascending."""
        ...

    def select_files(self, conditions: Sequence[Condition], sample_ids: Sequence[int]) -> FileIds:
        """Return the files of samples that pass all conditions on files, each with its sample, in any order."""
        ...

    def take_turn(self, name: str) -> None:
        """Wait for the end of the transaction that has the turn of this name, and have it to the end of this one."""
        ...

    def lock_samples(self, found: Statement, **values: object) -> None:
        """Let others who change the samples that a statement finds wait for the end of this transaction.

        A transaction that changes several samples does so first of all, and once: samples are locked in the order of
        their ids, so that two transactions never wait for each other.
        """
        ...

    def share(self, name: str) -> None:
        """Keep others from claiming something until this transaction ends."""
        ...

    def claim(self, name: str) -> bool:
        """Keep others from sharing something until this transaction ends; False where one of them does already."""
        ...

    def find_faults(self) -> list[str]:
        """Return one sentence for each inconsistency, with what to do about it; empty when the library is healthy."""
        ...


class Database(Protocol):
    """Connections to one database; safe to use from several threads."""

    @property
    def is_writable(self) -> bool:
        """Whether this user may change it."""
        ...

    def read(self) -> AbstractContextManager[Transaction]:
        """Open a read transaction, which waits for no writer."""
        ...

    def read_one(self) -> AbstractContextManager[Transaction]:
        """Open a read transaction for a single statement, on a server without the round trips of a transaction."""
        ...

    def read_together(self) -> AbstractContextManager[None]:
        """Let the reads of this thread within the block share a transaction, where that saves something."""
        ...

    def write(self) -> AbstractContextManager[Transaction]:
        """Open a write transaction, on disk when the block ends and undone when it raises."""
        ...

    def close(self) -> None:
        """Close what is idle; a connection in use closes when its block ends."""
        ...
