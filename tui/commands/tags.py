"""``earmark tags``: the library by facet."""

from typing import Annotated

import typer

from tui.terminal.options import JsonOption, LibraryOption


def tags(
    context: typer.Context,
    where: Annotated[str, typer.Option(metavar="FILTERS", help="Only sounds that pass these filters.")] = "",
    as_json: JsonOption = False,
    library: LibraryOption = None,
) -> None:
    """Show the library by facet: types, forms, characters and tags of your own.

    \b
    Examples:
      earmark tags
      earmark tags --where "len:<1 in:Vengeance"
    """
    from tui.exit_codes import ExitCode
    from tui.facet_tree import facet_tree
    from tui.terminal.output import print_json, say, show
    from tui.terminal.session import open_library

    with open_library(context, library) as opened:
        tree = facet_tree(opened, where)
    if as_json:
        print_json(tree.as_dict())
    elif tree.facets:
        from tui.terminal.facets import facet_table

        show(lambda _: facet_table(tree))
    if not tree.facets:
        say("No sound has a tag here.")
        raise typer.Exit(ExitCode.NOTHING_FOUND)
