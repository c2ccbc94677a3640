"""Level, loudness, brightness, envelope and onsets of one sound.

Every decoding process imports this: ``scipy.signal`` would cost 0.5 s, numba under librosa 0.9 s.
"""

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from db.measurements import Features
from indexer.audio.fourier import rfft
from indexer.audio.original import Original
from indexer.audio.waveform import Waveform
from indexer.audio.windows import windows
from indexer.features.extremes import Extremes, silences_ms
from indexer.features.loudness import loudness_lufs
from indexer.features.spectral import noisiness, stereo_width

_FFT_FRAMES = 1024  # 21 ms at 48 kHz
HOP_FRAMES = 512
_FFTS_AT_ONCE = 128  # half a megabyte, so that the steps of a transform stay in the cache
_N_BANDS = 24
_BAND_FLOOR_DB = -50.0  # below the loudest band; quieter changes are not perceived as events
_ONSET_RISE_DB = 4.0  # mean rise over all bands within one hop, above its surroundings
_ONSET_GAP_HOPS = 5  # 53 ms: faster events fuse into one, as in a flam

_LOW_HZ = 150.0  # what small speakers do not play
_OFFSET_STEP = 47  # prime, so that no usual pitch is in step with it

FloatArray = npt.NDArray[np.float32]


class Measured(NamedTuple):
    """Features, and the power by hop and band, shape ``(n_hops, n_bands)``, for what else is computed from it."""

    features: Features
    band_power: FloatArray


def measure(waveform: Waveform, sample_rate_hz: int, original: Original) -> Features:
    """Measure one sound: the features of `measure_closely`."""
    return measure_closely(waveform, sample_rate_hz, original).features


def measure_closely(
    waveform: Waveform, sample_rate_hz: int, original: Original, mono: Waveform | None = None
) -> Measured:
    """Measure one sound; about 2 ms for a second of it.

    Args:
        waveform: The mono mix, shape ``(n_frames,)``, finite, at least one frame.
        sample_rate_hz: Rate of ``waveform``.
        original: What is true of the file but no longer of the waveform.
        mono: The mix at the rate of the file, where that is another one. Its envelope is measured, since resampling
            rings at the ends of a sound that does not start and stop at zero.
    """
    extremes = Extremes.of(waveform, sample_rate_hz) if mono is None else Extremes.of(mono, original.sample_rate_hz)
    is_silent = extremes.is_constant
    attack_ms, decay_ms = (None, None) if is_silent else _envelope_times_ms(extremes.peaks(_offset(waveform)))
    silence_before_ms, silence_after_ms = (None, None) if is_silent else silences_ms(extremes)
    mean_power, band_power = _power(waveform)
    loudness = loudness_lufs(waveform, sample_rate_hz)
    features = Features(
        duration_seconds=original.n_frames / original.sample_rate_hz,
        n_channels=original.n_channels,
        sample_rate_hz=original.sample_rate_hz,
        bit_depth=original.bit_depth,
        format=original.format,
        peak_dbfs=_decibels(original.peak**2),
        # BS.1770 adds up the power of the channels; the waveform holds their mean.
        loudness_lufs=None if loudness is None else loudness + 10 * float(np.log10(original.power_over_mono)),
        brightness_hz=_centroid_hz(mean_power, sample_rate_hz),
        attack_ms=attack_ms,
        decay_ms=decay_ms,
        n_onsets=_count_onsets(band_power) if mean_power.any() else 0,
        noisiness=noisiness(mean_power) if mean_power.any() else None,
        stereo_width=stereo_width(original.n_channels, original.power_over_mono),
        silence_before_ms=silence_before_ms,
        silence_after_ms=silence_after_ms,
        low_share=_share_below(_LOW_HZ, mean_power, sample_rate_hz),
    )
    return Measured(features, band_power)


def _decibels(power: float) -> float | None:
    return 10 * float(np.log10(power)) if power > 0 else None


def _offset(waveform: Waveform) -> float:
    """Return the constant offset (DC) of a sound: the median of its values, of which every 47th is enough."""
    values = waveform[::_OFFSET_STEP]
    middle = (len(values) - 1) // 2, len(values) // 2
    return float(np.partition(values, middle)[middle[0] : middle[1] + 1].mean())


def _envelope_times_ms(peaks: FloatArray) -> tuple[float, float | None]:
    """Measure attack and decay on an envelope of peaks, one per millisecond.

    Attack is the time between the first peaks that reach 10 % and 90 % of the loudest 20 ms: fixed thresholds as in
    Peeters, "A large set of audio features" (2004), against a mean because the largest peak of a steady noise can lie
    anywhere. Decay is the time from the largest peak to the last one above a tenth of it (-20 dB), and None if the
    sound is cut off before that.
    """
    top = int(peaks.argmax())
    loudest = np.convolve(peaks, np.full(20, 1 / 20)).max()
    first_low, first_high = ((peaks >= part * loudest).argmax() for part in (0.1, 0.9))
    last_low = np.flatnonzero(peaks >= 0.1 * peaks[top])[-1]
    is_cut_off = last_low >= len(peaks) - 2
    return float(first_high - first_low), None if is_cut_off else float(last_low - top)


def measure_band_power(waveform: Waveform) -> FloatArray:
    """Return the power by hop and band, shape ``(n_hops, n_bands)``, as in `Measured`."""
    return _power(waveform)[1]


def _power(waveform: Waveform) -> tuple[npt.NDArray[np.float64], FloatArray]:
    """Return the power by frequency, without the constant part, and by hop and band."""
    places = 2 * (_band_edges() + 1)  # of real and imaginary parts, those of frequency 0 in front
    total = np.zeros(_FFT_FRAMES + 2)
    bands = []
    for squares in _iter_squared_spectra(waveform):
        total += squares.sum(axis=0)
        bands.append(np.add.reduceat(squares, places, axis=1))
    return total[2:].reshape(-1, 2).sum(axis=1), np.concatenate(bands)


def _centroid_hz(power: npt.NDArray[np.float64], sample_rate_hz: int) -> float | None:
    """Return the power-weighted mean frequency."""
    if not power.any():
        return None
    frequencies_hz = np.arange(1, _FFT_FRAMES // 2 + 1) * (sample_rate_hz / _FFT_FRAMES)
    return float(power @ frequencies_hz / power.sum())


def _share_below(frequency_hz: float, power: npt.NDArray[np.float64], sample_rate_hz: int) -> float | None:
    """Return the share of the power below a frequency; lines are as wide as a bin of 47 Hz at 48 kHz."""
    n_below = int(frequency_hz * _FFT_FRAMES / sample_rate_hz)
    return float(power[:n_below].sum() / power.sum()) if power.any() else None


@cache
def _band_edges() -> npt.NDArray[np.intp]:
    """Return the first bins of bands that widen with frequency, as hearing does."""
    edges = np.geomspace(1, _FFT_FRAMES // 2, _N_BANDS + 1)[:-1] - 1
    return np.unique(edges.astype(np.intp))


def _iter_squared_spectra(waveform: Waveform) -> Iterator[FloatArray]:
    """Yield the squares of real and imaginary parts, in turn, of the spectra of Hann windows; the mean is left out.

    The first window lies half before the sound, so that a sound that starts at once is seen to start. None reaches
    beyond its end, where a cut would look like a click.

    Yields:
        Shape ``(n_hops, _FFT_FRAMES + 2)``.
    """
    n_hops = max(1, len(waveform) // HOP_FRAMES)
    frames = windows(waveform - waveform.mean(), _FFT_FRAMES, HOP_FRAMES, n_hops, n_before=_FFT_FRAMES - HOP_FRAMES)
    for first in range(0, n_hops, _FFTS_AT_ONCE):
        squares = rfft(frames[first : first + _FFTS_AT_ONCE] * _hann()).view(np.float32)
        yield np.square(squares, out=squares)


@cache
def _hann() -> FloatArray:
    return np.hanning(_FFT_FRAMES).astype(np.float32)


def _count_onsets(band_power: FloatArray) -> int:
    """Count moments where the level rises in many bands at once (spectral flux, Dixon 2006, in decibels).

    Args:
        band_power: Shape ``(n_hops, n_bands)``.
    """
    floor = band_power.max() * 10 ** (_BAND_FLOOR_DB / 10)
    level_db = 10 * np.log10(np.maximum(band_power, floor) / floor)
    rise_db = np.maximum(_changes(level_db), 0).mean(axis=1)
    around = windows(rise_db, 2 * _ONSET_GAP_HOPS + 1, 1, len(rise_db), n_before=_ONSET_GAP_HOPS)
    is_peak = (rise_db == around.max(axis=1)) & (rise_db - around.mean(axis=1) >= _ONSET_RISE_DB)
    # A sound that is cut off spreads over all bands too, while its power falls.
    is_louder = _changes(band_power.sum(axis=1)) > 0
    return int(np.count_nonzero(is_peak & is_louder))


def _changes(values: FloatArray) -> FloatArray:
    """Return the difference of each value to that before it along the first axis; the first is one to zero."""
    changes = values.copy()
    changes[1:] -= values[:-1]
    return changes
