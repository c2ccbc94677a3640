"""Print data to stdout, and messages for the user to stderr."""

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

# a pipe has no columns: lines are as long as their content
_PIPE_WIDTH = 10_000


def say(sentence: str) -> None:
    """Print a message for the user to stderr."""
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
    """Print a list as JSON or as a table; say ``nothing`` if it is empty.

    Args:
        found: Items.
        shape: Returns the JSON of an item.
        table: Lays out all items.
        nothing: Sentence for an empty list.
        as_json: Print JSON.

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
    """Print paths, as bytes to a pipe, and without control characters to a terminal.

    Args:
        paths: Paths.
        null: End each path with a NUL byte instead of a line break.
    """
    if sys.stdout.isatty() and not null:
        for path in paths:
            typer.echo(display_text(path))
        return
    end = b"\0" if null else b"\n"
    sys.stdout.buffer.write(b"".join(os.fsencode(path) + end for path in paths))


def show(draw: "Callable[[int], RenderableType]") -> None:
    """Print what ``draw`` returns for a width in cells: that of the terminal, or as wide as the content in a pipe."""
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
    """Lay out names with their texts."""
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=(0, 2, 0, 0))
    for name, text in rows:
        table.add_row(Text(display_text(name), "bold"), Text(text))
    return table
