"""A library of real files of which some hold the same sound."""

from pathlib import Path

import numpy as np
import soundfile as sf

from db.library import Library
from indexer.ingest.pipeline import index
from tests.indexer.duplicates.test_null_test import hit
from tests.sounds import RATE_HZ
from tests.tui.app.shelf import ENCODER


def make_copies_library(place: Path) -> Library:
    """Make a library of a drum in three files, a copy of another one, and one that stands alone."""
    sounds = place / "Packs"
    silence = np.zeros(RATE_HZ // 10, np.float32)
    for name, frames in {
        "drum.wav": hit(1),
        "quiet drum.wav": 0.4 * hit(1),
        "late drum.wav": np.concatenate([silence, 0.5 * hit(1)]),
        "clap.wav": hit(2)[:9000],
        "Copies/clap.wav": hit(2)[:9000],
        "alone.wav": hit(3),
    }.items():
        (sounds / name).parent.mkdir(parents=True, exist_ok=True)
        sf.write(sounds / name, frames, RATE_HZ, subtype="PCM_24")
    library = Library.create(place / "library")
    index(library, [sounds], ENCODER)
    return library
