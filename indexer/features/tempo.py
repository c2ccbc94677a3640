"""Tempo of a loop: its length is a whole number of beats; which one, its onsets say.

Nine loops of ten are cut to 4, 8, 16, 32 or 64 beats, and then the length gives the tempo to a thousandth, where a
tracker alone is a few percent off. A loop with a tail keeps the tracker's tempo, with little confidence.
"""

import numpy as np
import numpy.typing as npt

from db.types import Reading, Source
from indexer.audio.waveform import Waveform
from indexer.features.envelope import HOP_FRAMES, band_edges, iter_power_spectra

_BEATS = (4, 8, 16, 32, 64)
_SLOWEST_BPM, _FASTEST_BPM = 60.0, 200.0
_PREFERRED_BPM = 120.0
_OCTAVES = 0.9  # how far a tempo may lie from the preferred one: standard deviation
_MIN_SECONDS = 1.1  # four beats at 200 bpm
_MAX_SECONDS = 70.0  # 64 beats at 60 bpm
_FLOOR = 1e-5  # of the strongest band: -50 dB
_N_LOW_BANDS = 3  # up to 140 Hz, where kicks are
_GOOD_FIT = 0.75  # of the tracker's best score; below it the length is no whole number of beats
_MOST_SURE, _UNSURE = 0.95, 0.35
_LAGS_BEATS = np.array([1, 2, 4, 0.5, 0.25])
_EVENT_SHARE = 0.25  # of the strongest rise
_LEAST_EVENT_DB = 1.0

# Log odds of a number of beats: likeness of all bands after each of `_LAGS_BEATS`, that of the lowest bands, octaves
# from the preferred tempo, their square, octaves of events a beat, their square. Fitted by `training.beats`.
_WEIGHTS = np.array([1.47, 0.48, -0.66, 4.29, 1.94, -0.09, -0.87, 3.24, -1.21, -0.05, -0.17, -3.15, 0.17, -0.60])

Floats = npt.NDArray[np.float64]


def estimate_tempo(
    waveform: Waveform, sample_rate_hz: int, band_power: npt.NDArray[np.float32] | None = None
) -> Reading | None:
    """Estimate the tempo of a loop.

    Args:
        waveform: The whole loop, mono, shape ``(n_frames,)``.
        sample_rate_hz: Rate of it.
        band_power: Its power by hop and band, shape ``(n_hops, n_bands)``, where it was measured already.

    Returns:
        A reading in beats per minute; None where the sound is too short or too long to be a loop, or has no pulse.
    """
    seconds = len(waveform) / sample_rate_hz
    if not _MIN_SECONDS <= seconds <= _MAX_SECONDS:
        return None
    rises = _rises_db(_band_power(waveform) if band_power is None else band_power)
    pulses = Pulses(rises, HOP_FRAMES / sample_rate_hz)
    grid = np.geomspace(_SLOWEST_BPM, _FASTEST_BPM, 200)
    tracked = pulses.scores(grid)
    if tracked.max() <= 0:
        return None
    whole = whole_tempos(seconds)
    if len(whole) and pulses.scores(whole).max() >= _GOOD_FIT * tracked.max():
        share = _shares(pulses.describe(whole))
        best = int(share.argmax())
        confidence = round(min(float(share[best]), _MOST_SURE), 2)
        return Reading("bpm", Source.ANALYSIS, confidence, number=round(float(whole[best]), 2))
    peak = float(grid[tracked.argmax()])
    octaves = np.array([tempo for tempo in (peak / 2, peak, peak * 2) if _SLOWEST_BPM <= tempo <= _FASTEST_BPM])
    best = int(_shares(pulses.describe(octaves)).argmax())
    return Reading("bpm", Source.ANALYSIS, _UNSURE, number=round(float(octaves[best]), 1))


def whole_tempos(seconds: float) -> Floats:
    """Return the tempos at which a length is a whole number of beats, as loops are cut."""
    tempos = np.array([60 * beats / seconds for beats in _BEATS])
    return tempos[(tempos >= _SLOWEST_BPM) & (tempos <= _FASTEST_BPM)]


class Pulses:
    """When the level of a loop rises, in all bands and in the lowest.

    Args:
        rises_db: Rise of the level by hop and band, shape ``(n_hops, n_bands)``.
        hop_seconds: Time from hop to hop.
    """

    def __init__(self, rises_db: npt.NDArray[np.float32], hop_seconds: float) -> None:
        pulse = rises_db.mean(axis=1).astype(np.float64)
        low = rises_db[:, :_N_LOW_BANDS].mean(axis=1).astype(np.float64)
        self._likeness, self._low_likeness = _self_likeness(pulse), _self_likeness(low)
        self._hop_seconds = hop_seconds
        self._seconds = len(pulse) * hop_seconds
        self._n_events = _count_events(pulse)

    def scores(self, tempos_bpm: Floats) -> Floats:
        """Score tempos by how alike the loop is after one, two and four beats, and by how usual they are."""
        alike = self._after(self._likeness, tempos_bpm, _LAGS_BEATS[:3]).sum(axis=1)
        usual = np.exp(-0.5 * (np.log2(tempos_bpm / _PREFERRED_BPM) / _OCTAVES) ** 2)
        scores: Floats = np.maximum(alike, 0) * usual
        return scores

    def describe(self, tempos_bpm: Floats) -> Floats:
        """Return what speaks for and against each tempo, as `_WEIGHTS` takes it, shape ``(n, 14)``."""
        octave = np.log2(tempos_bpm / _PREFERRED_BPM)
        density = np.log2((self._n_events + 1) / (self._seconds * tempos_bpm / 60))
        alike = self._after(self._likeness, tempos_bpm, _LAGS_BEATS)
        low = self._after(self._low_likeness, tempos_bpm, _LAGS_BEATS)
        return np.c_[alike, low, octave, octave**2, density, density**2]

    def _after(self, likeness: Floats, tempos_bpm: Floats, beats: Floats) -> Floats:
        lags = 60 / (tempos_bpm * self._hop_seconds)
        found: Floats = np.interp(lags[:, None] * beats % len(likeness), np.arange(len(likeness)), likeness)
        return found


def _band_power(waveform: Waveform) -> npt.NDArray[np.float32]:
    edges = band_edges()
    return np.concatenate([np.add.reduceat(power, edges, axis=1) for power in iter_power_spectra(waveform)])


def _rises_db(band_power: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return how much the level rises in each band at each hop (spectral flux in decibels), same shape."""
    floor = max(float(band_power.max()), 1e-20) * _FLOOR
    level_db = 10 * np.log10(np.maximum(band_power, np.float32(floor)))
    rises: npt.NDArray[np.float32] = np.maximum(np.diff(level_db, axis=0, prepend=np.float32(10 * np.log10(floor))), 0)
    return rises


def _self_likeness(pulse: Floats) -> Floats:
    """Return the autocorrelation of a pulse, wrapped around as a loop is, 1 at lag 0."""
    centred = pulse - pulse.mean()
    spectrum = np.fft.rfft(centred)
    likeness: Floats = np.fft.irfft(np.abs(spectrum) ** 2, len(centred))
    return likeness / max(float(likeness[0]), 1e-12)


def _count_events(pulse: Floats) -> int:
    least = max(_EVENT_SHARE * float(pulse.max()), _LEAST_EVENT_DB)
    inner = pulse[1:-1]
    is_event = (inner >= pulse[:-2]) & (inner > pulse[2:]) & (inner > least)
    return int(np.count_nonzero(is_event)) + int(pulse[0] > least)


def _shares(described: Floats) -> Floats:
    odds = described @ _WEIGHTS
    shares: Floats = np.exp(odds - odds.max())
    return shares / shares.sum()
