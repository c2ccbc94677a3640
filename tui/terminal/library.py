"""The library that a command works with."""

from pathlib import Path
from typing import TYPE_CHECKING

from tui import settings

if TYPE_CHECKING:
    from db.library import Library


def library_folder(given: Path | None) -> Path:
    """Return the folder of the library: the one given on the command line, or the default."""
    return given or settings.default_library()


def open_library(given: Path | None) -> "Library":
    """Open the library that was given on the command line, or the default one.

    Raises:
        LibraryError: There is no library in the folder, or it cannot be used.
    """
    from db.library import Library

    return Library.open(library_folder(given))
