"""The library that a command works with."""

from pathlib import Path
from typing import TYPE_CHECKING

from db.engines.postgres.place import LibraryPlace
from db.errors import UsageError
from tui import settings

if TYPE_CHECKING:
    from db.library import Library


def library_place(given: LibraryPlace | None) -> LibraryPlace:
    """Return where the library lies: the place given on the command line, or the default."""
    return given or settings.default_library()


def library_folder(given: LibraryPlace | None, on_servers: str) -> Path:
    """Return the folder of the library: the one given on the command line, or the default.

    Raises:
        UsageError: The library lies on a server; ``on_servers`` says what to do there.
    """
    place = library_place(given)
    if not isinstance(place, Path):
        raise UsageError(on_servers)
    return place


def open_library(given: LibraryPlace | None) -> "Library":
    """Open the library that was given on the command line, or the default one.

    Raises:
        LibraryError: There is no library there, or it cannot be used.
    """
    from db.library import Library

    return Library.open(library_place(given))
