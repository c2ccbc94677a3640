"""The sounds and the folder of an export, from the arguments of a command."""

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from db.errors import UsageError
from db.library import Library
from db.paths import display_text
from db.query.parser import lone_collection, parse_query
from db.types import Sample
from indexer.audio.formats import AUDIO_EXTENSIONS
from indexer.export.file_names import folder_name
from indexer.export.profile import AS_IT_IS
from indexer.export.records import ExportLog
from tui.workspace.active_model import audio_search
from tui.workspace.query.selection import Tell, find_and_tell, ids_of

if TYPE_CHECKING:
    from indexer.search.blending import BlendEnd, Blender
    from indexer.search.service import SearchService


def split_arguments(words: Sequence[str], *, are_files: bool, are_ends: bool) -> tuple[list[str], Path | None]:
    """Split arguments into those for the sounds and the folder at the end, which may be missing.

    Args:
        words: Arguments.
        are_files: The sounds are files.
        are_ends: The sounds are a path between two ends.

    Raises:
        UsageError: There are too few or too many arguments, or the last one is not a folder.
    """
    *first, last = words
    if not last:
        raise UsageError("An empty name is not a folder; a variable in the command may be unset.")
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
        raise UsageError(f"Put the query in quotes, then give a folder, such as: earmark export {form}")
    return list(words[:n_words]), Path(last) if len(words) > n_words else None


def suggested_target(log: ExportLog, words: Sequence[str], *, are_files: bool) -> Path:
    """Return the folder of the last export; for a collection, a folder of its name beside that.

    Raises:
        UsageError: Nothing was exported yet.
    """
    last = log.last_target()
    if last is None:
        raise UsageError("Give a folder, such as: earmark export collection:Favourites ~/Desktop/favourites")
    name = None if are_files or len(words) > 1 else lone_collection(parse_query(words[0]).filters)
    return last if name is None else last.parent / folder_name(name, AS_IT_IS)


def find_samples(
    library: Library, words: Sequence[str], k: int | None, *, are_files: bool, n_steps: int | None, tell: Tell
) -> list[Sample]:
    """Return the sounds of an export, in its order.

    Args:
        library: Open library.
        words: Files, the two ends of a path, or one query.
        k: Number of hits; None for the default.
        are_files: The words are files.
        n_steps: Number of sounds on a path, if the words are its ends; else None.
        tell: Takes notices on a query.

    Raises:
        UsageError: A file is not in the library, or an end describes no sound.
        QueryError: A filter is invalid.
    """
    if are_files:
        return samples_of_files(library, [Path(word).expanduser().absolute() for word in words])
    if n_steps is None:
        return samples_of_query(library, words[0], k, tell)
    return _samples_of_blend(library, words, n_steps)


def samples_of_files(library: Library, files: Sequence[Path]) -> list[Sample]:
    """Return the sounds of files, each with the given file as its first path.

    Raises:
        UsageError: A file is not in the library.
    """
    samples = library.samples(ids_of(library, files))
    return [
        replace(sample, paths=(file, *(path for path in sample.paths if path != file)))
        for sample, file in zip(samples, files, strict=True)
    ]


def samples_of_query(library: Library, line: str, k: int | None, tell: Tell) -> list[Sample]:
    """Return the hits of a query, best first; those of a collection alone in its order.

    Args:
        library: Open library.
        line: Query line.
        k: Number of hits; None for the default of a description, and for all hits of filters alone.
        tell: Takes notices on the query.

    Raises:
        QueryError: A filter is invalid.
    """
    service, ids = find_hits(library, line, k, tell)
    return service.samples(_in_collection_order(library, line, ids), line)


def _samples_of_blend(library: Library, words: Sequence[str], n_steps: int) -> list[Sample]:
    from indexer.search.blending import Blender

    with audio_search(library) as service:
        blender = Blender(service)
        start, end = (locate_end(blender, word) for word in words)
        return [hit.sample for hit in blender.path(start, end, n_steps).steps]


def locate_end(blender: "Blender", text: str) -> "BlendEnd":
    """Return the end of a blend that is a file or a description.

    Raises:
        UsageError: It is empty, or called like a sound file and there is none; and as `Blender.locate`.
        SoundError: As `Blender.locate`.
    """
    if not text:
        raise UsageError("An empty name describes no sound; a variable in the command may be unset.")
    if not is_file(text) and os.fsencode(Path(text).suffix[1:].lower()) in AUDIO_EXTENSIONS:
        raise UsageError(f"There is no file {display_text(text)}. Give a file, or words without an extension.")
    return blender.locate(Path(text).expanduser() if is_file(text) else text)


def is_file(text: str) -> bool:
    """Say whether the end of a blend is a file."""
    return Path(text).expanduser().is_file()


def find_hits(library: Library, line: str, k: int | None, tell: Tell) -> "tuple[SearchService, list[int]]":
    """Return the ids that answer a query line, best first, and the service that found them.

    Args:
        library: Open library.
        line: Query line.
        k: Number of hits; None for the default of a description, and for all hits of filters alone.
        tell: Takes notices on the query.

    Raises:
        QueryError: A filter is invalid.
    """
    from indexer.search.request import SearchRequest

    request = SearchRequest(line)
    request = replace(request, k=k or (request.k if request.is_ranked else None))
    service, found = find_and_tell(library, request, tell)
    return service, found.ids.tolist()


def _in_collection_order(library: Library, line: str, ids: list[int]) -> list[int]:
    """Sort ids by their order in a collection, if the query asks for one collection and describes no sound."""
    from indexer.search.request import describes

    query = parse_query(line)
    name = lone_collection(query.filters)
    if name is None or describes(query):
        return ids
    places = {sample_id: place for place, sample_id in enumerate(library.collection_ids(name))}
    return sorted(ids, key=lambda sample_id: places.get(sample_id, len(places)))
