"""Select the sounds of a command: by files or by a query."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from db.library import Library


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


def chosen_ids(library: "Library", files: list[Path] | None, where: str, k: int) -> list[int]:
    """Return the sample ids of files, or of the hits of a query.

    Args:
        library: Open library.
        files: Files; None or empty for a query.
        where: Query line; empty for files.
        k: Number of hits, where the query has words.

    Raises:
        UsageError: Both or neither are given, or a file is not in the library.
    """
    from db.errors import UsageError
    from db.query.parser import parse_query

    if bool(files) == bool(where):
        raise UsageError('Name the sounds: either files, or --where "QUERY".')
    if files:
        return ids_of(library, files)
    from indexer.search.request import SearchRequest, describes
    from tui.workspace.active_model import text_search

    request = SearchRequest(where, k=k if describes(parse_query(where)) else None)
    return text_search(library).search(request).ids.tolist()
