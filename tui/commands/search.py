"""``earmark search``: find sounds by describing them."""

from typing import Annotated

import typer

from tui.terminal.options import HitCountOption, JsonOption, LibraryOption, NullOption, PathsOption


def search(
    context: typer.Context,
    query: Annotated[list[str], typer.Argument(metavar="QUERY", help="Words and filters, in quotes or not.")],
    k: HitCountOption = 20,
    as_json: JsonOption = False,
    paths: PathsOption = False,
    null: NullOption = False,
    library: LibraryOption = None,
) -> None:
    """Find sounds by describing them.

    Words say what it sounds like or what it is called. +word pulls the result towards a sound, -word away from it.

    Filters narrow it down, and with a minus in front they exclude: type: tag: form: bpm: key: len: in: name: ext:
    rate: bits: channels: loud: peak: bright: attack: decay: onsets:

    \b
    Examples:
      earmark search "dark punchy kick len:<1"
      earmark search "warm pad +choir -noise key:Am bpm:120..130"
      earmark search "snare type:snare in:Vengeance" --paths | head
    """
    from indexer.encoders.registry import load_text_encoder
    from indexer.search.request import SearchRequest
    from indexer.search.service import SearchService
    from tui.terminal.library import open_library
    from tui.terminal.query import query_line
    from tui.terminal.results import print_result
    from tui.workspace.active_model import active_model

    line = query_line(query)
    with open_library(context, library) as opened:
        service = SearchService(opened, lambda: load_text_encoder(active_model(opened)))
        result = service.search(SearchRequest(line, k=k))
        print_result(opened, line, result, service.hits(result), as_json=as_json, as_paths=paths, null=null)
