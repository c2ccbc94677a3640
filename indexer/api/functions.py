"""Index, search and blend with an open library, as the commands of the same names do."""

from collections.abc import Callable, Sequence
from os import PathLike as OsPathLike
from pathlib import Path
from typing import TypeAlias

from db.errors import UsageError
from db.types import Vector
from indexer.api.hits import Hits
from indexer.api.opened import OpenLibrary, PathLike
from indexer.ingest import pipeline
from indexer.search.blending import BlendHit
from indexer.search.request import Example, SearchRequest
from indexer.search.result import Hit

Sound: TypeAlias = PathLike | int | Vector
"""A file inside or outside the library, the id of a sound in it, or a unit embedding of its model, shape ``(dim,)``."""


def index(
    library: OpenLibrary,
    *folders: PathLike,
    on_event: Callable[[pipeline.IndexEvent], None] = lambda _: None,
    retry_problems: bool = False,
    is_full: bool = False,
) -> pipeline.IndexSummary:
    """Add folders to a library and bring it up to date; audio files are only read.

    Args:
        library: Open library.
        folders: To add; none looks again at those that the library knows.
        on_event: Told of progress: `indexer.ingest.pipeline.RootScanned`, `BatchStored`.
        retry_problems: Also try again the files that failed before and have not changed since.
        is_full: Read all files again, also those that look unchanged.

    Raises:
        UsageError: A folder does not exist.
        LibraryBusyError: Another process is writing this library.
        ModelError: The model cannot be used.
    """
    return pipeline.index(
        library.library,
        [Path(folder).expanduser().absolute() for folder in folders],
        library.encoder,
        on_event=on_event,
        retry_problems=retry_problems,
        is_full=is_full,
    )


def search(
    library: OpenLibrary, query: str = "", *, k: int | None = 20, order: str = "", folds: bool = True
) -> Hits[Hit]:
    """Find sounds by describing them, as ``earmark search`` does.

    Args:
        library: Open library.
        query: Words, ``+word``, ``-word`` and filters; none lists everything.
        k: How many hits at most; None for all.
        order: Names to sort by, as of ``--sort``; empty for the best match first.
        folds: Whether near-identical sounds stand behind the best of them.

    Raises:
        QueryError: A filter is invalid.
        UsageError: There is no such order.
    """
    return _search(library, SearchRequest(query, k=k, order=order, folds=folds))


def similar(
    library: OpenLibrary,
    sound: Sound,
    query: str = "",
    *,
    like: Sequence[Sound] = (),
    unlike: Sequence[Sound] = (),
    k: int | None = 20,
    order: str = "",
    folds: bool = True,
) -> Hits[Hit]:
    """Find the sounds nearest to a sound, as ``earmark similar`` does.

    Args:
        library: Open library.
        sound: The example.
        query: Words that choose among what is like it, and filters.
        like: More sounds that the hits should resemble.
        unlike: Sounds that they should not resemble.
        k: How many hits at most; None for all.
        order: Names to sort by, as of ``--sort``; empty for the nearest first.
        folds: Whether near-identical sounds stand behind the best of them.

    Raises:
        QueryError: A filter is invalid.
        UsageError: There is no such file or order.
        SoundError: A file cannot be decoded.
    """
    return _search(
        library,
        SearchRequest(
            query,
            likes=tuple(map(_example, (sound, *like))),
            dislikes=tuple(map(_example, unlike)),
            k=k,
            order=order,
            lists_likes=False,
            folds=folds,
        ),
    )


def blend(
    library: OpenLibrary,
    *ends: Sound,
    steps: int = 8,
    weights: Sequence[float] | None = None,
    plus: Sequence[str] = (),
    minus: Sequence[str] = (),
    filters: str = "",
    one_per_folder: bool = False,
    seed: int | None = None,
    k: int = 12,
) -> Hits[BlendHit]:
    """Find what lies between sounds, as ``earmark blend`` does.

    Two ends give a path from one to the other, one sound per step; ``weights``, one end or more than two give the
    sounds around one point.

    Args:
        library: Open library.
        ends: Sounds or descriptions; a string that names no file is a description.
        steps: Sounds on a path, both ends included; at least 2.
        weights: One per end; only their proportion counts.
        plus: Words that pull towards a sound.
        minus: Words that pull away from one.
        filters: A query line; only sounds that pass it are taken.
        one_per_folder: Take at most one sound of each folder on a path.
        seed: Another path for each number.
        k: How many sounds to find around one point.

    Raises:
        QueryError: A filter is invalid.
        UsageError: An end describes nothing, the ends are opposites, or the numbers do not fit them.
        SoundError: A file cannot be decoded.
    """
    if not ends or (weights is not None and (len(weights) != len(ends) or min(weights) < 0 or not any(weights))):
        raise UsageError(
            "A blend takes sounds or descriptions, and one weight for each or none, not negative, not all 0."
        )
    blender = library.blender
    located = [blender.locate(_end(end)) for end in ends]
    if len(ends) == 2 and weights is None:
        start, end = (blender.pull(end, plus, minus) for end in located)
        path = blender.path(start, end, steps, filters=filters, one_per_folder=one_per_folder, seed=seed)
        return Hits(path.steps, is_bridged=path.is_bridged)
    point = blender.pull(blender.between(located, weights or [1.0] * len(ends)), plus, minus)
    return Hits(blender.near(point.direction, k, filters))


def _search(library: OpenLibrary, request: SearchRequest) -> Hits[Hit]:
    service = library.search_service
    return Hits(service.hits(service.search(request)))


def _example(sound: Sound) -> Example:
    return Path(sound).expanduser() if isinstance(sound, str | OsPathLike) else sound


def _end(end: Sound) -> Example | str:
    """Return a file, a sound or a description."""
    example = _example(end)
    return end if isinstance(end, str) and isinstance(example, Path) and not example.is_file() else example
