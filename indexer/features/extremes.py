"""The smallest and the largest value of each millisecond: all that envelope and silence at both ends need."""

from typing import NamedTuple, Self

import numpy as np
import numpy.typing as npt

from indexer.audio.waveform import Waveform

_SILENCE = 1e-3  # of the peak: -60 dB

FloatArray = npt.NDArray[np.float32]


class Extremes(NamedTuple):
    """Smallest and largest value of each millisecond, shape ``(n,)`` each."""

    lows: FloatArray
    highs: FloatArray

    @classmethod
    def of(cls, waveform: Waveform, sample_rate_hz: int) -> Self:
        n_milliseconds = -(-len(waveform) * 1000 // sample_rate_hz)
        starts = np.arange(n_milliseconds) * sample_rate_hz // 1000
        return cls(np.minimum.reduceat(waveform, starts), np.maximum.reduceat(waveform, starts))

    @property
    def is_constant(self) -> bool:
        return bool(self.lows.min() == self.highs.max())

    def peaks(self, level: float) -> FloatArray:
        """Return the largest distance from ``level`` in each millisecond, shape ``(n,)``."""
        peaks: FloatArray = np.maximum(self.highs - np.float32(level), np.float32(level) - self.lows)
        return peaks


def silences_ms(extremes: Extremes) -> tuple[float, float]:
    """Return the time before a sound begins, and that after its end.

    At either end it is silent as long as it stays within 60 dB of its peak from the level at which it starts or stops,
    which need not be zero: some recorders add a constant offset.

    Args:
        extremes: Of a sound that is not constant.
    """
    (before, n_left), (after, _) = (
        _first_loud(Extremes(extremes.lows[::step], extremes.highs[::step])) for step in (1, -1)
    )
    return float(before), float(min(after, n_left))


def _first_loud(extremes: Extremes) -> tuple[int, int]:
    """Return the first millisecond that is not silent, and how many follow it."""
    peaks = extremes.peaks((float(extremes.lows[0]) + float(extremes.highs[0])) / 2)
    first = int((peaks >= _SILENCE * peaks.max()).argmax())
    return first, len(peaks) - 1 - first
