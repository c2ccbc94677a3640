"""``earmark backup`` and ``earmark restore``."""

from pathlib import Path
from typing import Annotated

import typer

from db.errors import UsageError
from db.paths import display_text
from tui import formatting
from tui.exit_codes import ExitCode
from tui.terminal.library import library_folder
from tui.terminal.options import JsonOption, LibraryOption, path_argument
from tui.terminal.output import print_json, say

_ON_SERVERS = (
    "A library on a server is backed up there, with all others that lie there: pg_dump --format=custom. "
    "To bring it back: pg_restore"
)


def backup(
    file: Annotated[Path | None, path_argument("[FILE]", "New file, such as one on another disk.")] = None,
    shows_list: Annotated[bool, typer.Option("--list", help="List the backups in the library's folder.")] = False,
    as_json: JsonOption = False,
    library: LibraryOption = None,
) -> None:
    """Copy the library to one file, also while it is in use, and check the copy. Sounds themselves are not copied.

    Without FILE the copy goes to the library's folder, where the newest seven are kept.

    \b
    Examples:
      earmark backup
      earmark backup /media/disk/earmark.zip
      earmark backup --list
    """
    from db.library import Library
    from db.schema.sqlite.backup import back_up, list_backups

    folder = library_folder(library, _ON_SERVERS)
    if not shows_list:
        Library.open(folder).close()
        made = back_up(folder, file)
        if as_json:
            print_json({"path": str(made), "size_bytes": made.stat().st_size})
        else:
            say(f"Backed up to {display_text(made)}, {formatting.size(made.stat().st_size)}")
        return
    found = list_backups(folder)
    if as_json:
        print_json(
            [{"path": str(one.path), "made_at": one.made_at.isoformat(), "size_bytes": one.size_bytes} for one in found]
        )
    else:
        for one in found:
            when = one.made_at.astimezone().strftime("%Y-%m-%d %H:%M")
            typer.echo(f"{when}  {formatting.size(one.size_bytes)}  {display_text(one.path)}")
    if not found:
        say("There is no backup here yet. Make one with: earmark backup")
        raise typer.Exit(ExitCode.NOTHING_FOUND)


def restore(
    file: Annotated[Path | None, path_argument("[FILE]", "Made by: earmark backup.")] = None,
    as_json: JsonOption = False,
    library: LibraryOption = None,
) -> None:
    """Replace the library by a backup, the newest one without FILE; the library as it was is kept beside it.

    \b
    Examples:
      earmark restore
      earmark restore /media/disk/earmark.zip
    """
    from db.schema.sqlite.backup import list_backups
    from db.schema.sqlite.backup import restore as restore_library

    folder = library_folder(library, _ON_SERVERS)
    found = list_backups(folder)
    if file is None and not found:
        raise UsageError(f"There is no backup in {display_text(folder)}. Give its file: earmark restore FILE")
    source = file or found[0].path
    before = restore_library(folder, source)
    if as_json:
        print_json({"restored": str(source), "before": None if before is None else str(before)})
        return
    say(f"Restored from {display_text(source)}")
    if before is not None:
        say(f"The library as it was before is in {display_text(before)}")
    say("To find what has changed since: earmark index")
