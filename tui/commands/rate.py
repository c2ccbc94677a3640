"""``earmark rate``: stars and notes."""

from typing import Annotated

import typer

from tui import formatting
from tui.terminal.library import open_library
from tui.terminal.options import CountOption, FilesArgument, JsonOption, LibraryOption, WhereOption
from tui.terminal.output import report_changed, say


def rate(
    stars: Annotated[int, typer.Argument(metavar="STARS", min=0, max=5, help="0 to 5; 0 removes the stars.")],
    files: FilesArgument = None,
    where: WhereOption = "",
    k: CountOption = 20,
    note: Annotated[str | None, typer.Option(metavar="TEXT", help='Also write a note; "" removes it.')] = None,
    as_json: JsonOption = False,
    library: LibraryOption = None,
) -> None:
    """Give sounds stars, and a note.

    \b
    Examples:
      earmark rate 5 kick.wav
      earmark rate 4 pad.wav --note "for the bridge"
      earmark rate 0 --where "stars:1"
    """
    from tui.workspace.query.selection import chosen_ids

    with open_library(library) as opened:
        ids = chosen_ids(opened, files, where, k, say)
        with opened.edits() as edits:
            edits.change_annotations(ids, stars=stars, note=None if note is None else note.strip())
    sentence = f"{formatting.count(len(ids), 'sound')}: {'★' * stars or 'no stars'}"
    report_changed(len(ids), sentence, as_json=as_json)
