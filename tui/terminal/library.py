"""The library that a command works with."""

from pathlib import Path

import typer

from db.library import Library
from tui.terminal.options import library_folder


def open_library(context: typer.Context, option: Path | None) -> Library:
    """Open the library that was asked for.

    Raises:
        LibraryError: There is none, or it is not fit for use.
    """
    return Library.open(library_folder(context, option))
