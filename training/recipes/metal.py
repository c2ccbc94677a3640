"""Sheets of metal: struck plates with hundreds of modes, and the circuits that imitate them."""

import numpy as np

from training.recipes.dsp import (
    Rng,
    Signal,
    bandpass,
    highpass,
    log_uniform,
    rise,
    square,
    unit,
)
from training.recipes.modal import dense_modes, ring

# Schmitt-trigger oscillators of the TR-808's cymbals, in hertz (Werner, Abel and Smith, DAFx 2014).
_SQUARES_HZ = np.array((205.3, 304.4, 369.6, 522.7, 540.0, 800.0))


def plate(
    rng: Rng,
    t: Signal,
    low_hz: float,
    high_hz: float,
    t60_low: float,
    t60_high: float,
    tilt: float = 0.0,
    n_modes: int = 250,
    bloom_seconds: float = 0.0,
) -> Signal:
    """Strike a cymbal.

    Args:
        rng: Source of the modes.
        t: Time of each frame.
        low_hz: Lowest mode.
        high_hz: Highest mode.
        t60_low: Decay of the lowest mode, in seconds.
        t60_high: Decay at ``high_hz``; between them decay is a power of frequency.
        tilt: Exponent of frequency in the levels: 0 is flat, -1 falls by 6 dB per octave.
        n_modes: More modes are nearer to noise.
        bloom_seconds: How late the highest modes are fully there: a hard blow feeds them slowly, through the lower
            ones (Fletcher and Rossing, ch. 20). 0 starts all at once.

    Returns:
        The sound, peak 1.
    """
    hz = dense_modes(rng, n_modes, low_hz, high_hz, rng.uniform(0.6, 1.0))
    height = np.log(hz / low_hz) / np.log(high_hz / low_hz)
    t60s = t60_low * (t60_high / t60_low) ** height * np.exp(0.25 * rng.standard_normal(n_modes))
    bumps = np.interp(height, np.linspace(0, 1, 8), rng.normal(0, 4, 8))
    levels = hz**tilt * 10 ** (bumps / 20) * np.abs(rng.standard_normal(n_modes))
    phases = rng.uniform(0, 2 * np.pi, n_modes)
    if bloom_seconds <= 0:
        return unit(ring(t, hz, levels, t60s, phases))
    lower = height < 0.45
    early = ring(t, hz[lower], levels[lower], t60s[lower], phases[lower])
    late = ring(t, hz[~lower], levels[~lower], t60s[~lower], phases[~lower])
    return unit(early + late * rise(t, bloom_seconds))


def metal_squares(rng: Rng, t: Signal, tuning: float) -> Signal:
    """Sum six square waves in inharmonic ratios, high bands only: the raw metal of analog drum machines, peak 1."""
    detuned = _SQUARES_HZ * tuning * np.exp(0.04 * rng.standard_normal(6))
    total = np.zeros(len(t))
    for hz in detuned:
        total += square(float(hz), t, rng.uniform(0.35, 0.5), rng.random())
    low_hz = log_uniform(rng, 2500, 7500)
    return unit(highpass(bandpass(total, low_hz, low_hz * rng.uniform(1.6, 3.5)), 0.8 * low_hz))
