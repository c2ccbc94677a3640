"""What a library needs of the place where it lies."""

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

from db.engines.base import Database
from db.types import EncoderInfo
from db.vectors.flat_index import VectorIndex

DOCUMENTS = ("taxonomy.toml",)
"""Names of the texts that belong to a library."""
UNFINISHED = "copy of"
"""Setting of a library whose copy is not finished: which state of which library it is of."""


class Storage(Protocol):
    """The database of a library and what stands beside it.

    Attributes:
        folder: On this machine: caches, logs, and the library itself where it lies in a folder.
        name: What people call the place, to print.
        longest_path: Bytes of a path below its root that there is room for; None for any.
    """

    folder: Path
    name: str
    longest_path: int | None

    @property
    def database(self) -> Database:
        """Its transactions."""
        ...

    def vectors(self, encoder: EncoderInfo) -> VectorIndex:
        """Return the vectors of an encoder as of now."""
        ...

    def take_turn(self) -> AbstractContextManager[None]:
        """Hold what keeps other long changes out while a `Writer` works."""
        ...

    def share_turn(self) -> AbstractContextManager[None]:
        """Hold what keeps other processes out during a small change."""
        ...

    def read_document(self, name: str) -> bytes | None:
        """Return a text that belongs to the library, such as the user's taxonomy; None where there is none.

        Raises:
            OSError: It is a file that cannot be read.
        """
        ...

    def write_document(self, name: str, content: bytes | None) -> None:
        """Store such a text, or remove it; the turn must be held.

        Raises:
            OSError: It is a file that cannot be written.
            ValueError: It is no UTF-8.
        """
        ...

    def back_up(self) -> Path | None:
        """Copy the library to its folder; None on a server, where backups are made for all that lies there.

        Raises:
            LibraryError: It cannot be written or read.
        """
        ...

    def count_bytes(self, transaction: Any) -> int:
        """Return what the library takes, vectors and names included."""
        ...

    def find_faults(self, transaction: Any) -> list[str]:
        """Return one sentence for each fault of what stands beside the database."""
        ...
