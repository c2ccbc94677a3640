"""``earmark tags``: the library by facet, and the tree of categories."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from db.paths import display_text
from tui.exit_codes import ExitCode
from tui.terminal.library import open_library
from tui.terminal.options import JsonOption, LibraryOption, NullOption, PathsOption
from tui.terminal.output import print_json, print_paths, say, show

if TYPE_CHECKING:
    from db.library import Library
    from tui.workspace.facet_tree import Shelf


def tags(
    place: Annotated[
        str, typer.Argument(metavar="PLACE", help="Go into a facet, a family or a tag: drums, drums/kick.")
    ] = "",
    where: Annotated[str, typer.Option(metavar="FILTERS", help="Only sounds that pass these filters.")] = "",
    k: Annotated[int, typer.Option("-k", min=1, metavar="N", help="How many sounds of a tag to show.")] = 20,
    paths: PathsOption = False,
    null: NullOption = False,
    as_json: JsonOption = False,
    library: LibraryOption = None,
) -> None:
    """Show the library by facet: types, forms, characters and tags of your own.

    With a place, what lies there: the types of a family, or the sounds of a type and how they are tagged otherwise.

    \b
    Examples:
      earmark tags
      earmark tags drums
      earmark tags drums/kick --where "len:<1 in:Vengeance"
      earmark tags drums/kick --paths | head
    """
    from tui.workspace.facet_tree import open_shelf

    with open_library(library) as opened:
        shelf = open_shelf(opened, place, where)
        sounds = _sounds(opened, shelf, where, None if paths or null else k)
    if paths or null:
        print_paths(sounds, null=null)
    elif as_json:
        print_json({"place": list(shelf.place), **shelf.tree.as_dict(), "sounds": [str(path) for path in sounds]})
    elif shelf.tree.facets:
        _draw(shelf, sounds)
    if not shelf.tree.facets:
        say("No sound has a tag here.")
        raise typer.Exit(ExitCode.NOTHING_FOUND)


def _sounds(library: "Library", shelf: "Shelf", where: str, limit: int | None) -> list[Path]:
    """Return where the first sounds of a place lie, without a limit in all their places; none of a facet."""
    from indexer.search.service import matching_places
    from tui.sample_paths import places_there

    if shelf.ids is None or len(shelf.place) < 2:
        return []
    found = matching_places(library, shelf.ids[:limit].tolist(), where)
    return list(places_there(found, has_copies=limit is None))


def _draw(shelf: "Shelf", sounds: list[Path]) -> None:
    from tui.terminal.facets import facet_table

    if shelf.place:
        say(" / ".join(display_text(name) for name in shelf.place))
    show(lambda _: facet_table(shelf.tree))
    if sounds:
        from rich.console import Group
        from rich.text import Text

        show(lambda _: Group(Text(), *(Text(display_text(path), no_wrap=True) for path in sounds)))
