"""Pitch of a single sound; key of a chord or phrase, or the root of a single note; nothing for what has neither.

What tells a note from a drum is how its power lies in few narrow partials, whether these are multiples of one
frequency, and whether they stay where they are: toms and kicks glide, bells of a drum kit are out of tune with
themselves. A logistic curve weighs this evidence (`training.pitched` fits it on synthesized sounds).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from db.keys import PITCH_CLASSES
from db.types import Reading, Source
from indexer.audio.fourier import rfft
from indexer.audio.waveform import Waveform

_FFT_FRAMES = 8192
_N_WINDOWS = 6
_LOW_HZ, _HIGH_HZ = 40.0, 2500.0
_PEAK_FLOOR = 1e-3  # of the strongest partial: -30 dB
_MIN_SECONDS = 0.2
_N_PARTIALS = 12
_NEIGHBOURS = (-3, -2, -1, 1, 2, 3)  # bins that a partial is higher than
_IN_TUNE = 0.015  # a partial this near to a multiple is one: a quarter of a semitone
_MAX_MULTIPLE = 16
_DETOUR = 0.04  # what each step from the strongest partial down to a missing fundamental costs
_GAPS = 0.02  # and each multiple that is missing
_BLOCK_SECONDS = 0.01
_LOUD = 0.03  # of the peak: -30 dB
_PITCH_STEADY = 0.5  # share of the power in partials from which on a sound has a pitch
_NOTE_LEAD = 0.55  # of a chroma without this share in one note is a chord or a phrase

# Log odds of "a note, not a drum": constant, then one weight each for `Evidence.weighed`.
_CONSTANT = -6.04
_WEIGHTS = (3.03, 4.01, -1.54, 1.79, 0.44, -0.46, 0.89)

# Krumhansl and Kessler (1982): how well each of the twelve notes fits a major and a minor key.
_MAJOR = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
_MINOR = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Descriptors of the partials of one sound.

    Attributes:
        chroma: Amplitude by note, shape ``(12,)``; 0 is C.
        pitch_hz: The frequency that most partials are multiples of.
        steady: Share of the power in the strongest partials.
        harmonic: Share of their amplitude in multiples of ``pitch_hz``, less what speaks against it.
        top: Share of the partials' power in the strongest of them.
        n_multiples: How many different multiples there are.
        spread_semitones: How far the strongest partial wanders.
        seconds: Length of the loud part.
    """

    chroma: Floats
    pitch_hz: float
    steady: float
    harmonic: float
    top: float
    n_multiples: int
    spread_semitones: float
    seconds: float

    @property
    def weighed(self) -> Floats:
        """The evidence as `_WEIGHTS` takes it, shape ``(7,)``."""
        return np.array(
            [
                self.steady,
                self.harmonic,
                self.top,
                np.log(max(self.n_multiples, 1)),
                np.log2(self.pitch_hz / 200),
                min(self.spread_semitones, 1.0),
                np.log(self.seconds),
            ]
        )


def tonal_readings(waveform: Waveform, sample_rate_hz: int) -> Iterator[Reading]:
    """Yield the pitch of a single sound, and the key or root of what is no drum; nothing where none is found.

    Args:
        waveform: Mono, shape ``(n_frames,)``.
        sample_rate_hz: Rate of it.
    """
    evidence = gather(waveform, sample_rate_hz)
    if evidence is None:
        return
    share = note_share(evidence)
    is_single = _is_single(evidence)
    if evidence.steady >= _PITCH_STEADY and is_single:
        confidence = round(min(0.9, evidence.harmonic * evidence.steady), 2)
        yield Reading("pitch", Source.ANALYSIS, confidence, number=round(evidence.pitch_hz, 1))
    if share < 0.5:
        return
    if is_single:
        yield Reading("key", Source.ANALYSIS, round(min(0.9, share), 2), text=PITCH_CLASSES[evidence.chroma.argmax()])
        return
    fits = _fits(evidence.chroma)
    best = int(fits.argmax())
    lead = float(fits[best] - np.partition(fits, -2)[-2])
    yield Reading("key", Source.ANALYSIS, round(min(0.8, 0.3 + 2 * lead) * share, 2), text=_KEY_NAMES[best])


def estimate_key(waveform: Waveform, sample_rate_hz: int) -> Reading | None:
    """Return the key of `tonal_readings`, of a single note the root, written as a key without a mode."""
    return next((reading for reading in tonal_readings(waveform, sample_rate_hz) if reading.name == "key"), None)


def note_share(evidence: Evidence) -> float:
    """Return the probability that this is a note, a chord or a phrase, and no drum."""
    return float(1 / (1 + np.exp(-(_CONSTANT + evidence.weighed @ _WEIGHTS))))


def gather(waveform: Waveform, sample_rate_hz: int) -> Evidence | None:
    """Analyse the partials; 0.3 ms. None where the sound is too short to have any."""
    span = _loud_span(waveform, sample_rate_hz)
    if span is None:
        return None
    windows = _power_spectra(waveform[span[0] : span[1]])
    bin_hz = sample_rate_hz / _FFT_FRAMES
    mean = windows.mean(axis=0).astype(np.float64)
    low, high = int(_LOW_HZ / bin_hz), int(_HIGH_HZ / bin_hz)
    peaks = _find_peaks(mean, low, high)
    if not len(peaks):
        return None
    frequencies_hz, power = _refine(mean, peaks) * bin_hz, mean[peaks]
    order = np.argsort(-power)[:_N_PARTIALS]
    strongest, strongest_power = frequencies_hz[order], power[order]
    pitch_hz, harmonic, n_multiples = _find_pitch(strongest, np.sqrt(strongest_power))
    near = np.unique(peaks[order][:, None] + np.arange(-2, 3))
    notes = np.round(12 * np.log2(frequencies_hz / 440)).astype(int) + 9  # 0 is C
    return Evidence(
        chroma=np.bincount(notes % 12, np.sqrt(power), 12).astype(np.float64),
        pitch_hz=pitch_hz,
        steady=float(mean[near].sum() / mean[low // 2 :].sum()),
        harmonic=harmonic,
        top=float(strongest_power[0] / strongest_power.sum()),
        n_multiples=n_multiples,
        spread_semitones=_spread(windows, int(peaks[order[0]])),
        seconds=(span[1] - span[0]) / sample_rate_hz,
    )


def _loud_span(waveform: Waveform, sample_rate_hz: int) -> tuple[int, int] | None:
    """Return first frame and end of what is within 30 dB of the peak; None where that is too short for a pitch."""
    n_block = round(_BLOCK_SECONDS * sample_rate_hz)
    n_blocks = len(waveform) // n_block
    if n_blocks * _BLOCK_SECONDS < _MIN_SECONDS:
        return None
    peaks = np.abs(waveform[: n_blocks * n_block]).reshape(n_blocks, n_block).max(axis=1)
    loud = np.flatnonzero(peaks >= _LOUD * peaks.max())
    start, end = int(loud[0]) * n_block, int(loud[-1] + 1) * n_block
    return (start, end) if peaks.max() > 0 and end - start >= _MIN_SECONDS * sample_rate_hz else None


def _power_spectra(part: Waveform) -> npt.NDArray[np.float32]:
    """Return power spectra of evenly spaced windows, each of sum 1, shape ``(_N_WINDOWS, n_bins)``."""
    if len(part) < _FFT_FRAMES:
        part = np.pad(part, (0, _FFT_FRAMES - len(part)))
    starts = np.linspace(0, len(part) - _FFT_FRAMES, _N_WINDOWS).astype(int)
    spectra = rfft(np.array([part[start : start + _FFT_FRAMES] for start in starts]) * _hann())
    spectra = spectra[:, : _FFT_FRAMES // 8]  # up to 6 kHz; what is above counts as little as it is steady
    power = spectra.real**2 + spectra.imag**2
    return power / np.maximum(power.sum(axis=1, keepdims=True), 1e-20)


@cache
def _hann() -> npt.NDArray[np.float32]:
    return np.hanning(_FFT_FRAMES).astype(np.float32)


def _find_peaks(mean: Floats, low: int, high: int) -> npt.NDArray[np.intp]:
    """Return the bins that are higher than their surroundings and not far below the highest."""
    inner = mean[low:high]
    is_peak = inner >= _PEAK_FLOOR * inner.max()
    for step in _NEIGHBOURS:
        is_peak &= inner >= mean[low + step : high + step]
    return np.flatnonzero(is_peak) + low


def _refine(mean: Floats, peaks: npt.NDArray[np.intp]) -> Floats:
    """Place peaks between bins by a parabola through the logarithms of three of them."""
    left, here, right = (np.log(np.maximum(mean[peaks + step], 1e-20)) for step in (-1, 0, 1))
    offsets: Floats = 0.5 * (left - right) / np.minimum(left - 2 * here + right, -1e-9)
    return peaks + offsets


def _find_pitch(frequencies_hz: Floats, amplitudes: Floats) -> tuple[float, float, int]:
    """Find the frequency of which the partials are multiples, among those that divide the three strongest.

    Args:
        frequencies_hz: Partials, strongest first.
        amplitudes: Of each.

    Returns:
        The frequency, its score, and how many different multiples of it there are.
    """
    divisors = np.arange(1, 6)
    candidates = (frequencies_hz[:3, None] / divisors).ravel()
    detours = np.tile((divisors - 1) * _DETOUR, len(frequencies_hz[:3]))
    multiples = np.round(frequencies_hz / candidates[:, None])
    is_near = np.abs(frequencies_hz / candidates[:, None] - multiples) <= _IN_TUNE * multiples
    is_hit = is_near & (multiples >= 1) & (multiples <= _MAX_MULTIPLE)
    hits = np.where(is_hit, multiples, 0).astype(int)
    n_multiples = np.array([len(set(row) - {0}) for row in hits.tolist()])
    gaps = np.maximum(hits.max(axis=1) / np.maximum(n_multiples, 1) - 1, 0)
    scores = is_hit @ amplitudes / amplitudes.sum() - detours - _GAPS * gaps
    scores[candidates < _LOW_HZ - 5] = -1
    best = int(scores.argmax())
    return float(candidates[best]), float(scores[best]), int(n_multiples[best])


def _spread(windows: npt.NDArray[np.float32], peak: int) -> float:
    """Return the standard deviation of the strongest partial over the windows, in semitones."""
    reach = max(3, int(0.12 * peak))
    first = max(1, peak - reach)
    places = windows[:, first : peak + reach + 1].argmax(axis=1) + first
    return float((12 * np.log2(places / peak)).std())


def _is_single(evidence: Evidence) -> bool:
    """Say whether this is one note, and not several at once or after another."""
    return bool(evidence.chroma.max() >= _NOTE_LEAD * evidence.chroma.sum())


def _fits(chroma: Floats) -> Floats:
    """Return the correlation of a chroma with each of `_KEY_NAMES`, shape ``(24,)``."""
    centred = chroma - chroma.mean()
    fits: Floats = _profiles() @ centred / max(float(np.linalg.norm(centred)), 1e-12)
    return fits


@cache
def _profiles() -> Floats:
    """Return unit rows: major and minor profile of each of the twelve tonics, shape ``(24, 12)``."""
    rows = np.array([np.roll(mode, tonic) for tonic in range(12) for mode in (_MAJOR, _MINOR)])
    rows = rows - rows.mean(axis=1, keepdims=True)
    unit_rows: Floats = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return unit_rows


_KEY_NAMES = tuple(name + mode for name in PITCH_CLASSES for mode in ("", "m"))
