"""Recordings of sources that the weights were not trained on, and libraries of them.

``EARMARK_RECORDINGS`` is their folder, which `training/SOURCES.md` describes. ``EARMARK_WEIGHTS`` is a folder of
weights that were trained without fold 0 of ``training/folds.csv``, as `python -m training` leaves some; the weights
that are shipped were trained on all sources. Without both, nothing is measured on them.
"""

import os
import re
from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from db.library import Library
from db.types import FileStat, Matrix
from db.write.records import Observation
from indexer.encoders.compact.model import CompactEncoder, CompactTextEncoder
from indexer.search.service import SearchService
from training.folds import CHOICE, is_left_out, is_of_first_half
from training.labelled import Labelled, embed_sounds
from training.recordings import Recording, read_manifest, some_of_each

_SEED = 982_451_653
_MAX_OF_LABEL = 25
_WORD = re.compile(r"[a-z]{3,}")


def is_available() -> bool:
    return {"EARMARK_RECORDINGS", "EARMARK_WEIGHTS"} <= os.environ.keys()


def embed_left_out(*, least: int = 1, is_fitted_on: bool = True) -> Labelled:
    """Embed at most 25 sounds of each label that has at least so many.

    Args:
        least: How many.
        is_fitted_on: Also of those sources that `training.relevance` is fitted on.
    """
    recordings = [
        one
        for one in _recordings().values()
        if is_left_out(one.source, CHOICE) and (is_fitted_on or not is_of_first_half(one.source))
    ]
    n_of_label = Counter(one.label for one in recordings)
    recordings = [one for one in recordings if n_of_label[one.label] >= least]
    labels = np.array([one.label for one in recordings])
    places = some_of_each(labels, np.arange(len(labels)), _MAX_OF_LABEL, np.random.default_rng(_SEED))
    paths = [recordings[place].path for place in places]
    return embed_sounds(paths, labels[places].tolist(), CompactEncoder(_weights()))


def make_service(
    folder: Path,
    sounds: Labelled,
    places: npt.NDArray[np.int64],
    *,
    vectors: Matrix | None = None,
    words: Sequence[str] | None = None,
) -> SearchService:
    """Make a library of some sounds; sample ``i + 1`` is the sound at ``places[i]``.

    Args:
        folder: For the library.
        sounds: As embedded.
        places: Which of them.
        vectors: In place of theirs, shape ``(len(places), dim)``.
        words: What each file is called besides its number; nothing by default.
    """
    rows = sounds.vectors[places] if vectors is None else vectors
    called = [""] * len(places) if words is None else words
    (folder / "sounds").mkdir(parents=True)
    library = Library.create(folder / "library")
    encoder = load_text_encoder()
    found = [_observe(sounds, place, row, word) for place, row, word in zip(places.tolist(), rows, called, strict=True)]
    with library.writer() as writer:
        root = writer.add_root(folder / "sounds")
        writer.activate(encoder.info)
        writer.store(root.id, encoder.info, found, [], set())
    return SearchService(library, encoder)


@cache
def load_text_encoder() -> CompactTextEncoder:
    """Load the text half of the weights that were not trained on the recordings."""
    return CompactTextEncoder(_weights())


def sources_of(sounds: Labelled) -> list[str]:
    """Return which source each sound is of."""
    return [_recordings()[name].source for name in sounds.names]


def instrument_words(sounds: Labelled) -> list[set[str]]:
    """Return what the manifest says of each sound beside its label, in words."""
    return [set(_WORD.findall(_recordings()[name].instrument.lower())) for name in sounds.names]


@cache
def mark_half(groups: npt.NDArray[np.str_], rng: np.random.Generator) -> npt.NDArray[np.bool_]:
    """Mark whole groups until half of the sounds are marked."""
    is_in = np.zeros(len(groups), np.bool_)
    for group in rng.permutation(np.unique(groups)):
        if is_in.mean() < 0.5:
            is_in |= groups == group
    return is_in


def _recordings() -> dict[str, Recording]:
    return {str(one.path): one for one in read_manifest(Path(os.environ["EARMARK_RECORDINGS"]))}


def _weights() -> Path:
    return Path(os.environ["EARMARK_WEIGHTS"])


def _observe(sounds: Labelled, place: int, row: npt.NDArray[np.float32], word: str) -> Observation:
    key = place.to_bytes(16, "big")
    name = f"{place:05d} {word}".strip().replace("/", " ") + ".wav"
    return Observation(name.encode(), FileStat(1000, 1), key, key, sounds.features[place], row)
