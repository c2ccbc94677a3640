"""Which sounds of the library a command is about: files, or what a query finds."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from db.library import Library


def ids_of(library: "Library", files: Sequence[Path]) -> list[int]:
    """Return the samples that lie at these paths.

    Raises:
        UsageError: The library does not know one of them.
    """
    from db.errors import UsageError

    ids = [library.find_sample_id(file.expanduser().absolute()) for file in files]
    for file, sample_id in zip(files, ids, strict=True):
        if sample_id is None:
            raise UsageError(f"The library does not know {file}. Add its folder with: earmark index FOLDER")
    return [sample_id for sample_id in ids if sample_id is not None]


def chosen_ids(library: "Library", files: list[Path] | None, where: str, k: int) -> list[int]:
    """Return the samples that are files or that a query finds.

    Raises:
        UsageError: Both or neither are given, or the library does not know a file.
    """
    from db.errors import UsageError
    from db.query.parser import parse_query

    if bool(files) == bool(where):
        raise UsageError('Say which sounds: either files, or --where "QUERY".')
    if files:
        return ids_of(library, files)
    query = parse_query(where)
    if query.text or query.plus or query.minus:
        from indexer.encoders.registry import load_text_encoder
        from indexer.search.service import Searcher
        from tui.workspace.active_model import active_model

        result = Searcher(library, load_text_encoder(active_model(library))).search(where, k)
        return [hit.sample.id for hit in result.hits]
    found = library.filter_ids(query.filters)
    return [] if found is None else [int(sample_id) for sample_id in found]
