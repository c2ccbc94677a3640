"""Key of a chord or phrase, root of a single note; nothing for what has no pitch.

What counts is the share of the power in a few narrow partials. Most drums spread it between them; kicks and toms do
not, and their pitch is left out by their type (`indexer.tagging.pitched_readings`).
"""

from functools import cache

import numpy as np
import numpy.typing as npt

from db.keys import PITCH_CLASSES
from db.records import Reading, Source
from indexer.encoder import Waveform

_FFT_FRAMES = 8192
_N_WINDOWS = 8
_LOW_HZ, _HIGH_HZ = 50.0, 2500.0
_PEAK_FLOOR = 1e-3  # of the strongest partial: -30 dB
_MIN_SECONDS = 0.25
_STEADY_SHARE = 0.5  # of the power must lie in partials
_NOTE_LEAD = 0.55  # of a chroma without this share in one note and its fifth is a chord or a phrase

# Krumhansl and Kessler (1982): how well each of the twelve notes fits a major and a minor key.
_MAJOR = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
_MINOR = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)

Floats = npt.NDArray[np.float64]


def estimate_key(waveform: Waveform, sample_rate_hz: int) -> Reading | None:
    """Estimate the key, or of a single note the root, written as a key without a mode.

    Args:
        waveform: Mono, shape ``(n_frames,)``.
        sample_rate_hz: Rate of it.

    Returns:
        A reading; None where no steady pitch is heard.
    """
    spectra = _spectra(waveform, sample_rate_hz)
    if spectra is None:
        return None
    chroma, steady_share = _chroma(spectra, sample_rate_hz)
    if steady_share < _STEADY_SHARE:
        return None
    ranked = np.sort(chroma)[::-1]
    if ranked[0] >= _NOTE_LEAD * chroma.sum():
        confidence = min(0.9, 0.4 + 0.5 * steady_share)
        return Reading("key", Source.ANALYSIS, round(confidence, 2), text=PITCH_CLASSES[int(chroma.argmax())])
    fits = np.array([np.corrcoef(chroma, profile)[0, 1] for profile in _profiles()])
    best = int(fits.argmax())
    lead = float(fits[best] - np.partition(fits, -2)[-2])
    return Reading("key", Source.ANALYSIS, round(min(0.8, 0.3 + 2 * lead), 2), text=_KEY_NAMES[best])


def _spectra(waveform: Waveform, sample_rate_hz: int) -> npt.NDArray[np.float32] | None:
    """Return power spectra of evenly spaced windows of the louder part, shape ``(n_windows, n_bins)``."""
    from scipy.fft import rfft

    level = np.abs(waveform)
    loud = np.flatnonzero(level >= 0.03 * level.max())
    if not level.any() or loud[-1] - loud[0] < _MIN_SECONDS * sample_rate_hz:
        return None
    part = waveform[loud[0] : loud[-1] + 1]
    if len(part) < _FFT_FRAMES:
        part = np.pad(part, (0, _FFT_FRAMES - len(part)))
    starts = np.linspace(0, len(part) - _FFT_FRAMES, _N_WINDOWS).astype(int)
    hann = np.hanning(_FFT_FRAMES).astype(np.float32)
    spectra = rfft(np.stack([part[start : start + _FFT_FRAMES] for start in starts]) * hann)
    return (spectra.real**2 + spectra.imag**2).astype(np.float32)


def _chroma(spectra: npt.NDArray[np.float32], sample_rate_hz: int) -> tuple[Floats, float]:
    """Add up the amplitude of partials by note, and say which share of the power lies in them.

    A partial counts where it is the highest of its surroundings in the mean of all windows.
    """
    bin_hz = sample_rate_hz / _FFT_FRAMES
    low, high = int(_LOW_HZ / bin_hz), int(_HIGH_HZ / bin_hz)
    mean = (spectra / np.maximum(spectra.sum(axis=1, keepdims=True), 1e-20)).mean(axis=0).astype(np.float64)
    around = np.lib.stride_tricks.sliding_window_view(np.pad(mean, 3), 7).max(axis=1)
    bins = np.arange(low, high)
    peaks = bins[(mean[bins] == around[bins]) & (mean[bins] >= _PEAK_FLOOR * mean[bins].max())]
    chroma = np.zeros(12)
    if not len(peaks):
        return chroma, 0.0
    left, here, right = (np.log(np.maximum(mean[peaks + step], 1e-20)) for step in (-1, 0, 1))
    offset = 0.5 * (left - right) / np.minimum(left - 2 * here + right, -1e-9)
    notes = 12 * np.log2((peaks + offset) * bin_hz / 440) + 9  # 0 is C
    np.add.at(chroma, np.round(notes).astype(int) % 12, np.sqrt(mean[peaks]))
    strongest = peaks[np.argsort(-mean[peaks])[:12]]
    near = np.unique(np.concatenate([strongest + step for step in (-2, -1, 0, 1, 2)]))
    return chroma, float(mean[near].sum() / mean[low // 2 :].sum())


@cache
def _profiles() -> tuple[Floats, ...]:
    return tuple(np.roll(mode, tonic) for tonic in range(12) for mode in (_MAJOR, _MINOR))


_KEY_NAMES = tuple(name + mode for name in PITCH_CLASSES for mode in ("", "m"))
