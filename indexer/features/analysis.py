"""Tempo of loops; pitch, key or root note of what has one."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from db.measurements import Features
from db.types import Reading
from indexer.audio.waveform import Waveform
from indexer.features.loop_classifier import SURE_OF_TEMPO, form_of
from indexer.features.pitch_and_key import tonal_readings
from indexer.features.tempo import estimate_tempo

_NOISE = 0.85  # one note of a thousand is as noisy, and half of all snares


def analyse(
    waveform: Waveform, sample_rate_hz: int, features: Features, band_power: npt.NDArray[np.float32]
) -> Iterator[Reading]:
    """Yield what can be read from the sound itself; 0.6 ms for a second of it.

    Args:
        waveform: Mono, shape ``(n_frames,)``.
        sample_rate_hz: Rate of it.
        features: What was measured on it.
        band_power: Its power by hop and band, shape ``(n_hops, n_bands)``.
    """
    form = form_of(features.duration_seconds, features.n_onsets).name
    tempo = None if form == "one-shot" else estimate_tempo(waveform, sample_rate_hz, band_power)
    if tempo is not None and (form == "loop" or tempo.confidence >= SURE_OF_TEMPO):
        yield tempo
    if features.noisiness is not None and features.noisiness < _NOISE:
        yield from tonal_readings(waveform, sample_rate_hz)
