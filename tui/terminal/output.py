"""Data goes to stdout; all that is said to a person goes to stderr."""

import json
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from db.paths import display_text

if TYPE_CHECKING:
    from rich.console import Console

# nobody reads a pipe by its columns: lines are as long as their content
_PIPE_WIDTH = 10_000


def say(sentence: str) -> None:
    """Tell a person something, without touching the data on stdout."""
    typer.echo(sentence, err=True)


def print_json(value: Any) -> None:
    """Print one JSON document.

    ASCII only, so that no control character reaches a screen and undecodable bytes of a name survive as lone
    surrogates (``os.fsencode`` of the parsed string gives the bytes back).
    """
    typer.echo(json.dumps(value, indent=2, allow_nan=False))


def print_paths(paths: Iterable[Path], *, null: bool) -> None:
    """Print paths byte for byte into a pipe, and cleaned of control characters on a screen."""
    if sys.stdout.isatty() and not null:
        for path in paths:
            typer.echo(display_text(path))
        return
    end = b"\0" if null else b"\n"
    sys.stdout.buffer.write(b"".join(os.fsencode(path) + end for path in paths))


def data_console() -> "Console":
    """Return a console on stdout: as wide as the screen, or as wide as the content needs in a pipe."""
    from rich.console import Console

    width = None if sys.stdout.isatty() else _PIPE_WIDTH
    return Console(highlight=False, markup=False, emoji=False, width=width)
