"""Turn a synthesized wave into a training sound: level, ends, and the words that measuring makes true."""

import numpy as np

from training.recipes.dsp import Signal, fade_out, highpass, normalize
from training.sound import SAMPLE_RATE_HZ, Sound

_LONGEST_SECONDS, _SHORTEST_SECONDS = 8.0, 0.05
_LOWEST_HZ = 12.0
_SILENT = 10.0 ** (-66.0 / 20.0)
_SHORT_SECONDS, _LONG_SECONDS = 0.3, 2.2
_DARK_HZ, _BRIGHT_HZ = 550.0, 3_500.0


def sound(
    wave: Signal,
    kind: str,
    family: str,
    aliases: tuple[str, ...] = (),
    source: tuple[str, ...] = (),
    character: tuple[str, ...] = (),
) -> Sound:
    """Level a wave, drop its silent end unless it is a loop, and add the measured words for length and brightness."""
    wave = wave[: round(_LONGEST_SECONDS * SAMPLE_RATE_HZ)]
    wave = normalize(highpass(wave, _LOWEST_HZ, order=1))  # subtracting the mean would lift the silent end
    audible = np.flatnonzero(np.abs(wave) > _SILENT)
    if len(audible) and family != "loop":
        wave = wave[: audible[-1] + 1]
    wave = fade_out(wave, 0.004)
    missing = round(_SHORTEST_SECONDS * SAMPLE_RATE_HZ) - len(wave)
    wave = np.pad(wave, (0, max(0, missing))).astype(np.float32)
    words = dict.fromkeys((*character, *measured_words(wave)))
    return Sound(wave, kind, family, aliases, source, tuple(words))


def measured_words(wave: Signal) -> tuple[str, ...]:
    """Say what is plainly true of a wave: short or long, dark or bright."""
    words = []
    loud = np.flatnonzero(np.abs(wave) > 0.06 * np.max(np.abs(wave)))
    seconds = (loud[-1] - loud[0]) / SAMPLE_RATE_HZ if len(loud) else 0.0
    if seconds < _SHORT_SECONDS:
        words.append("short")
    elif seconds > _LONG_SECONDS:
        words.append("long")
    centroid = centroid_hz(wave)
    if centroid < _DARK_HZ:
        words.append("dark")
    elif centroid > _BRIGHT_HZ:
        words.append("bright")
    return tuple(words)


def centroid_hz(wave: Signal) -> float:
    """Measure the centre of the spectrum of the first 1.4 seconds.

    Power is weighted by frequency first, so that a strong fundamental does not hide what makes a sound bright.
    """
    size = min(65_536, 1 << (len(wave) - 1).bit_length())
    power = np.abs(np.fft.rfft(wave[:size], size)) ** 2
    hz = np.arange(len(power)) * SAMPLE_RATE_HZ / size
    return float(np.sum(hz**2 * power) / (np.sum(hz * power) + 1e-12))
