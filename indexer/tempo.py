"""Tempo of a loop: its length is a whole number of beats; which one, its onsets say.

Nine loops of ten are cut to 4, 8, 16, 32 or 64 beats, and then the length gives the tempo to a thousandth, where a
tracker alone is a few percent off. A loop with a tail keeps the tracker's tempo, with little confidence.
"""

import numpy as np
import numpy.typing as npt

from db.records import Reading, Source
from indexer.encoder import Waveform
from indexer.features import HOP_FRAMES, band_edges, iter_power_spectra

_BEATS = (4, 8, 16, 32, 64)
_SLOWEST_BPM, _FASTEST_BPM = 60.0, 200.0
_PREFERRED_BPM = 120.0
_OCTAVES = 0.9  # how far a tempo may lie from the preferred one: standard deviation
_MIN_SECONDS = 1.1  # four beats at 200 bpm
_MAX_SECONDS = 70.0  # 64 beats at 60 bpm
_FLOOR = 1e-5  # of the strongest band: -50 dB
_GOOD_FIT = 0.75  # of the tracker's best score; below it the length is no whole number of beats
_SURE, _UNSURE = 0.85, 0.35

Floats = npt.NDArray[np.float64]


def estimate_tempo(waveform: Waveform, sample_rate_hz: int) -> Reading | None:
    """Estimate the tempo of a loop.

    Args:
        waveform: The whole loop, mono, shape ``(n_frames,)``.
        sample_rate_hz: Rate of it.

    Returns:
        A reading in beats per minute; None where the sound is too short or too long to be a loop, or has no pulse.
    """
    seconds = len(waveform) / sample_rate_hz
    if not _MIN_SECONDS <= seconds <= _MAX_SECONDS:
        return None
    pulse = _pulse(waveform)
    likeness = _self_likeness(pulse)
    hop_seconds = HOP_FRAMES / sample_rate_hz
    grid = np.geomspace(_SLOWEST_BPM, _FASTEST_BPM, 400)
    tracked = _scores(grid, likeness, hop_seconds)
    if tracked.max() <= 0:
        return None
    whole = np.array([60 * beats / seconds for beats in _BEATS])
    whole = whole[(whole >= _SLOWEST_BPM) & (whole <= _FASTEST_BPM)]
    fit = _scores(whole, likeness, hop_seconds)
    if len(fit) and fit.max() >= _GOOD_FIT * tracked.max():
        return Reading("bpm", Source.ANALYSIS, _SURE, number=round(float(whole[fit.argmax()]), 2))
    return Reading("bpm", Source.ANALYSIS, _UNSURE, number=round(float(grid[tracked.argmax()]), 1))


def _pulse(waveform: Waveform) -> Floats:
    """Return how much the level rises in all bands at each hop (spectral flux in decibels), shape ``(n_hops,)``."""
    edges = band_edges()
    bands = np.concatenate([np.add.reduceat(power, edges, axis=1) for power in iter_power_spectra(waveform)])
    floor = max(float(bands.max()), 1e-20) * _FLOOR
    level_db = 10 * np.log10(np.maximum(bands, floor))
    rise: Floats = (
        np.maximum(np.diff(level_db, axis=0, prepend=10 * np.log10(floor)), 0).mean(axis=1).astype(np.float64)
    )
    return rise


def _self_likeness(pulse: Floats) -> Floats:
    """Return the autocorrelation of the pulse, wrapped around as a loop is, 1 at lag 0."""
    centred = pulse - pulse.mean()
    spectrum = np.fft.rfft(centred)
    likeness: Floats = np.fft.irfft(np.abs(spectrum) ** 2, len(centred))
    return likeness / max(float(likeness[0]), 1e-12)


def _scores(tempos_bpm: Floats, likeness: Floats, hop_seconds: float) -> Floats:
    """Score tempos by how alike the loop is after one, two and four beats, and by how usual they are."""
    lags = 60 / (tempos_bpm * hop_seconds)
    places = np.arange(len(likeness))
    alike = sum(np.interp((lags * n) % len(likeness), places, likeness) for n in (1, 2, 4))
    usual = np.exp(-0.5 * (np.log2(tempos_bpm / _PREFERRED_BPM) / _OCTAVES) ** 2)
    scores: Floats = np.maximum(alike, 0) * usual
    return scores
