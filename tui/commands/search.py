"""``earmark search``: find sounds by describing them."""

from dataclasses import replace
from typing import Annotated

import typer

from tui.terminal.library import open_library
from tui.terminal.options import AllOption, JsonOption, LibraryOption, NullOption, PathsOption, SortOption
from tui.terminal.query import query_line


def search(
    query: Annotated[list[str], typer.Argument(metavar="QUERY", help="Words and filters, in quotes or not.")],
    k: Annotated[
        int | None,
        typer.Option(
            "-k", min=1, metavar="N", help="Number of sounds; 20 by default, all for --paths of filters alone."
        ),
    ] = None,
    sort: SortOption = "",
    unfolded: AllOption = False,
    as_json: JsonOption = False,
    paths: PathsOption = False,
    null: NullOption = False,
    clipboard: Annotated[
        bool, typer.Option("--clipboard", help="Also put the files on the clipboard, to paste them into a DAW.")
    ] = False,
    library: LibraryOption = None,
) -> None:
    """Find sounds by describing them.

    Words describe the sound or its name. +word moves the result towards a sound, -word away from it.

    Filters narrow the result; with a minus in front they exclude: type: tag: form: bpm: key: len: in: name: ext:
    rate: bits: channels: loud: peak: bright: attack: decay: onsets:

    \b
    Examples:
      earmark search "dark punchy kick len:<1"
      earmark search "warm pad +choir -noise key:Am bpm:120..130"
      earmark search "snare type:snare in:Vengeance" --paths | head
      earmark search "form:loop bpm:120..130" --sort tempo,name
      earmark search "dusty snare" -k 1 --clipboard
      earmark search tag:dusty --null | xargs -0 cp -t ~/Desktop/dusty

    Near-identical sounds are folded behind the best of them and counted; --all lists them. Filters alone list all.
    """
    from indexer.search.request import SearchRequest
    from tui.terminal.results import copy_hits, print_result
    from tui.workspace.active_model import text_search

    line = query_line(query)
    with open_library(library) as opened:
        service = text_search(opened)
        request = SearchRequest(line, order=sort, folds=not unfolded)
        default = None if (paths or null) and not request.is_ranked else request.k
        result = service.search(replace(request, k=k or default))
        print_result(opened, service, line, result, as_json=as_json, as_paths=paths, null=null)
        if clipboard:
            copy_hits(opened, service.samples(result.ids.tolist(), line))
