"""``earmark rate``: stars and notes."""

from typing import Annotated

import typer

from tui.terminal.options import CountOption, FilesArgument, JsonOption, LibraryOption, WhereOption


def rate(
    context: typer.Context,
    stars: Annotated[int, typer.Argument(metavar="STARS", min=0, max=5, help="0 to 5; 0 takes the stars away.")],
    files: FilesArgument = None,
    where: WhereOption = "",
    k: CountOption = 20,
    note: Annotated[
        str | None, typer.Option(metavar="TEXT", help='Also keep a note; "" removes it.', show_default=False)
    ] = None,
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
    from dataclasses import replace

    from db.types import Annotation
    from tui import formatting
    from tui.terminal.library import open_library
    from tui.terminal.output import report_changed
    from tui.workspace.selection import chosen_ids

    with open_library(context, library) as opened:
        ids = chosen_ids(opened, files, where, k)
        before = opened.annotations(ids)
        given = {sample_id: replace(before.get(sample_id, Annotation()), stars=stars) for sample_id in ids}
        if note is not None:
            given = {sample_id: replace(one, note=note.strip()) for sample_id, one in given.items()}
        with opened.edits() as edits:
            edits.set_annotations(given)
    sentence = f"{formatting.count(len(given), 'sound')}: {'★' * stars or 'no stars'}"
    report_changed(len(given), sentence, as_json=as_json)
