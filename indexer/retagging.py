"""Tag a library again from what is stored, as after a change of the vocabulary; no file is opened."""

import hashlib
import json
import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from db.library import Library
from db.records import SampleIds, Source, TagMark
from indexer.calibration import calibration_of
from indexer.encoder import TextEncoder
from indexer.form import form_of
from indexer.name_tags import tags_from_name
from indexer.own_vocabulary import read_vocabulary
from indexer.prior import estimate_prior
from indexer.tagging import Tagger
from indexer.vocabulary import Vocabulary

_BATCH = 2000
_N_FOR_PRIOR = 4000  # evenly spaced sounds: 0.1 s
_SAME_PRIOR = 0.25  # how far logarithms of a prior may drift before all is tagged again
_SETTING = "tagging"
SOURCES = (Source.MODEL, Source.ANALYSIS, Source.FILENAME)


def library_tagger(library: Library, encoder: TextEncoder) -> Tagger:
    """Return the tagger that a library was tagged with last, by its vocabulary as it is now.

    Raises:
        UsageError: The user's vocabulary cannot be understood.
    """
    return Tagger(encoder, read_vocabulary(library.folder), _known_state(library).get("prior"))


def retag_if_needed(
    library: Library, encoder: TextEncoder, *, has_new_sounds: bool, cancelled: Callable[[], bool] = lambda: False
) -> int:
    """Tag a library again where its vocabulary, its encoder or what it consists of has changed since.

    Args:
        library: Open library.
        encoder: Whose vectors are tagged.
        has_new_sounds: Whether it may consist of something else than before.
        cancelled: Polled between batches.

    Returns:
        How many sounds were tagged.

    Raises:
        UsageError: The user's vocabulary cannot be understood.
        LibraryBusyError: Another process is writing the library.
    """
    vocabulary = read_vocabulary(library.folder)
    known = _known_state(library)
    if known.get("words") == _words(encoder, vocabulary) and not (
        has_new_sounds and _has_drifted(_prior(library, Tagger(encoder, vocabulary)), known["prior"])
    ):
        return 0
    return retag(library, encoder, cancelled=cancelled)


def retag(
    library: Library,
    encoder: TextEncoder,
    *,
    on_progress: Callable[[int, int], None] = lambda _done, _total: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> int:
    """Tag every sound that has a vector of this encoder; what the user said or taught stays.

    Each batch is one transaction, so a run that is stopped leaves every sound tagged, by the old or by the new words;
    the next run that asks finds the work unfinished.

    Returns:
        How many sounds were tagged.

    Raises:
        UsageError: The user's vocabulary cannot be understood.
        LibraryBusyError: Another process is writing the library.
    """
    vocabulary = read_vocabulary(library.folder)
    tagger = Tagger(encoder, vocabulary)
    prior = _prior(library, tagger)
    tagger.weigh(prior)
    ids = library.vectors(encoder.info).known()
    n_done = 0
    with library.edits() as edits:
        edits.keep_setting(_SETTING, "{}")
        for start in range(0, len(ids), _BATCH):
            if cancelled():
                return n_done
            batch = ids[start : start + _BATCH]
            edits.retag(_marks(library, tagger, batch), SOURCES)
            n_done += len(batch)
            on_progress(n_done, len(ids))
        edits.keep_setting(_SETTING, json.dumps({"words": _words(encoder, vocabulary), "prior": prior}))
    return n_done


def _marks(library: Library, tagger: Tagger, ids: SampleIds) -> dict[int, tuple[TagMark, ...]]:
    basics = library.basics(ids.tolist())
    heard = tagger.tag_all(
        library.vectors(tagger.info).get(ids),
        [basic.duration_seconds for basic in basics],
        [basic.n_onsets for basic in basics],
    )
    return {
        basic.sample_id: (*_from_names(basic.names, tagger.vocabulary), *given)
        for basic, given in zip(basics, heard, strict=True)
    }


def _from_names(names: tuple[str, ...], vocabulary: Vocabulary) -> Iterator[TagMark]:
    """Yield what the names of all copies say, each tag once."""
    found = {mark.name: mark for name in names for mark in tags_from_name(name, vocabulary)}
    yield from found.values()


def _words(encoder: TextEncoder, vocabulary: Vocabulary) -> str:
    """Return a text that changes where the encoder, its calibration or the vocabulary does."""
    calibration = repr(calibration_of(encoder.info)).encode()
    return f"{encoder.info.fingerprint} {vocabulary.digest} {hashlib.sha256(calibration).hexdigest()[:16]}"


def _prior(library: Library, even: Tagger) -> dict[str, float]:
    """Return how frequent each type is in a library, as `Tagger` takes it; ``even`` has none yet."""
    index = library.vectors(even.info)
    ids = index.known()
    ids = ids[:: max(1, len(ids) // _N_FOR_PRIOR)]
    if not len(ids):
        return {}
    forms = [form_of(basic.duration_seconds, basic.n_onsets).name for basic in library.basics(ids.tolist())]
    prior = estimate_prior(even.type_shares(index.get(ids), forms))
    return {kind.name: round(float(weight), 4) for kind, weight in zip(even.vocabulary.types, prior, strict=True)}


def _known_state(library: Library) -> dict[str, Any]:
    """Return what a library was tagged with last; empty where it was not, or not to the end."""
    state: dict[str, Any] = json.loads(library.setting(_SETTING) or "{}")
    return state


def _has_drifted(prior: Mapping[str, float], known: Mapping[str, float]) -> bool:
    return any(abs(math.log(prior[name] / known.get(name, 1.0))) > _SAME_PRIOR for name in prior)
