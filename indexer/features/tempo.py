"""Tempo of a loop: its length is a whole number of beats; which one, its onsets say.

Most loops are cut to whole bars, and then the length gives the tempo to a thousandth, where a tracker alone is a few
percent off. What fits no number of beats keeps the tracker's tempo, with little confidence.
"""

import numpy as np
import numpy.typing as npt

from db.types import Reading, Source
from indexer.audio.waveform import Waveform
from indexer.features.envelope import HOP_FRAMES, measure_band_power

_BEATS = (4, 8, 12, 16, 24, 32, 48, 64)
_SLOWEST_BPM, _FASTEST_BPM = 59.5, 200.0
_PREFERRED_BPM = 120.0
_OCTAVES = 0.9  # how far a tempo may lie from the preferred one: standard deviation
_MIN_SECONDS = 1.1  # four beats at 200 bpm
_MAX_SECONDS = 65.0  # 64 beats at 59.5 bpm
_FLOOR = 1e-5  # of the strongest band: -50 dB
_N_LOW_BANDS = 3  # up to 140 Hz, where kicks are
_MOST_SURE, _UNSURE = 0.95, 0.2
_LAGS_BEATS = np.array([1, 2, 4, 8, 0.5, 0.25])
_PARTS_OF_BEAT = np.array([1, 2, 3, 4])
_EVENT_SHARE = 0.25  # of the strongest rise
_LEAST_EVENT_DB = 1.0
_LEAST_EVENTS = 3

# fmt: off
# Log odds of a number of beats; those of none at all are 0. Fitted by `training.beats`.
_WEIGHTS = np.array([
    2.86, 1.54, 2.00, 1.43, 1.76, -0.47,  # likeness of all bands after each of `_LAGS_BEATS`
    1.29, 0.48, 2.75, 1.14, 0.06, -0.78,  # that of the lowest bands
    -0.71, -2.37,  # octaves from the preferred tempo, and their square
    -0.71, 0.06,  # octaves of events a beat, and their square
    -1.02, -0.10, -1.82, 0.78,  # share of the rises in step with each of `_PARTS_OF_BEAT`
    1.49,  # how unlikely the largest of these shares is by chance
    0.66, -0.42, -1.18, -0.70, -0.73, -0.43, -0.50, -0.33,  # each of `_BEATS`
    -0.65,  # how many rises there are
])
# fmt: on

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
    rises = _rises_db(measure_band_power(waveform) if band_power is None else band_power)
    pulses = Pulses(rises, HOP_FRAMES / sample_rate_hz)
    if pulses.n_events < _LEAST_EVENTS:
        return None
    n_beats = candidates(seconds)
    if len(n_beats):
        odds = np.exp(pulses.describe(60 * n_beats / seconds, n_beats) @ _WEIGHTS)
        shares = odds / (1 + odds.sum())
        if shares.sum() >= 0.5:
            best = int(shares.argmax())
            confidence = round(min(float(shares[best]), _MOST_SURE), 2)
            return Reading("bpm", Source.ANALYSIS, confidence, number=round(float(60 * n_beats[best] / seconds), 2))
    return Reading("bpm", Source.ANALYSIS, _UNSURE, number=round(pulses.track(), 1))


def candidates(seconds: float) -> Floats:
    """Return the numbers of beats that a loop of this length can have."""
    n_beats = np.array(_BEATS, np.float64)
    tempos = 60 * n_beats / seconds
    return n_beats[(tempos >= _SLOWEST_BPM) & (tempos <= _FASTEST_BPM)]


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
        self.n_events = _count_events(pulse)
        self._pulse = pulse

    def track(self) -> float:
        """Return the tempo at which it is most alike after one, two and four beats."""
        tempos = np.geomspace(_SLOWEST_BPM, _FASTEST_BPM, 200)
        alike = self._after(self._likeness, tempos, _LAGS_BEATS[:3]).sum(axis=1)
        usual = np.exp(-0.5 * (np.log2(tempos / _PREFERRED_BPM) / _OCTAVES) ** 2)
        scores = np.maximum(alike, 0) * usual
        return float(tempos[scores.argmax()])

    def describe(self, tempos_bpm: Floats, n_beats: Floats) -> Floats:
        """Return what speaks for and against each tempo, as `_WEIGHTS` takes it, shape ``(n, len(_WEIGHTS))``."""
        octave = np.log2(tempos_bpm / _PREFERRED_BPM)
        density = np.log2((self.n_events + 1) / (self._seconds * tempos_bpm / 60))
        is_trivial = n_beats[:, None] <= _LAGS_BEATS  # around the loop and back to its start
        alike = np.where(is_trivial, 0, self._after(self._likeness, tempos_bpm, _LAGS_BEATS))
        low = np.where(is_trivial, 0, self._after(self._low_likeness, tempos_bpm, _LAGS_BEATS))
        grid = self._on_grid(tempos_bpm)
        n_rises = self._n_rises
        chance = np.log1p(n_rises * grid.max(axis=1) ** 2)  # Rayleigh's test of phases
        is_n_beats = n_beats[:, None] == _BEATS
        many = np.full(len(octave), np.log2(n_rises))
        return np.c_[alike, low, octave, octave**2, density, density**2, grid, chance, is_n_beats, many]

    def _on_grid(self, tempos_bpm: Floats) -> Floats:
        """Return how much of the rises lies in step with each of `_PARTS_OF_BEAT`, 1 is all, shape ``(n, 4)``."""
        times = np.arange(len(self._pulse)) * self._hop_seconds
        rates_hz = tempos_bpm[:, None] / 60 * _PARTS_OF_BEAT
        phases = np.exp(2j * np.pi * rates_hz[..., None] * times)
        found: Floats = np.abs(phases @ self._pulse) / max(float(self._pulse.sum()), 1e-12)
        return found

    @property
    def _n_rises(self) -> float:
        """How many rises of equal height there would be (the participation ratio)."""
        return float(self._pulse.sum() ** 2 / max(float(np.square(self._pulse).sum()), 1e-12))

    def _after(self, likeness: Floats, tempos_bpm: Floats, beats: Floats) -> Floats:
        lags = 60 / (tempos_bpm * self._hop_seconds)
        found: Floats = np.interp(lags[:, None] * beats % len(likeness), np.arange(len(likeness)), likeness)
        return found


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
