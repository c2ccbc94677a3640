"""``earmark exports``: what was exported, and the way back."""

from typing import Annotated

import typer

from tui.terminal.options import JsonOption, LibraryOption

app = typer.Typer(help="List exports, and take them back.", no_args_is_help=True, rich_markup_mode=None)


@app.command("list")
def list_exports(context: typer.Context, as_json: JsonOption = False, library: LibraryOption = None) -> None:
    """List what was exported where, the last one first.

    \b
    Examples:
      earmark exports list
    """
    from indexer.export.records import ExportLog
    from tui.exit_codes import ExitCode
    from tui.terminal.exports import record_shape, record_table
    from tui.terminal.library import open_library
    from tui.terminal.output import print_json, say, show

    with open_library(context, library) as opened:
        records = ExportLog(opened.folder).records()
    if as_json:
        print_json([record_shape(record) for record in records])
    elif records:
        show(lambda _: record_table(records))
    if not records:
        say("Nothing was exported yet. See: earmark export --help")
        raise typer.Exit(ExitCode.NOTHING_FOUND)


@app.command()
def undo(
    context: typer.Context,
    number: Annotated[
        int | None, typer.Argument(metavar="[NUMBER]", help="Of the list; the last export without it.")
    ] = None,
    as_json: JsonOption = False,
    library: LibraryOption = None,
) -> None:
    """Remove the files of an export; those that were changed since stay.

    \b
    Examples:
      earmark exports undo
      earmark exports undo 3
    """
    from db.paths import display_text
    from indexer.export.records import ExportLog
    from indexer.export.run import undo_export
    from tui import formatting
    from tui.terminal.library import open_library
    from tui.terminal.output import print_json, say

    with open_library(context, library) as opened:
        log = ExportLog(opened.folder)
        record = log.get(number)
        taken = undo_export(record, log)
    if as_json:
        kept = [str(path) for path in taken.kept]
        print_json({"export": record.id, "n_removed": taken.n_removed, "kept": kept})
        return
    for path in taken.kept:
        say(f"{display_text(path)} stays: it was changed since, or cannot be removed.")
    say(f"{formatting.count(taken.n_removed, 'file')} removed from {display_text(record.target)}")


@app.command()
def profiles(as_json: JsonOption = False) -> None:
    """List the profiles of devices: those that come with earmark, and your own.

    \b
    Examples:
      earmark exports profiles
    """
    from rich.table import Table
    from rich.text import Text

    from indexer.export.profile import profile_files, read_profile
    from tui import settings
    from tui.terminal.output import print_json, say, show

    folder = settings.profiles_folder()
    found = [read_profile(name, folder) for name in sorted(profile_files(folder))]
    if as_json:
        print_json([{"name": one.name, "title": one.title} for one in found])
        return
    table = Table.grid(padding=(0, 2, 0, 0))
    for one in found:
        table.add_row(Text(one.name, "bold"), Text(one.title))
    show(lambda _: table)
    say(f"Your own would lie in {folder}")
