"""``earmark daw``: the library in the browsers of DAWs."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from db.paths import display_text
from tui import formatting
from tui.exit_codes import ExitCode
from tui.terminal.library import open_library
from tui.terminal.options import JsonOption, LibraryOption, path_argument, path_option
from tui.terminal.output import print_json, print_list, say
from tui.terminal.progress import meter

if TYPE_CHECKING:
    from rich.table import Table

    from indexer.daw.mirror import Mirror
    from tui.workspace.export.daw import Mirrored

_NOTHING = "Nothing is kept in sync yet. See: earmark daw --help"

app = typer.Typer(
    help="Let DAWs find the library: a database for Reaper, collections as folders and playlists.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command()
def reaper(
    query: Annotated[str, typer.Argument(metavar="[QUERY]", help="Which sounds; all by default.")] = "",
    k: Annotated[
        int | None, typer.Option("-k", min=1, metavar="N", help="Number of hits of words; 20 by default.")
    ] = None,
    to: Annotated[Path | None, path_option("FILE", "File; by default in Reaper's own folder.", "--to")] = None,
    as_json: JsonOption = False,
    library: LibraryOption = None,
) -> None:
    """Write a database for Reaper's Media Explorer, with tags, tempo, key, stars and notes to search by.

    \b
    Examples:
      earmark daw reaper
      earmark daw reaper type:drums --to ~/drums.ReaperFileList
    """
    from indexer.daw.reaper import resource_folder, shortcut_lines
    from tui.workspace.export.daw import NoSoundError, bring_up_to_date, reaper_mirror

    with open_library(library) as opened:
        mirror = reaper_mirror(opened, query, k, to)
        try:
            with meter("Reading") as shown:
                done = bring_up_to_date(opened, mirror, shown.show, say)
        except NoSoundError as error:
            _report([], as_json=as_json, nothing=str(error))
    _report([done], as_json=as_json)
    folder = resource_folder()
    lines = shortcut_lines(folder, done.place.name) if folder and folder / "MediaDB" == done.place.parent else []
    if lines:
        ini = display_text(folder / "reaper.ini") if folder else ""
        say(f"To list it in the Media Explorer, add to [reaper_explorer] in {ini}, while Reaper is closed:")
        say("\n".join(f"  {line}" for line in lines))


@app.command()
def collections(
    folder: Annotated[Path, path_argument("DIR", "Folder to write to.")],
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAME...]", help="Collections; all by default.")] = None,
    as_json: JsonOption = False,
    library: LibraryOption = None,
) -> None:
    """Make a folder of links and a playlist of each collection, to add to the browser of a DAW.

    Run it again to update them. Only files that earmark wrote are ever changed or removed.

    \b
    Examples:
      earmark daw collections ~/Music/earmark
      earmark daw collections ~/Music/earmark Favourites
    """
    from tui.workspace.export.daw import bring_up_to_date, collections_mirror

    with open_library(library) as opened:
        done = bring_up_to_date(opened, collections_mirror(opened, names or [], folder))
    _report([done], as_json=as_json)


@app.command()
def update(as_json: JsonOption = False, library: LibraryOption = None) -> None:
    """Update all databases, folders and playlists, for example after indexing.

    \b
    Examples:
      earmark daw update
    """
    from tui.workspace.export.daw import update_all

    with open_library(library) as opened, meter("Reading") as shown:
        done = update_all(opened, shown.show)
    _report(done, as_json=as_json)


@app.command("list")
def list_mirrors(as_json: JsonOption = False, library: LibraryOption = None) -> None:
    """List what is kept in sync.

    \b
    Examples:
      earmark daw list
    """
    from tui.workspace.export.daw import mirrors, place

    def shape(one: "Mirror") -> dict[str, object]:
        return {"path": str(place(one)), "kind": one.kind, "n_files": len(one.entries)}

    with open_library(library) as opened:
        found = mirrors(opened)
    print_list(found, shape, _table, _NOTHING, as_json=as_json)


@app.command()
def remove(
    path: Annotated[Path, path_argument("PATH", "As listed by earmark daw list.")],
    as_json: JsonOption = False,
    library: LibraryOption = None,
) -> None:
    """Remove what earmark wrote to a place and stop updating it; changed files stay.

    \b
    Examples:
      earmark daw remove ~/Music/earmark
    """
    from tui.workspace.export.daw import find_mirror
    from tui.workspace.export.daw import remove as remove_mirror

    with open_library(library) as opened:
        done = remove_mirror(opened, find_mirror(opened, path))
    _report([done], as_json=as_json)


def _report(found: "list[Mirrored]", *, as_json: bool, nothing: str = _NOTHING) -> None:
    """Print what was done; say ``nothing`` if ``found`` is empty.

    Raises:
        typer.Exit: With `ExitCode.NOTHING_FOUND` then, `ExitCode.PROBLEM` when a name is taken or a place is missing.
    """
    if as_json:
        print_json([_shape(one) for one in found])
    else:
        for one in found:
            if one.problem:
                say(f"{display_text(one.place)}: {display_text(one.problem)}")
                continue
            say(
                f"{display_text(one.place)}: {formatting.count(one.done.n_written, 'file')} written, "
                f"{one.done.n_same:,} up to date, {one.done.n_removed:,} removed"
            )
            for path in one.done.kept:
                say(f"{display_text(path)} is left alone: earmark did not write it, or it was changed since.")
    if not found:
        say(nothing)
        raise typer.Exit(ExitCode.NOTHING_FOUND)
    if any(one.done.kept or one.problem for one in found):
        raise typer.Exit(ExitCode.PROBLEM)


def _shape(one: "Mirrored") -> dict[str, object]:
    return {
        "path": str(one.place),
        "kind": one.mirror.kind,
        "n_written": one.done.n_written,
        "n_same": one.done.n_same,
        "n_removed": one.done.n_removed,
        "kept": [str(path) for path in one.done.kept],
        "problem": one.problem or None,
    }


def _table(found: "Sequence[Mirror]") -> "Table":
    from rich.table import Table
    from rich.text import Text

    from tui.workspace.export.daw import place

    table = Table.grid(padding=(0, 2, 0, 0))
    for one in found:
        n_files = formatting.count(len(one.entries), "file")
        table.add_row(Text(one.kind, "bold"), n_files, Text(display_text(place(one))))
    return table
