"""From a synthesized signal to a `Sound`: trimmed, levelled, and described by what can be measured on it."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import fft

from training.recipes.dsp import Signal, fade_out, normalize
from training.sound import SAMPLE_RATE_HZ, Sound

_FLOOR_DB = -72.0  # tails below it are cut; 12-bit machines go no lower
_LENGTH_DB = -34.0  # a sound is as long as it stays above this
_BLOCK_FRAMES = 240  # 5 ms
_SHORTEST_FRAMES = 2400  # 50 ms


_OPPOSITES = {"dark": "bright", "bright": "dark", "short": "long", "long": "short"}


@dataclass(frozen=True)
class Kind:
    """What a producer files under one name, and where its dark, bright, short and long ends lie.

    Attributes:
        name: The kind, as in ``Sound.kind``.
        family: As in ``Sound.family``.
        aliases: Words that fit every sound of the kind.
        hz: Spectral centroids below which it is dark and above which it is bright, for this kind.
        seconds: Audible lengths below which it is short and above which it is long, for this kind.
    """

    name: str
    family: str
    aliases: tuple[str, ...]
    hz: tuple[float, float]
    seconds: tuple[float, float]

    def sound(
        self, x: Signal, source: Iterable[str], character: Iterable[str] = (), aliases: Iterable[str] = ()
    ) -> Sound:
        """Trim and level a signal; what is measured on it takes the place of an opposite that its recipe expects."""
        waveform = normalize(trim_tail(x))
        measured = self.measured_character(waveform)
        expected = (word for word in character if _OPPOSITES.get(word) not in measured)
        return Sound(
            waveform=waveform,
            kind=self.name,
            family=self.family,
            aliases=tuple(dict.fromkeys((*aliases, *self.aliases))),
            source=tuple(source),
            character=tuple(dict.fromkeys((*expected, *measured))),
        )

    def measured_character(self, waveform: Signal) -> tuple[str, ...]:
        centroid, length = centroid_hz(waveform), audible_seconds(waveform)
        words = []
        if not self.hz[0] <= centroid <= self.hz[1]:
            words.append("dark" if centroid < self.hz[0] else "bright")
        if not self.seconds[0] <= length <= self.seconds[1]:
            words.append("short" if length < self.seconds[0] else "long")
        return tuple(words)


def pitch_word(f0: float, middle_hz: float) -> str:
    """Name the register of a pitch within its kind."""
    return "high" if f0 > middle_hz else "low"


def centroid_hz(x: Signal) -> float:
    """Return the power-weighted mean frequency: the measure of brightness that the indexer shows."""
    size = fft.next_fast_len(len(x), real=True)
    power = np.abs(fft.rfft(x, size)) ** 2
    hz = np.arange(len(power)) * (SAMPLE_RATE_HZ / size)
    return float(np.sum(hz * power) / (np.sum(power) + 1e-12))


def audible_seconds(x: Signal) -> float:
    """Return when the last 5 ms block ends that comes within 34 dB of the peak."""
    return _last_frame_above(x, _LENGTH_DB) / SAMPLE_RATE_HZ


def trim_tail(x: Signal) -> Signal:
    """Cut what falls 72 dB below the peak for good, and fade the last 4 ms."""
    return fade_out(x[: max(_last_frame_above(x, _FLOOR_DB), _SHORTEST_FRAMES)], 0.004)


def _last_frame_above(x: Signal, level_db: float) -> int:
    levels = _block_peaks(x)
    loud = np.flatnonzero(levels > np.max(levels) * 10 ** (level_db / 20))
    return min(len(x), (int(loud[-1]) + 1) * _BLOCK_FRAMES) if len(loud) else len(x)


def _block_peaks(x: Signal) -> npt.NDArray[np.floating]:
    padded = np.pad(np.abs(x), (0, -len(x) % _BLOCK_FRAMES))
    return padded.reshape(-1, _BLOCK_FRAMES).max(axis=1)
