"""The command line: ``earmark``."""

import atexit
import gc
import os
import sys
from io import TextIOWrapper
from typing import Annotated, Any

import typer

from db.engines.postgres.place import LibraryPlace
from tui import settings
from tui.commands.table import COMMANDS
from tui.terminal.errors import EarmarkGroup
from tui.terminal.library import library_place
from tui.terminal.options import LibraryOption

# After which the garbage collector looks at them. A search makes 75,000 and ends before, which saves 15 ms.
_NEW_OBJECTS = 100_000


class _AllCommands(EarmarkGroup):
    """Imports a command when it is asked for: the app, which opens where none is, needs none of them."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.commands = COMMANDS  # type: ignore[assignment]  # only read


app = typer.Typer(
    cls=_AllCommands,
    help="Find sounds by describing them: a sample library that listens.",
    invoke_without_command=True,
    rich_markup_mode=None,  # plain help shows in half the time
    pretty_exceptions_enable=False,
)


def _show_version(is_asked: bool) -> None:
    if is_asked:
        from importlib.metadata import version

        typer.echo(f"earmark {version('earmark')}")
        raise typer.Exit


@app.callback()
def start(
    context: typer.Context,
    library: LibraryOption = None,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_show_version, is_eager=True)
    ] = False,
    serve: Annotated[bool, typer.Option("--serve", help="Open the app in a browser, for this machine only.")] = False,
    port: Annotated[int, typer.Option(min=1, max=65535, metavar="N", help="Port for --serve.")] = 8000,
) -> None:
    context.obj = library
    if context.invoked_subcommand is None:
        _open(library_place(library), port if serve else None)


def _open(place: LibraryPlace, port: int | None) -> None:
    """Open the app in a browser or in this terminal; where the output goes elsewhere, say what there is to do."""
    if port is not None:
        from tui.serve import serve_app

        serve_app(place, port)
    elif sys.stdout.isatty() or settings.is_served():
        from tui import screen_process

        screen_process.prepare()
        from tui.app.launch import run_app

        run_app(place)
    else:
        from tui.commands.welcome import welcome

        welcome(place)


def _fill_closed_streams() -> None:
    """Open the null device where the caller has closed a standard stream (``>&-``).

    The library would otherwise be opened by the number of stdout, and what a child process prints would go into it.
    """
    while (number := os.open(os.devnull, os.O_RDWR)) <= 2:
        os.set_inheritable(number, True)
    os.close(number)
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8"))


def main() -> None:
    """Run the command line; a character that the terminal cannot show never ends it."""
    gc.set_threshold(_NEW_OBJECTS)
    atexit.register(gc.freeze)  # nothing is looked for and freed in a process that ends: 50 ms
    settings.use_one_thread_for_algebra()  # idle threads spin during indexing, 5% of its time
    _fill_closed_streams()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
    app(prog_name="earmark")
