"""What a command works with: the library that was asked for and the model that its vectors belong to."""

from pathlib import Path

import typer

from db.errors import ModelError
from db.library import Library
from tui.terminal.options import library_folder


def open_library(context: typer.Context, option: Path | None) -> Library:
    """Open the library that was asked for.

    Raises:
        LibraryError: There is none, or it is not fit for use.
    """
    return Library.open(library_folder(context, option))


def active_model(library: Library) -> str:
    """Return the name of the model that this library is searched with.

    Raises:
        ModelError: This earmark does not have it.
    """
    from indexer.models import MODELS

    fingerprint = library.active_encoder()
    if fingerprint is None:
        return MODELS[0].name
    for entry in MODELS:
        if entry.info.fingerprint == fingerprint:
            return entry.name
    raise ModelError(
        f"This library was made with the model {fingerprint}, which this earmark does not have. "
        f"Hear it again with: earmark model use {MODELS[0].name}"
    )
