"""Bodies that ring: banks of modes, gliding membranes, plucked strings, showers of grains."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from training.recipes.dsp import NYQUIST_HZ, Rng, Signal, decay, fast_sine, phase, unit
from training.sound import SAMPLE_RATE_HZ

# Zeros of the Bessel functions over the first one: the modes of an ideal membrane (Fletcher and Rossing, ch. 3).
MEMBRANE_RATIOS = (1.0, 1.594, 2.136, 2.296, 2.653, 2.918, 3.156, 3.501, 3.600, 3.652, 4.060, 4.154)
# A bar that is free at both ends: xylophone bars, claves, glockenspiels (Fletcher and Rossing, ch. 2).
FREE_BAR_RATIOS = (1.0, 2.756, 5.404, 8.933, 13.344, 18.64)

_BLOCK_FRAMES = 256
Values = Sequence[float] | npt.NDArray[np.floating]


def ring(t: Signal, hz: Values, levels: Values, t60s: Values, phases: Values | float = -np.pi / 2) -> Signal:
    """Sum decaying sinusoids of constant frequency, exactly.

    Frame ``i * 256 + j`` of a mode is ``exp(s * 256 * i) * exp(s * j)``, so the whole bank is one matrix product:
    400 modes cost about 6 ms per second of sound on one core.

    Args:
        t: Time of each frame.
        hz: Frequency of each mode; those above the Nyquist frequency are left out.
        levels: Amplitude of each mode.
        t60s: Decay of each mode in seconds.
        phases: Of a cosine; the default starts every mode at zero, as a blow does.
    """
    hz, levels, t60s = (np.asarray(values, dtype=np.float64) for values in (hz, levels, t60s))
    phases = np.broadcast_to(phases, hz.shape)
    audible = hz < 0.98 * NYQUIST_HZ
    hz, levels, t60s, phases = hz[audible], levels[audible], t60s[audible], phases[audible]
    pole = (-np.log(1000.0) / np.maximum(t60s, 1e-4) + 2j * np.pi * hz) / SAMPLE_RATE_HZ
    n_blocks = -(-len(t) // _BLOCK_FRAMES)
    outer = levels * np.exp(1j * phases) * np.exp(np.outer(np.arange(n_blocks) * _BLOCK_FRAMES, pole))
    inner = np.exp(np.outer(np.arange(_BLOCK_FRAMES), pole))
    left = np.hstack([outer.real, -outer.imag]).astype(np.float32)
    right = np.hstack([inner.real, inner.imag]).astype(np.float32)
    return (left @ right.T).ravel()[: len(t)]


def gliding_ring(t: Signal, hz: Signal | float, ratios: Values, levels: Values, t60s: Values) -> Signal:
    """Sum decaying sinusoids that all follow one moving frequency, as a struck skin does when its tension falls."""
    base = phase(hz, t)
    total = np.zeros(len(t), dtype=np.float32)
    for ratio, level, t60 in zip(ratios, levels, t60s, strict=True):
        end = min(len(t), round(1.5 * t60 * SAMPLE_RATE_HZ) + 1)  # 90 dB down: most high modes end early
        total[:end] += np.float32(level) * fast_sine(ratio * base[:end]) * decay(t[:end], np.float32(t60))
    return total


def membrane(rng: Rng, t: Signal, hz: Signal | float, t60: float, slope: float, damping: float = 0.8) -> Signal:
    """Strike a skin.

    Args:
        rng: Source of what makes it unlike an ideal one: mistuning, uneven tension, the place of the blow.
        t: Time of each frame.
        hz: Its lowest mode, constant or one per frame.
        t60: Decay of the lowest mode in seconds.
        slope: How fast higher modes weaken: 0.3 is a stick or a slap at the edge, 2 a palm or a mallet in the middle.
        damping: How much sooner higher modes die.

    Returns:
        The sound, peak 1.
    """
    crowd = np.sort(rng.uniform(4.2, 15.0, int(rng.integers(4, 22))))
    ratios = jittered(rng, np.concatenate([MEMBRANE_RATIOS, crowd]), 0.02)
    ratios[0] = 1.0
    levels = jittered(rng, ratios**-slope, 0.5)
    t60s = jittered(rng, t60 * ratios**-damping, 0.2)
    if rng.random() < 0.4:  # uneven tension splits the mode above the lowest into two that beat
        ratios = np.append(ratios, ratios[1] * rng.uniform(1.005, 1.04))
        levels, t60s = np.append(levels, levels[1]), np.append(t60s, t60s[1])
    return unit(gliding_ring(t, hz, ratios, levels, t60s))


def jittered(rng: Rng, values: Values, amount: float) -> npt.NDArray[np.float64]:
    """Multiply each value by its own factor, ``amount`` being one standard deviation of its logarithm."""
    values = np.asarray(values, dtype=np.float64)
    return values * np.exp(amount * rng.standard_normal(len(values)))


def pluck(
    rng: Rng, t: Signal, hz: float, t60: float, brightness: float = 0.5, excitation: Signal | None = None
) -> Signal:
    """Pluck a string (Karplus and Strong 1983), computed one period at a time.

    Args:
        rng: Source of the pluck's noise.
        t: Time of each frame.
        hz: Pitch; tuned exactly by a fractional tap in the loop.
        t60: Decay of the fundamental in seconds; overtones die sooner.
        brightness: 0 (nylon, soft) to 1 (steel, sharp).
        excitation: What strikes the string instead of one period of noise.
    """
    damping = 0.5 * (1.0 - float(np.clip(brightness, 0.0, 1.0))) * 0.98 + 0.005
    period = SAMPLE_RATE_HZ / hz - 1.0  # the symmetric three-tap loss filter delays by one frame
    delay = max(int(period), 4)
    fraction = float(np.clip(period - delay, 0.0, 1.0))
    loss = 10 ** (-3.0 / (t60 * hz))
    taps = loss * np.convolve([damping / 2, 1.0 - damping, damping / 2], [1.0 - fraction, fraction])
    burst = rng.uniform(-1, 1, delay) if excitation is None else excitation
    out = np.zeros(len(t) + delay + 8)
    start = delay + 4  # silent frames in front, so that the first period can look back
    out[start : start + len(burst)] = burst[: len(out) - start]
    for begin in range(start, len(out), delay):
        end = min(begin + delay, len(out))
        past = out[begin - delay - 3 : end - delay]
        out[begin:end] += np.convolve(past, taps, mode="valid")[: end - begin]
    return out[start : start + len(t)]


def dense_modes(rng: Rng, n_modes: int, low_hz: float, high_hz: float, spread: float = 1.0) -> npt.NDArray[np.float64]:
    """Draw the rising, inharmonic frequencies of a plate or cymbal.

    Args:
        rng: Source of the frequencies.
        n_modes: How many.
        low_hz: Lowest.
        high_hz: Highest.
        spread: 1 spaces them evenly in hertz, as a flat plate does; below 1 crowds them at the bottom, as a bowl does.
    """
    places = np.sort(rng.random(n_modes)) ** (1.0 / spread)
    return low_hz + (high_hz - low_hz) * places
