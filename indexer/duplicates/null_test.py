"""The null test: align two sounds, subtract one from the other, and measure the residual.

First the delay and the gain with the smallest difference are found: the delay by cross-correlation, refined to a
fraction of a frame in the spectrum, the gain as the median over time. Then the difference is measured by band and time.
The residual is its median over time, which a fade or a cut at an end does not change.
Lossy codecs leave a difference in each band that is well below the sound in that band, while two takes of one drum
differ in the high bands as much as two drums do; so bands are weighted by a root of their power, not by their power.
The median misses a clap over a kick, or another last bar of a loop. So the moments in which both sounds play and differ
are counted as well, each at a gain of its own, so that fades do not count. What is left of the worst of them is told
too: a click that was laid over a loop is one moment of hundreds.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy import fft

from indexer.duplicates.prepare import PreparedSound

Floats = npt.NDArray[np.float32]
Spectrum = npt.NDArray[np.complex64]  # shape (n_bins,)
Spectra = npt.NDArray[np.complex64]  # of channels, shape (n_bins, n_channels)

REVISION = 8  # increase it to discard cached pairs and comparisons
_BAND_EDGES_HZ = (30.0, 100.0, 200.0, 400.0, 800.0, 1600.0, 3200.0, 6400.0, 10_500.0)
_HOP_SECONDS = 256 / 24_000
_TOP_SHARE = 0.44  # of the lower sample rate, where resampling filters end
_OVERSAMPLING = 4  # of the correlation, which for a cymbal changes its sign between frames
_REFINED_BINS = 1024
_LEAST_CORRELATION = 0.4  # below it, two sounds are different
_WEIGHT_POWER = 0.25  # exponent of a band's power that gives its weight
_QUIETEST = 1e-6  # of the largest power; below it is silence
_LEAST_WINDOWS = 4
_NULL = 0.35  # of the power; largest residual of a moment in which two sounds are the same
_LOUD = 1e-3  # of the power of the loudest moment; only louder moments can be odd
_SILENT = 1e-3  # of the power of one sound; below it the other is silent, as after a cut
_LEAST_ODD = 2  # moments; a single one may be a cut
_SURE = 0.1  # of the power; largest residual of a moment that is surely the same
_DEEP_DB = -60.0  # residuals below it are as good as each other
_ASKED = 0.1  # of the power; sounds with a larger residual are different anyway


@dataclass(frozen=True, slots=True)
class Comparison:
    """Result of the null test of two sounds.

    Attributes:
        residual_db: Residual in their common part, relative to the sounds; 0 is as loud as the sounds themselves.
        shared: Share of the energy of each sound in their common part.
        gain_db: How much louder the second sound is.
        delay_seconds: How much later the second sound begins.
        odd: Share of the moments in which the sounds differ although both should play.
        worst: Residual, as a share of the power, of the moment in which they differ most, well inside the shared part.
        is_same_audio: The decoded frames are equal, apart from silence at both ends.
        has_silent_channel: Of each, whether one of its two channels is silent.
    """

    residual_db: float
    shared: tuple[float, float]
    gain_db: float = 0.0
    delay_seconds: float = 0.0
    odd: float = 0.0
    worst: float = 0.0
    is_same_audio: bool = False
    has_silent_channel: tuple[bool, bool] = (False, False)

    def reversed(self) -> "Comparison":
        """Return the comparison with the two sounds swapped."""
        return replace(
            self,
            shared=self.shared[::-1],
            gain_db=-self.gain_db,
            delay_seconds=-self.delay_seconds,
            has_silent_channel=self.has_silent_channel[::-1],
        )


DIFFERENT = Comparison(0.0, (0.0, 0.0))
SAME_AUDIO = Comparison(-120.0, (1.0, 1.0), is_same_audio=True)


def compare(one: PreparedSound, other: PreparedSound) -> Comparison:
    """Compare two sounds by the null test."""
    if one.audio_hash == other.audio_hash:
        return SAME_AUDIO
    lone = (one.lone_channel, other.lone_channel)
    if None not in lone and lone[0] != lone[1]:
        return DIFFERENT  # the one sounds at the left, the other at the right
    rate_hz = min(one.rate_hz, other.rate_hz)
    top_hz = _TOP_SHARE * min(one.original_rate_hz, other.original_rate_hz, rate_hz)
    first, second = _frames(one, rate_hz), _frames(other, rate_hz)
    if not len(first) or not len(second):
        return DIFFERENT
    found = [_compare(*pair, rate_hz, top_hz) for pair in _channel_pairs(first, second)]
    best = min(found, key=lambda each: (max(each.residual_db, _DEEP_DB), each.worst, each.residual_db))
    return replace(best, has_silent_channel=(lone[0] is not None, lone[1] is not None))


def _frames(sound: PreparedSound, rate_hz: int) -> Floats:
    if sound.rate_hz == rate_hz:
        return sound.frames
    import soxr

    resampled: Floats = soxr.resample(sound.frames, sound.rate_hz, rate_hz)
    return resampled


def _channel_pairs(first: Floats, second: Floats) -> list[tuple[Floats, Floats]]:
    """Return the pairs to compare: all channels, or for mono and stereo, the mono sound with each possible mix."""
    if first.shape[1] == second.shape[1]:
        return [(first, second)]
    if first.shape[1] == 1:
        return [(first, mono) for mono in _mono_mixes(second)]
    return [(mono, second) for mono in _mono_mixes(first)]


def _mono_mixes(stereo: Floats) -> list[Floats]:
    return [stereo.mean(axis=1, keepdims=True), stereo[:, :1], stereo[:, 1:]]


def _compare(first: Floats, second: Floats, rate_hz: int, top_hz: float) -> Comparison:
    n = fft.next_fast_len(len(first) + len(second) + 4 * _hop(rate_hz), real=True)
    frequencies_hz = fft.rfftfreq(n, 1 / rate_hz).astype(np.float32)
    band = np.clip(frequencies_hz / _BAND_EDGES_HZ[0] - 0.5, 0, 1) * np.clip((top_hz - frequencies_hz) / 500, 0, 1)
    spectra = [fft.rfft(frames, n, axis=0) * band[:, None] for frames in (first, second)]
    energies = [float((np.abs(spectrum) ** 2 * frequencies_hz[:, None]).sum()) for spectrum in spectra]
    if not all(energies):
        return DIFFERENT
    # weighted by frequency, since the peaks of bass are broad
    cross = (np.conj(spectra[0]) * spectra[1]).sum(axis=1) * frequencies_hz
    n_fine = _OVERSAMPLING * n
    correlation = fft.irfft(cross, n_fine) * (n_fine / 2 / np.sqrt(energies[0] * energies[1]))
    peak = int(np.abs(correlation).argmax())
    if abs(correlation[peak]) < _LEAST_CORRELATION:
        return DIFFERENT
    delay = _refine(cross, n, (peak if peak <= n_fine // 2 else peak - n_fine) / _OVERSAMPLING)
    shift = np.exp(2j * np.pi * np.arange(len(band)) * delay / n).astype(np.complex64)
    # The transform is circular: roll the part before the first sound back to the front, and cut after the end of both.
    lead = _hop(rate_hz) + max(0, int(delay))
    span = slice(lead + min(0, -int(delay)), lead + max(len(first), len(second) - int(delay)))
    aligned, moved = (
        np.roll(fft.irfft(spectrum, n, axis=0), lead, axis=0)[span]
        for spectrum in (spectra[0], spectra[1] * shift[:, None])
    )
    return _null(aligned, moved, delay, rate_hz, top_hz)


def _hop(rate_hz: int) -> int:
    return max(1, int(_HOP_SECONDS * rate_hz))


def _refine(cross: Spectrum, n: int, delay: float) -> float:
    """Return the delay to a thousandth of a frame, at the largest absolute correlation."""
    bins = np.flatnonzero(cross)
    if len(bins) > _REFINED_BINS:
        bins = bins[np.argpartition(np.abs(cross[bins]), -_REFINED_BINS)[-_REFINED_BINS:]]
    values, turns = cross[bins], 2j * np.pi * bins / n
    best, step = delay, 0.5 / _OVERSAMPLING
    for _ in range(4):
        tries = best + step * np.linspace(-1, 1, 7)
        # not a matrix product: BLAS would start threads for so little
        heights = (np.exp(tries[:, None] * turns) * values).sum(axis=1).real
        best = float(tries[np.abs(heights).argmax()])
        step /= 3
    return best


def _null(first: Floats, second: Floats, delay: float, rate_hz: int, top_hz: float) -> Comparison:
    one, two = (_stft(frames, _hop(rate_hz)) for frames in (first, second))
    gain = _gain(one, two)
    if gain == 0:
        return DIFFERENT
    edges = _edges(n_bins=one.shape[1], rate_hz=rate_hz, top_hz=top_hz)
    power = [_band_power(each, edges) for each in (one, two / gain, one - two / gain)]  # (n_times, n_bands)
    larger = np.maximum(power[0], power[1])
    weight = larger**_WEIGHT_POWER * (larger > _QUIETEST * larger.max())
    left = np.minimum(power[2] / np.maximum(larger, 1e-30), 1.0)
    by_time = (weight * left).sum(axis=1) / np.maximum(weight.sum(axis=1), 1e-30)
    loudness = larger.sum(axis=1)
    is_null = (by_time < _NULL) & weight.any(axis=1) & (loudness > _QUIETEST * loudness.max())
    if not is_null.any():
        return DIFFERENT
    start, end = int(is_null.argmax()), len(is_null) - int(is_null[::-1].argmax())
    if end - start > _LEAST_WINDOWS:  # the first and the last may be half outside the common part
        start, end = start + 1, end - 1
    inside = slice(start, end)
    residual = _weighted_median(by_time[inside], weight[inside].sum(axis=1))
    around = slice(max(start - 1, 0), end + 1)
    shared = tuple(float(each[around].sum() / each.sum()) for each in power[:2])
    is_asked = residual <= _ASKED
    odd, worst = _odd_moments(one, two / gain, edges, weight.sum(axis=1), by_time) if is_asked else (0.0, 0.0)
    return Comparison(
        residual_db=10 * float(np.log10(max(residual, 1e-12))),
        shared=(shared[0], shared[1]),
        gain_db=20 * float(np.log10(abs(gain))),
        delay_seconds=delay / rate_hz,
        odd=odd,
        worst=worst,
    )


def _odd_moments(
    one: Spectra, two: Spectra, edges: npt.NDArray[np.intp], weight: Floats, by_time: Floats
) -> tuple[float, float]:
    """Return the weighted share of the moments in which both sounds should play and differ, and the worst residual.

    The latter is of moments between two that are surely the same, and next to neither end, where a cut may lie.

    Args:
        one: Spectra of the first sound.
        two: Spectra of the second sound, at the level of the first.
        edges: First bins of the bands.
        weight: Weight of each moment.
        by_time: Residual of each moment.
    """
    cross = (np.conj(one) * two).sum(axis=(1, 2)).real
    power = [_band_power(each, edges) for each in (one, two)]
    larger = np.maximum(*power)
    left = np.zeros_like(larger)
    for each, other in ((one, two), (two, one)):
        gain = np.clip(cross / np.maximum((np.abs(other) ** 2).sum(axis=(1, 2)), 1e-30), 0, 4)
        left = np.maximum(left, _band_power(each - other * gain[:, None, None].astype(np.float32), edges))
    bands = larger**_WEIGHT_POWER * (larger > _QUIETEST * larger.max())
    at_best = (bands * np.minimum(left / np.maximum(larger, 1e-30), 1)).sum(axis=1)
    at_best /= np.maximum(bands.sum(axis=1), 1e-30)
    energy = np.sort([each.sum(axis=1) for each in power], axis=0)  # the quieter sound of each moment first
    loud = _LOUD * float(larger.sum(axis=1).max())
    is_one_alone = (energy[1] > loud) & (energy[0] < _SILENT * energy[1])
    is_both = energy[0] > loud
    is_null = is_both & (by_time < _NULL)
    if not is_null.any():
        return 0.0, 0.0
    is_inside = np.zeros(len(is_null), bool)
    is_inside[is_null.argmax() : len(is_null) - is_null[::-1].argmax()] = True
    is_cut = np.convolve(is_one_alone & ~is_inside, np.ones(5))[2:-2] > 0
    is_asked = (is_both & ~is_cut) | (is_one_alone & is_inside)
    sure = np.flatnonzero(is_both & (by_time < _SURE))
    inner = slice(sure[0] + 1, sure[-1]) if len(sure) else slice(0)
    left_in = np.where(is_one_alone, 1.0, at_best)[inner][is_asked[inner]]
    worst = float(left_in.max(initial=0.0))
    is_odd = is_asked & ((at_best > _NULL) | is_one_alone)
    if is_odd.sum() < _LEAST_ODD:
        return 0.0, worst
    return float(weight[is_odd].sum() / weight[is_asked].sum()), worst


def _stft(frames: Floats, hop: int) -> Spectra:
    """Return the spectra of half-overlapping Hann windows, shape ``(n_times, n_bins, n_channels)``."""
    padded = np.pad(frames, ((hop, 2 * hop), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * hop, axis=0)[::hop]  # (n_times, n_channels, 2 * hop)
    spectra: Spectra = fft.rfft(windows * np.hanning(2 * hop).astype(np.float32), axis=-1).transpose(0, 2, 1)
    return spectra


def _gain(one: Spectra, two: Spectra) -> float:
    """Return the gain from the first sound to the second: the median over time, weighted by energy."""
    axes = (1, 2)
    energy = (np.abs(one) ** 2).sum(axis=axes)
    return _weighted_median((np.conj(one) * two).sum(axis=axes).real / np.maximum(energy, 1e-30), energy)


def _weighted_median(values: Floats, weights: Floats) -> float:
    order = np.argsort(values)
    middle = np.searchsorted(np.cumsum(weights[order]), weights.sum() / 2)
    return float(values[order[min(int(middle), len(order) - 1)]])


def _edges(n_bins: int, rate_hz: int, top_hz: float) -> npt.NDArray[np.intp]:
    """Return the first bins of the bands, and the end of the last band."""
    bins = np.array([edge for edge in _BAND_EDGES_HZ if edge < top_hz] + [top_hz]) * 2 * (n_bins - 1) / rate_hz
    return np.unique(np.clip(np.ceil(bins), 1, n_bins - 1).astype(np.intp))


def _band_power(spectra: Spectra, edges: npt.NDArray[np.intp]) -> Floats:
    power = (np.abs(spectra) ** 2).sum(axis=2)
    return np.add.reduceat(power[:, : edges[-1]], edges[:-1], axis=1) if len(edges) > 1 else power[:, 1:]
