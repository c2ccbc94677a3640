"""``earmark tags``: the library by facet, and the tree of categories."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from db.paths import display_text
from tui.exit_codes import ExitCode
from tui.terminal.library import open_library
from tui.terminal.options import JsonOption, LibraryOption, NullOption, PathsOption
from tui.terminal.output import print_json, print_paths, say, show
from tui.terminal.query import report_unknown

if TYPE_CHECKING:
    from db.library import Library
    from tui.workspace.listing.facet_tree import TagPlace


def tags(
    place: Annotated[str, typer.Argument(metavar="PLACE", help="A facet, a family or a tag: drums, drums/kick.")] = "",
    where: Annotated[str, typer.Option(metavar="FILTERS", help="Only sounds that pass these filters.")] = "",
    k: Annotated[int, typer.Option("-k", min=1, metavar="N", help="Number of sounds of a tag to show.")] = 20,
    paths: PathsOption = False,
    null: NullOption = False,
    as_json: JsonOption = False,
    library: LibraryOption = None,
) -> None:
    """Show the library by facet: types, forms, characters and tags of your own.

    With PLACE, show what is in it: the types of a family, or the sounds of a type and their other tags.

    \b
    Examples:
      earmark tags
      earmark tags drums
      earmark tags drums/kick --where "len:<1 in:Vengeance"
      earmark tags drums/kick --paths | head
    """
    from tui.workspace.listing.facet_tree import open_place

    as_paths = paths or null
    with open_library(library) as opened:
        found = open_place(opened, place, where)
        report_unknown(opened, where)
        sounds = _sounds(opened, found, where, None if as_paths else k)
    if as_paths:
        print_paths(sounds, null=null)
    elif as_json:
        print_json({"place": list(found.place), **found.tree.as_dict(), "sounds": [str(path) for path in sounds]})
    elif found.tree.facets:
        _draw(found, sounds)
    if not found.tree.facets:
        say("No sound has a tag here.")
        raise typer.Exit(ExitCode.NOTHING_FOUND)


def _sounds(library: "Library", found: "TagPlace", where: str, limit: int | None) -> list[Path]:
    """Return the paths of the first sounds of a tag; without a limit all paths of any place."""
    from indexer.search.service import matching_places
    from tui.sample_paths import existing_paths

    if limit is not None and len(found.place) < 2:
        return []
    ids = library.sorted_ids() if found.ids is None else found.ids
    paths = matching_places(library, ids[:limit].tolist(), where)
    return list(existing_paths(paths, has_copies=limit is None))


def _draw(found: "TagPlace", sounds: list[Path]) -> None:
    from tui.terminal.facets import facet_table

    if found.place:
        say(" / ".join(display_text(name) for name in found.place))
    show(lambda _: facet_table(found.tree))
    if sounds:
        from rich.console import Group
        from rich.text import Text

        show(lambda _: Group(Text(), *(Text(display_text(path), no_wrap=True) for path in sounds)))
