"""The sounds whose mean embedding is the centre of a converted model's audio cone.

They are part of how a model is made: another sound here is another centre, so nothing else shares them.
"""

import numpy as np
import numpy.typing as npt

from indexer.audio.waveform import Waveform
from indexer.encoders.laion.frontend import SAMPLE_RATE_HZ

_SECONDS = (0.1, 0.4, 1.0, 4.0)  # of each kind: the half-life is a tenth
_PITCHES_HZ = (55.0, 220.0, 880.0)

Floats = npt.NDArray[np.float64]


def varied_sounds() -> list[Waveform]:
    """Return tones, chords, falling tones and noises that die away in a hundredth of a second to half a second."""
    sounds = []
    for seconds in _SECONDS:
        t = np.arange(int(seconds * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
        decay = 0.5 ** (10 * t / seconds)
        sounds += [0.5 * source * decay for source in (*_tones(t), *_noises(len(t)))]
    return [sound.astype(np.float32) for sound in sounds]


def _tones(t: Floats) -> list[Floats]:
    tones = []
    for hz in _PITCHES_HZ:
        harmonics = [np.sin(2 * np.pi * hz * n * t) / n for n in range(1, 9)]
        fall = np.sin(2 * np.pi * hz * 0.05 * (1 - np.exp(-t / 0.05)))  # a tone that falls to nothing, as a drum's does
        chord = sum(np.sin(2 * np.pi * hz * ratio * t) for ratio in (1, 5 / 4, 3 / 2)) / 3
        tones += [harmonics[0], np.sum(harmonics, axis=0) / 2, fall, chord]
    return tones


def _noises(n_frames: int) -> list[Floats]:
    """Return white noise, and it without its low or its high half of octaves."""
    white = np.random.default_rng(0).standard_normal(n_frames)
    spectrum = np.fft.rfft(white)
    hz = np.fft.rfftfreq(n_frames, 1 / SAMPLE_RATE_HZ)
    parts = [white, np.fft.irfft(spectrum * (hz > 4_000), n_frames), np.fft.irfft(spectrum * (hz < 500), n_frames)]
    return [part / np.abs(part).max() for part in parts]
