"""``earmark exports``: list and undo exports."""

from typing import Annotated

import typer

from db.paths import display_text
from tui import formatting, settings
from tui.exit_codes import ExitCode
from tui.terminal.library import open_library
from tui.terminal.options import JsonOption, LibraryOption
from tui.terminal.output import name_table, print_json, print_list, say, show

app = typer.Typer(help="List and undo exports.", no_args_is_help=True, rich_markup_mode=None)


@app.command("list")
def list_exports(as_json: JsonOption = False, library: LibraryOption = None) -> None:
    """List exports, the last one first.

    \b
    Examples:
      earmark exports list
    """
    from indexer.export.records import ExportLog
    from tui.terminal.exports import record_shape, record_table

    with open_library(library) as opened:
        records = ExportLog(opened.folder).records()
    nothing = "Nothing was exported yet. See: earmark export --help"
    print_list(records, record_shape, record_table, nothing, as_json=as_json)


@app.command()
def undo(
    number: Annotated[
        int | None, typer.Argument(metavar="[NUMBER]", help="Number from the list; the last export by default.")
    ] = None,
    as_json: JsonOption = False,
    library: LibraryOption = None,
) -> None:
    """Remove the files of an export; files that were changed since stay.

    \b
    Examples:
      earmark exports undo
      earmark exports undo 3
    """
    from indexer.export.records import ExportLog
    from indexer.export.run import undo_export

    with open_library(library) as opened:
        log = ExportLog(opened.folder)
        record = log.get(number)
        taken = undo_export(record, log)
    if as_json:
        kept = [str(path) for path in taken.kept]
        print_json({"export": record.id, "n_removed": taken.n_removed, "kept": kept})
    else:
        for path in taken.kept:
            say(f"{display_text(path)} stays: it was changed since, or cannot be removed.")
        say(f"{formatting.count(taken.n_removed, 'file')} removed from {display_text(record.target)}")
    if not taken.n_removed:
        raise typer.Exit(ExitCode.NOTHING_FOUND)


@app.command()
def profiles(as_json: JsonOption = False, library: LibraryOption = None) -> None:
    """List the profiles of devices: those that come with earmark, and your own.

    \b
    Examples:
      earmark exports profiles
    """
    from indexer.export.profile import profile_files, read_profile

    folder = settings.profiles_folder()
    found = [read_profile(name, folder) for name in sorted(profile_files(folder))]
    if as_json:
        print_json([{"name": one.name, "title": one.title} for one in found])
        return
    show(lambda _: name_table((one.name, one.title) for one in found))
    say(f"Your own profiles belong in {folder}")
