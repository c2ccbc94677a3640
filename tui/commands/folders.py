"""``earmark folders`` and ``earmark relink``: the folders of the library."""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from db.errors import UsageError
from db.paths import display_text
from tui import formatting
from tui.terminal.library import open_library
from tui.terminal.options import JsonOption, LibraryOption, path_argument
from tui.terminal.output import print_json, say

if TYPE_CHECKING:
    from db.library import Library
    from db.types import Root

app = typer.Typer(rich_markup_mode=None, no_args_is_help=True, help="List the folders of the library, or forget one.")

FolderArgument = Annotated[Path, path_argument("FOLDER", "A folder of the library.")]


@app.command("list")
def list_folders(
    tree: Annotated[bool, typer.Option("--tree", help="Also list all subfolders with their number of files.")] = False,
    as_json: JsonOption = False,
    library: LibraryOption = None,
) -> None:
    """List the folders of the library, and which of them are offline.

    \b
    Examples:
      earmark folders list
      earmark folders list --tree
    """
    with open_library(library) as opened:
        roots = opened.roots()
        below = {root.id: _counts_below(opened, root) if tree else {} for root in roots}
    if as_json:
        entries = [
            {
                "path": str(root.path),
                "is_online": root.is_online,
                "n_files": root.n_files,
                **({"folders": below[root.id]} if tree else {}),
            }
            for root in roots
        ]
        print_json({"folders": entries})
        return
    for root in roots:
        state = "" if root.is_online else "  offline"
        typer.echo(f"{display_text(root.path)}  {formatting.count(root.n_files, 'file')}{state}")
        for folder, n_files in below[root.id].items():
            *parents, name = folder.split("/")
            typer.echo(f"{'  ' * (len(parents) + 1)}{name}  {n_files:,}")
    if not roots:
        say("No folders yet. Add one with: earmark index FOLDER")


@app.command("packs")
def list_packs(as_json: JsonOption = False, library: LibraryOption = None) -> None:
    """List the packs of the library, largest first.

    A pack is the folder around folders such as Kicks and Loops. The filter pack: searches in one.

    \b
    Examples:
      earmark folders packs
      earmark search 'dusty snare pack:"Dusty Breaks"'
    """
    with open_library(library) as opened:
        counts = opened.folder_table().count_packs()
    packs = sorted(counts.items(), key=lambda item: (-item[1], item[0].casefold()))
    if as_json:
        print_json({"packs": [{"pack": pack, "n_files": n} for pack, n in packs]})
        return
    for pack, n in packs:
        typer.echo(f"{display_text(pack)}  {formatting.count(n, 'file')}")
    if not packs:
        say("No packs yet. Add a folder with: earmark index FOLDER")


@app.command("forget")
def forget_folder(folder: FolderArgument, as_json: JsonOption = False, library: LibraryOption = None) -> None:
    """Remove a folder from the library; its files stay as they are.

    Your tags, stars and notes are kept, and come back when the folder is indexed again.

    \b
    Examples:
      earmark folders forget /Volumes/OldDrive
    """
    with open_library(library) as opened:
        root = _root_at(opened, folder)
        with opened.writer() as writer:
            writer.forget_root(root.id)
    if as_json:
        print_json({"path": str(root.path), "n_files": root.n_files})
        return
    say(f"Forgot {display_text(root.path)} with {formatting.count(root.n_files, 'file')}; the files stay as they are.")


def relink(
    old: Annotated[Path, path_argument("OLD", "Old path of the folder.")],
    new: Annotated[Path, path_argument("NEW", "New path of the folder.")],
    as_json: JsonOption = False,
    library: LibraryOption = None,
) -> None:
    """Set the new path of a folder of the library.

    Use it when a drive has another name, or after moving a folder as a whole. No sound is read again.

    \b
    Examples:
      earmark relink /Volumes/Samples "/Volumes/Samples 1"
    """
    from indexer.ingest.pipeline import check_folders

    check_folders([new])
    with open_library(library) as opened:
        root = _root_at(opened, old)
        with opened.writer() as writer:
            writer.relink_root(root, new)
    if as_json:
        print_json({"path": str(new.absolute()), "n_files": root.n_files})
        return
    say(f"{display_text(new)} is now the place of {formatting.count(root.n_files, 'file')}.")


def _root_at(library: "Library", folder: Path) -> "Root":
    root = library.find_root(folder)
    if root is None:
        raise UsageError(f"{display_text(folder)} is not one of the library's folders. See: earmark folders list")
    return root


def _counts_below(library: "Library", root: "Root") -> dict[str, int]:
    """Return the number of files in each folder and in those below it, sorted as a tree."""
    counts: Counter[str] = Counter()
    for folder, n_files in library.folder_counts(root.id).items():
        parts = folder.split("/") if folder else []
        for depth in range(1, len(parts) + 1):
            counts["/".join(parts[:depth])] += n_files
    return dict(sorted(counts.items(), key=lambda each: each[0].casefold().split("/")))
