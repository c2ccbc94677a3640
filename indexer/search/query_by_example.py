"""A sound file as an example to search by, in the library or outside it."""

from pathlib import Path

import numpy as np

from db.library import Library
from db.types import Vector
from indexer.encoders.base import Encoder
from indexer.ingest.observe import read_sound


def embed_file(library: Library, file: Path, encoder: Encoder) -> tuple[int | None, Vector]:
    """Return a file's sample id (None outside the library) and embedding, listening only to what is unknown.

    Raises:
        SoundError: The file cannot be heard.
        ModelError: The encoder cannot be used.
    """
    sample_id = library.find_sample_id(file)
    if sample_id is not None:
        try:
            stored: Vector = library.vectors(encoder.info).get(np.array([sample_id], np.int64))[0]
        except KeyError:
            pass  # recorded for another encoder only
        else:
            return sample_id, stored
    waveform = read_sound(file).waveform
    assert waveform is not None, "only known content is not decoded, and none was given"
    return sample_id, encoder.embed_audio([waveform])[0]
