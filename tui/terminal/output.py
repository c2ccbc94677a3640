"""Data goes to stdout; all that is said to a person goes to stderr."""

import json
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import typer

from db.paths import display_text
from tui.exit_codes import ExitCode

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

T = TypeVar("T")

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


def report_changed(n_changed: int, sentence: str, *, as_json: bool) -> None:
    """Print how many sounds a command changed, as JSON or as a sentence.

    Raises:
        typer.Exit: With `ExitCode.NOTHING_FOUND` when it changed none.
    """
    if as_json:
        print_json({"n_changed": n_changed})
    else:
        say(sentence)
    if not n_changed:
        raise typer.Exit(ExitCode.NOTHING_FOUND)


def print_list(
    found: Sequence[T],
    shape: Callable[[T], Any],
    table: "Callable[[Sequence[T]], RenderableType]",
    nothing: str,
    *,
    as_json: bool,
) -> None:
    """Print what a library holds of a kind, as JSON or as a table; say ``nothing`` where it holds none.

    Raises:
        typer.Exit: With `ExitCode.NOTHING_FOUND` when there is none.
    """
    if as_json:
        print_json([shape(one) for one in found])
    elif found:
        show(lambda _: table(found))
    if not found:
        say(nothing)
        raise typer.Exit(ExitCode.NOTHING_FOUND)


def print_paths(paths: Iterable[Path], *, null: bool) -> None:
    """Print paths byte for byte into a pipe, and cleaned of control characters on a screen."""
    if sys.stdout.isatty() and not null:
        for path in paths:
            typer.echo(display_text(path))
        return
    end = b"\0" if null else b"\n"
    sys.stdout.buffer.write(b"".join(os.fsencode(path) + end for path in paths))


def show(draw: "Callable[[int], RenderableType]") -> None:
    """Print what ``draw`` makes for a width in cells: that of the screen, or what the content needs in a pipe."""
    from rich.console import Console

    is_screen = sys.stdout.isatty()
    console = Console(highlight=False, markup=False, emoji=False, width=None if is_screen else _PIPE_WIDTH)
    if is_screen:
        console.print(draw(console.width))
        return
    with console.capture() as drawn:
        console.print(draw(console.width))
    for line in drawn.get().splitlines():
        typer.echo(line.rstrip())  # rich fills cells with spaces


def name_table(rows: Iterable[tuple[str, str]]) -> "Table":
    """Lay out names, each with what is said of it."""
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=(0, 2, 0, 0))
    for name, text in rows:
        table.add_row(Text(display_text(name), "bold"), Text(text))
    return table
