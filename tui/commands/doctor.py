"""``earmark doctor``: a self-test, with the fix for each fault."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from db.errors import LibraryDamagedError
from db.paths import display_text
from tui import formatting
from tui.exit_codes import ExitCode
from tui.terminal.library import library_folder, library_place
from tui.terminal.options import JsonOption, LibraryOption
from tui.terminal.output import print_json, say, show

if TYPE_CHECKING:
    from tui.workspace.checks import Check

_ON_SERVERS = (
    "A library on a server is repaired there. What is wrong is said by: earmark doctor. "
    "To bring back a backup of the server: pg_restore"
)


def doctor(
    deep: Annotated[bool, typer.Option("--deep", help="Also start the model and analyse a sound.")] = False,
    repair: Annotated[
        bool, typer.Option("--repair", help="First rebuild a damaged library from what can be read of it.")
    ] = False,
    as_json: JsonOption = False,
    library: LibraryOption = None,
) -> None:
    """Test this installation and the library.

    Each fault comes with its fix.

    \b
    Examples:
      earmark doctor
      earmark doctor --deep --json
      earmark doctor --repair
    """
    from tui.workspace.checks import run_checks

    place = library_place(library)
    if repair:
        _repair(library_folder(library, _ON_SERVERS))
    checks = list(run_checks(place, deep=deep))
    is_healthy = all(check.is_ok for check in checks)
    if as_json:
        print_json({"is_ok": is_healthy, "checks": [asdict(check) for check in checks]})
    else:
        _print_table(checks)
    if not is_healthy:
        raise typer.Exit(ExitCode.PROBLEM)


def _repair(folder: Path) -> None:
    from db.library import Library
    from db.schema.sqlite.repair import repair
    from db.schema.sqlite.upgrade import has_database

    if not has_database(folder):
        return
    try:
        with Library.open(folder) as opened:
            if not opened.check():
                say("The library is intact; there is nothing to repair.")
                return
    except LibraryDamagedError as error:
        say(display_text(str(error)))
    done = repair(folder)
    say(
        f"Rebuilt with {formatting.count(done.n_sounds, 'sound')}, {done.n_spoken_of:,} of them with your words; "
        f"the damaged database is {display_text(done.before)}"
    )
    say("To analyse lost sounds again: earmark index")


def _print_table(checks: "list[Check]") -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for check in checks:
        mark = Text("ok", "green") if check.is_ok else Text("FAULT", "bold red")
        table.add_row(mark, Text(check.name), Text(display_text(check.detail)))
        if check.fix:
            table.add_row("", "", Text(f"Fix: {check.fix}", "bold"))
    show(lambda _: table)
