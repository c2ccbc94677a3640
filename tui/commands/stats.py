"""``earmark stats``: what the library holds."""

from tui.terminal.library import open_library
from tui.terminal.options import JsonOption, LibraryOption
from tui.terminal.output import print_json, show


def stats(as_json: JsonOption = False, library: LibraryOption = None) -> None:
    """Show what the library holds.

    How many sounds, of which types, lengths and formats, and in which folders.

    \b
    Examples:
      earmark stats
      earmark stats --json | jq .types
    """
    from tui.workspace.listing.overview import overview

    with open_library(library) as opened:
        found = overview(opened)
    if as_json:
        print_json(found.as_dict())
        return
    from tui.terminal.stats import overview_table

    show(lambda _: overview_table(found))
