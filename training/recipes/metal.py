"""Sheets of metal: struck plates with hundreds of modes, and the circuits that imitate them."""

import numpy as np

from training.recipes.dsp import (
    Rng,
    Signal,
    bandpass,
    highpass,
    log_uniform,
    rise,
    unit,
)
from training.recipes.modal import dense_modes, ring

# Schmitt-trigger oscillators of the TR-808's cymbals, in hertz (Werner, Abel and Smith, DAFx 2014).
_SQUARES_HZ = np.array((205.3, 304.4, 369.6, 522.7, 540.0, 800.0))


def plate(
    rng: Rng,
    t: Signal,
    hz_range: tuple[float, float],
    t60_range: tuple[float, float],
    center_hz: float = 6000.0,
    octaves: float = 1.5,
    n_modes: int = 250,
    bloom_seconds: float = 0.0,
) -> Signal:
    """Strike a cymbal.

    Args:
        rng: Source of the modes.
        t: Time of each frame.
        hz_range: Lowest and highest mode.
        t60_range: Decay of the lowest and of the highest mode; between them it is a power of frequency.
        center_hz: Where the spectrum is strongest.
        octaves: How far from there levels have fallen by 4 dB; twice as far, by 17 dB.
        n_modes: More modes are nearer to noise.
        bloom_seconds: How late the highest modes are fully there: a hard blow feeds them slowly, through the lower
            ones (Fletcher and Rossing, ch. 20). 0 starts all at once.

    Returns:
        The sound, peak 1.
    """
    (low_hz, high_hz), (t60_low, t60_high) = hz_range, t60_range
    hz = dense_modes(rng, n_modes, low_hz, high_hz, rng.uniform(0.6, 1.0))
    height = np.log(hz / low_hz) / np.log(high_hz / low_hz)
    t60s = t60_low * (t60_high / t60_low) ** height * np.exp(0.25 * rng.standard_normal(n_modes))
    bumps = np.interp(height, np.linspace(0, 1, 8), rng.normal(0, 4, 8))
    hump = np.exp(-0.5 * (np.log2(hz / center_hz) / octaves) ** 2)
    levels = hump * 10 ** (bumps / 20) * np.abs(rng.standard_normal(n_modes))
    phases = rng.uniform(0, 2 * np.pi, n_modes)
    if bloom_seconds <= 0:
        return unit(ring(t, hz, levels, t60s, phases))
    lower = height < 0.45
    early = ring(t, hz[lower], levels[lower], t60s[lower], phases[lower])
    late = ring(t, hz[~lower], levels[~lower], t60s[~lower], phases[~lower])
    return unit(early + late * rise(t, bloom_seconds))


def metal_squares(rng: Rng, t: Signal, tuning: float) -> Signal:
    """Sum six pulse waves in inharmonic ratios, high bands only: the raw metal of analog drum machines, peak 1.

    Built from the harmonics that the filters let through, which is free of aliases and cheaper than whole waves.
    """
    low_hz = log_uniform(rng, 2000, 6000)
    hz, levels, phases = [], [], []
    for base in _SQUARES_HZ * tuning * np.exp(0.04 * rng.standard_normal(6)):
        harmonic = np.arange(np.ceil(0.4 * low_hz / base), np.ceil(20_000 / base))
        hz.append(harmonic * base)
        levels.append(np.sin(np.pi * harmonic * rng.uniform(0.35, 0.5)) / harmonic)
        phases.append(harmonic * rng.uniform(0, 2 * np.pi))
    forever = 1e6
    all_hz = np.concatenate(hz)
    total = ring(t, all_hz, np.concatenate(levels), np.full(len(all_hz), forever), np.concatenate(phases))
    return unit(highpass(bandpass(total, low_hz, low_hz * rng.uniform(1.6, 3.5)), 0.8 * low_hz))
