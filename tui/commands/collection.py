"""``earmark collection``: named lists of sounds."""

from dataclasses import asdict
from typing import Annotated

import typer

from db.paths import display_text
from tui import formatting
from tui.commands.export import export as export_sounds
from tui.terminal.library import open_library
from tui.terminal.options import (
    CountOption,
    DryRunOption,
    FilesArgument,
    JsonOption,
    LibraryOption,
    NullOption,
    PathsOption,
    ProfileOption,
    WhereOption,
)
from tui.terminal.output import print_json, print_list, print_paths, report_changed, say, show

app = typer.Typer(help="Named lists of sounds.", no_args_is_help=True, rich_markup_mode=None)

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="Name of a collection.")]


@app.command("list")
def list_collections(as_json: JsonOption = False, library: LibraryOption = None) -> None:
    """List all collections.

    \b
    Examples:
      earmark collection list
    """
    from tui.terminal.collections import collection_table

    with open_library(library) as opened:
        found = opened.collections()
    nothing = "There is no collection yet. Make one with: earmark collection add NAME FILE..."
    print_list(found, asdict, collection_table, nothing, as_json=as_json)


@app.command("show")
def show_collection(
    name: NameArgument,
    as_json: JsonOption = False,
    paths: PathsOption = False,
    null: NullOption = False,
    library: LibraryOption = None,
) -> None:
    """Show the sounds of a collection, in its order.

    \b
    Examples:
      earmark collection show Favourites
      earmark collection show Favourites --paths
    """
    from indexer.search.result import Hit
    from tui.sample_paths import existing_paths
    from tui.terminal.hits import hit_table
    from tui.workspace.annotations.collections import get_collection
    from tui.workspace.json_output import sample_shape

    with open_library(library) as opened:
        samples = opened.samples(get_collection(opened, name))
        roots = [root.path for root in opened.roots()]
    if as_json:
        print_json([sample_shape(sample) for sample in samples])
    elif paths or null:
        print_paths(existing_paths((sample.paths for sample in samples), has_copies=False), null=null)
    else:
        hits = [Hit(sample, score=0.0, cosine=0.0, name_match=0.0, n_folded=0) for sample in samples]
        show(lambda width: hit_table(hits, roots, width))


@app.command()
def add(
    name: NameArgument,
    files: FilesArgument = None,
    where: WhereOption = "",
    k: CountOption = 20,
    as_json: JsonOption = False,
    library: LibraryOption = None,
) -> None:
    """Add sounds to a collection; it is created if it does not exist.

    \b
    Examples:
      earmark collection add Favourites kick.wav snare.wav
      earmark collection add "My Kit" --where "type:kick stars:>=4"
    """
    from tui.workspace.annotations.collections import add_to_collection
    from tui.workspace.query.selection import chosen_ids

    with open_library(library) as opened:
        n_added = add_to_collection(opened, name, chosen_ids(opened, files, where, k, say))
    report_changed(n_added, f"{formatting.count(n_added, 'sound')} added.", as_json=as_json)


@app.command()
def remove(
    name: NameArgument,
    files: FilesArgument = None,
    where: WhereOption = "",
    k: CountOption = 20,
    as_json: JsonOption = False,
    library: LibraryOption = None,
) -> None:
    """Remove sounds from a collection; their files stay.

    \b
    Examples:
      earmark collection remove Favourites kick.wav
      earmark collection remove Favourites --where "len:>2"
    """
    from tui.workspace.annotations.collections import remove_from_collection
    from tui.workspace.query.selection import chosen_ids

    with open_library(library) as opened:
        n_removed = remove_from_collection(opened, name, chosen_ids(opened, files, where, k, say))
    report_changed(n_removed, f"{formatting.count(n_removed, 'sound')} removed.", as_json=as_json)


@app.command()
def rename(
    name: Annotated[str, typer.Argument(metavar="OLD", help="Name of a collection.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="Its new name.")],
    as_json: JsonOption = False,
    library: LibraryOption = None,
) -> None:
    """Rename a collection.

    \b
    Examples:
      earmark collection rename Favourites Best
    """
    from tui.workspace.annotations.collections import rename_collection

    with open_library(library) as opened:
        n_sounds = rename_collection(opened, name, new)
    report_changed(n_sounds, f"Renamed {display_text(name)} to {display_text(new)}.", as_json=as_json)


@app.command()
def delete(name: NameArgument, as_json: JsonOption = False, library: LibraryOption = None) -> None:
    """Delete a collection; its sounds stay.

    \b
    Examples:
      earmark collection delete Favourites
    """
    from tui.workspace.annotations.collections import delete_collection

    with open_library(library) as opened:
        n_sounds = delete_collection(opened, name)
    sentence = f"Deleted {display_text(name)}, a list of {formatting.count(n_sounds, 'sound')}; no sound was removed."
    report_changed(n_sounds, sentence, as_json=as_json)


@app.command()
def export(
    name: NameArgument,
    folder: Annotated[str | None, typer.Argument(metavar="[DIR]", help="Folder to write to.")] = None,
    profile: ProfileOption = "copy",
    dry_run: DryRunOption = False,
    as_json: JsonOption = False,
    library: LibraryOption = None,
) -> None:
    """Write the sounds of a collection to a folder; "earmark export collection:NAME" has more options.

    \b
    Examples:
      earmark collection export Favourites ~/Desktop/favourites --profile digitakt
    """
    from tui.workspace.annotations.collections import collection_name, get_collection
    from tui.workspace.query.query_line import filter_text

    with open_library(library) as opened:
        get_collection(opened, name)
    what = [filter_text("collection", collection_name(name)), *([] if folder is None else [folder])]
    export_sounds(what, profile=profile, dry_run=dry_run, as_json=as_json, library=library)
