"""The request of an export: sounds and a folder."""

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from db.errors import UsageError
from db.library import Library
from db.paths import display_text
from db.query.parser import parse_query
from db.types import Sample
from indexer.audio.formats import AUDIO_EXTENSIONS
from indexer.export.records import ExportLog
from tui.workspace.selection import ids_of

if TYPE_CHECKING:
    from indexer.search.service import SearchService


def read_words(words: Sequence[str], *, are_files: bool, are_ends: bool) -> tuple[list[str], Path | None]:
    """Tell the sounds that are asked for from the folder behind them, which may be missing.

    Raises:
        UsageError: There are too few or too many words, or the last one is no folder.
    """
    *first, last = words
    if not last:
        raise UsageError("An empty name is no folder; a variable in the command may be unset.")
    if are_files:
        path = Path(last).expanduser()
        is_file = path.is_file()
        if not first and not is_file:
            raise UsageError("Give files, then a folder, such as: earmark export --files kick.wav ~/kit")
        if not path.exists() and os.fsencode(path.suffix[1:].lower()) in AUDIO_EXTENSIONS:
            raise UsageError(f"There is no file {display_text(path)}.")
        return (list(words), None) if is_file else (first, path)
    n_words = 2 if are_ends else 1
    if not n_words <= len(words) <= n_words + 1:
        form = "--blend 8 kick.wav thunder ~/path" if are_ends else '"closed hi-hat len:<0.5" ~/Desktop/hats'
        raise UsageError(f"Put what you look for in quotes, then give a folder, such as: earmark export {form}")
    return list(words[:n_words]), Path(last) if len(words) > n_words else None


def suggested_target(log: ExportLog, words: Sequence[str], *, are_files: bool) -> Path:
    """Return the folder of the last export; for a collection, one of its name beside it.

    Raises:
        UsageError: Nothing was exported yet.
    """
    last = log.last_target()
    if last is None:
        raise UsageError("Say where to, such as: earmark export collection:Favourites ~/Desktop/favourites")
    filters = () if are_files or len(words) > 1 else parse_query(words[0]).filters
    names = [str(one.value) for one in filters if one.name == "collection" and not one.is_excluded]
    return last.parent / names[0] if len(names) == 1 and "/" not in names[0] and names[0] not in {".", ".."} else last


def find_samples(
    library: Library, words: Sequence[str], k: int | None, *, are_files: bool, n_steps: int | None
) -> list[Sample]:
    """Return the sounds of an export, in its order.

    Args:
        library: Open library.
        words: Files, the two ends of a path, or one query.
        k: How many hits; None for the default.
        are_files: They are files.
        n_steps: Sounds of a path, where they are two ends.

    Raises:
        UsageError: The library does not know a file, or an end describes no sound.
        QueryError: A filter is invalid.
    """
    if are_files:
        files = [Path(word).expanduser().absolute() for word in words]
        samples = library.samples(ids_of(library, files))
        return [
            replace(sample, paths=(file, *(path for path in sample.paths if path != file)))
            for sample, file in zip(samples, files, strict=True)
        ]
    if n_steps is None:
        service, ids = find_hits(library, words[0], k)
        return service.samples(_in_collection_order(library, words[0], ids), words[0])
    from indexer.encoders.registry import open_encoder
    from indexer.search.blending import Blender
    from indexer.search.service import SearchService
    from tui.workspace.active_model import active_model

    with open_encoder(active_model(library)) as encoder:
        blender = Blender(SearchService(library, encoder, lambda: encoder))
        ends = []
        for word in words:
            file = Path(word).expanduser()
            end = blender.locate(file if file.is_file() else word)
            if end is None:
                raise UsageError(f"{word!r} describes no sound. Give a file or words, such as: warm pad")
            ends.append(end)
        return [hit.sample for hit in blender.path(ends[0], ends[1], n_steps).steps]


def find_hits(library: Library, line: str, k: int | None) -> "tuple[SearchService, list[int]]":
    """Return the ids that answer a query line, best first, and the service that found them.

    Args:
        library: Open library.
        line: Query line.
        k: How many; None for the default of words, and for all of filters alone.

    Raises:
        QueryError: A filter is invalid.
    """
    from indexer.encoders.registry import load_text_encoder
    from indexer.search.request import SearchRequest
    from indexer.search.service import SearchService
    from tui.workspace.active_model import active_model

    service = SearchService(library, lambda: load_text_encoder(active_model(library)))
    request = SearchRequest(line)
    found = service.search(replace(request, k=k or (request.k if request.is_ranked else None)))
    return service, found.ids.tolist()


def _in_collection_order(library: Library, line: str, ids: list[int]) -> list[int]:
    """Return the sounds of a collection in the order that the user gave them, where nothing else orders them."""
    from indexer.search.request import describes

    query = parse_query(line)
    names = [str(one.value) for one in query.filters if one.name == "collection" and not one.is_excluded]
    if len(names) != 1 or describes(query):
        return ids
    places = {sample_id: place for place, sample_id in enumerate(library.collection_ids(names[0]))}
    return sorted(ids, key=lambda sample_id: places.get(sample_id, len(places)))
