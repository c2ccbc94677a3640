"""Select the sounds of a command: by files or by a query."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from db.library import Library
    from indexer.search.request import SearchRequest
    from indexer.search.result import SearchResult
    from indexer.search.service import SearchService

Tell: TypeAlias = Callable[[str], None]
"""Takes a sentence for the user."""


def ids_of(library: "Library", files: Sequence[Path]) -> list[int]:
    """Return the sample ids of files.

    Raises:
        UsageError: A file is not in the library.
    """
    from db.errors import UsageError
    from db.paths import display_text

    ids = [library.find_sample_id(file.expanduser().absolute()) for file in files]
    for file, sample_id in zip(files, ids, strict=True):
        if sample_id is None:
            raise UsageError(f"{display_text(file)} is not in the library. Add its folder with: earmark index FOLDER")
    return [sample_id for sample_id in ids if sample_id is not None]


def find_and_tell(library: "Library", request: "SearchRequest", tell: Tell) -> "tuple[SearchService, SearchResult]":
    """Search for sounds that a command works on, and tell how the query was understood.

    Whoever exports, moves or marks the hits of a mistyped word should read that they are merely the nearest sounds.

    Args:
        library: Open library.
        request: Request.
        tell: Takes each notice.

    Raises:
        QueryError: A filter is invalid.
    """
    from tui.workspace.active_model import text_search
    from tui.workspace.query.query_notices import NOT_RELEVANT, query_notices

    service = text_search(library)
    found = service.search(request)
    if len(found.ids) and not found.is_relevant:
        tell(f"{NOT_RELEVANT} These are merely the nearest sounds.")
    for sentence in query_notices(request.line, service.unknown(request.line)):
        tell(sentence)
    return service, found


def chosen_ids(library: "Library", files: list[Path] | None, where: str, k: int, tell: Tell) -> list[int]:
    """Return the sample ids of files, each once, or of the hits of a query.

    Args:
        library: Open library.
        files: Files; None or empty for a query.
        where: Query line; empty for files.
        k: Number of hits, where the query has words.
        tell: Takes notices on the query.

    Raises:
        UsageError: Both or neither are given, or a file is not in the library.
    """
    from db.errors import UsageError
    from db.query.parser import parse_query

    if bool(files) == bool(where):
        raise UsageError('Name the sounds: either files, or --where "QUERY".')
    if files:
        return list(dict.fromkeys(ids_of(library, files)))
    from indexer.search.request import SearchRequest, describes

    request = SearchRequest(where, k=k if describes(parse_query(where)) else None)
    return find_and_tell(library, request, tell)[1].ids.tolist()
