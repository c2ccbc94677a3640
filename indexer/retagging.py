"""Tag a library again from what is stored, as after a change of the vocabulary; no file is opened."""

from collections.abc import Callable, Iterator

from db.library import Library
from db.records import Source, TagMark
from indexer.encoder import TextEncoder
from indexer.tagging import Tagger, tags_from_name

_BATCH = 10_000
SOURCES = (Source.MODEL, Source.ANALYSIS, Source.FILENAME)


def retag(
    library: Library,
    encoder: TextEncoder,
    *,
    on_progress: Callable[[int, int], None] = lambda _done, _total: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> int:
    """Tag every sound that has a vector of this encoder; what the user said or taught stays.

    Each batch is one transaction, so a run that is stopped leaves every sound tagged, by the old or by the new words.

    Returns:
        How many sounds were tagged.

    Raises:
        LibraryBusyError: Another process is writing the library.
    """
    index = library.vectors(encoder.info)
    tagger = Tagger(encoder)
    ids = index.known()
    n_done = 0
    with library.writer() as writer:
        for start in range(0, len(ids), _BATCH):
            if cancelled():
                break
            batch = ids[start : start + _BATCH]
            basics = library.basics(batch.tolist())
            heard = tagger.tag_all(
                index.get(batch),
                [basic.duration_seconds for basic in basics],
                [basic.n_onsets for basic in basics],
            )
            marks = {
                basic.sample_id: (*_from_names(basic.names), *given) for basic, given in zip(basics, heard, strict=True)
            }
            writer.retag(marks, SOURCES)
            n_done += len(batch)
            on_progress(n_done, len(ids))
    return n_done


def _from_names(names: tuple[str, ...]) -> Iterator[TagMark]:
    """Yield what the names of all copies say, each tag once."""
    found = {mark.name: mark for name in names for mark in tags_from_name(name)}
    yield from found.values()
