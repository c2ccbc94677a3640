"""What is copied from, and what is copied to."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import Connection, Table

from db.storage.copying.rows import Rows


@dataclass(frozen=True, slots=True)
class Mark:
    """Which state of which library a copy is of.

    Attributes:
        library: Its id.
        generation: Its number of changes.
    """

    library: str
    generation: str

    def __str__(self) -> str:
        return f"{self.library} {self.generation}"


class CopySource(Protocol):
    """A library that is read at one moment."""

    def snapshot(self) -> AbstractContextManager[Connection]:
        """Open a transaction in which all is of one moment."""
        ...

    def sequences(self, connection: Connection) -> Mapping[str, int]:
        """Return the highest id that was ever given in each table that never gives one twice; 0 where none was."""
        ...

    def settings(self, connection: Connection) -> Mapping[str, str]:
        """Return the single values of the library, without texts that belong to it."""
        ...

    def documents(self, connection: Connection) -> Mapping[str, bytes]:
        """Return the texts that belong to the library, such as the user's taxonomy."""
        ...


class CopyTarget(Protocol):
    """A library that comes to be. Whatever is written in a page stays after a kill."""

    def begin(self, mark: Mark) -> bool:
        """Make what is missing; return whether a copy of the same state was begun before and goes on.

        Raises:
            LibraryError: There is a library with sounds already.
        """
        ...

    def connection(self) -> AbstractContextManager[Connection]:
        """Open a transaction that reads and writes."""
        ...

    def add(self, connection: Connection, table: Table, rows: Rows) -> None:
        """Add a page of rows."""
        ...

    def finish(
        self,
        connection: Connection,
        sequences: Mapping[str, int],
        settings: Mapping[str, str],
        documents: Mapping[str, bytes],
    ) -> None:
        """Make a library of the rows: what is derived from them, its id, its settings and its texts."""
        ...

    def close(self, *, is_whole: bool) -> None:
        """End; where it is whole, it is in its place from now on."""
        ...
