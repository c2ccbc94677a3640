"""``earmark similar``: find sounds by example."""

from pathlib import Path
from typing import Annotated

import typer

from tui.terminal.library import open_library
from tui.terminal.options import (
    AllOption,
    HitCountOption,
    JsonOption,
    LibraryOption,
    LikeOption,
    NullOption,
    PathsOption,
    SortOption,
    UnlikeOption,
    path_argument,
)
from tui.terminal.query import query_line


def similar(  # noqa: PLR0917 (one per option)
    file: Annotated[Path, path_argument("FILE", "A sound, in the library or not.")],
    query: Annotated[
        list[str] | None, typer.Argument(metavar="[QUERY]", help="Words that move the result, and filters.")
    ] = None,
    where: Annotated[str, typer.Option(metavar="QUERY", help="The same in one argument.")] = "",
    like: LikeOption = None,
    unlike: UnlikeOption = None,
    k: HitCountOption = 20,
    sort: SortOption = "",
    unfolded: AllOption = False,
    as_json: JsonOption = False,
    paths: PathsOption = False,
    null: NullOption = False,
    library: LibraryOption = None,
) -> None:
    """Find the sounds nearest to a sound.

    A file outside the library is embedded first, which takes a moment. Words choose among the similar sounds
    ("shorter", "brighter", "vinyl"), filters narrow them down.

    \b
    Examples:
      earmark similar ~/Samples/Kicks/dusty.wav
      earmark similar idea.wav shorter brighter
      earmark similar idea.wav "type:snare len:<1" -k 5
      earmark similar idea.wav --like other.wav --unlike too-long.wav
    """
    from indexer.search.request import SearchRequest
    from tui.terminal.results import print_result
    from tui.workspace.active_model import audio_search

    with open_library(library) as opened, audio_search(opened) as service:
        request = SearchRequest(
            line=f"{query_line(query or [])} {where}".strip(),
            likes=(file, *(like or ())),
            dislikes=tuple(unlike or ()),
            k=k,
            order=sort,
            lists_likes=False,
            folds=not unfolded,
        )
        print_result(opened, service, str(file), service.search(request), as_json=as_json, as_paths=paths, null=null)
