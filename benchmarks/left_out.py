"""Recordings of sources that no model was trained on and nothing was tuned on, and libraries of them.

``EARMARK_RECORDINGS`` is their folder, which `training/SOURCES.md` describes; fold 0 of ``training/folds.csv`` is left
out. ``EARMARK_WEIGHTS`` is a folder of weights.
"""

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from db.library import Library
from db.types import FileStat, Matrix, Observation
from indexer.encoders.compact.model import WEIGHTS_FOLDER, CompactEncoder, CompactTextEncoder
from indexer.evaluation.labelled import Labelled, embed_sounds
from indexer.search.service import SearchService
from training.folds import CHOICE, is_left_out
from training.relevance import read_recordings

RECORDINGS = Path(os.environ.get("EARMARK_RECORDINGS", "../shared/training-audio/recordings"))
# Weights that have not heard the fold, as `python -m training` leaves some; the shipped ones have.
WEIGHTS = Path(os.environ.get("EARMARK_WEIGHTS", WEIGHTS_FOLDER))
_SEED = 982_451_653
_MAX_OF_LABEL = 25


def hear_left_out(*, least: int = 1) -> Labelled:
    """Hear at most 25 sounds of each label that has at least so many."""
    recordings = read_recordings(RECORDINGS)
    is_left = [is_left_out(source, CHOICE) for source in recordings.sources]
    drawn = np.random.default_rng(_SEED).permutation(np.flatnonzero(is_left))
    of_labels = [drawn[recordings.labels[drawn] == label] for label in np.unique(recordings.labels[drawn])]
    places = np.concatenate([some[:_MAX_OF_LABEL] for some in of_labels if len(some) >= least])
    paths = [recordings.paths[place] for place in places]
    return embed_sounds(paths, recordings.labels[places].tolist(), CompactEncoder(WEIGHTS))


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
        sounds: As heard.
        places: Which of them.
        vectors: In place of theirs, shape ``(len(places), dim)``.
        words: What each file is called besides its number; nothing by default.
    """
    rows = sounds.vectors[places] if vectors is None else vectors
    called = [""] * len(places) if words is None else words
    (folder / "sounds").mkdir(parents=True)
    library = Library.create(folder / "library")
    encoder = CompactTextEncoder(WEIGHTS)
    found = [_observe(sounds, place, row, word) for place, row, word in zip(places.tolist(), rows, called, strict=True)]
    with library.writer() as writer:
        root = writer.add_root(folder / "sounds")
        writer.activate(encoder.info)
        writer.store(root.id, encoder.info, found, [], set())
    return SearchService(library, encoder)


def _observe(sounds: Labelled, place: int, row: npt.NDArray[np.float32], word: str) -> Observation:
    key = place.to_bytes(16, "big")
    name = f"{place:05d} {word}".strip().replace("/", " ") + ".wav"
    return Observation(name.encode(), FileStat(1000, 1), key, key, sounds.features[place], row)
