"""Parts of struck sounds: skins, bars and blocks, and the first contact of what strikes them."""

from collections.abc import Sequence

import numpy as np

from training.recipes.dsp import Rng, Signal, bandpass, decay, log_uniform, rise, tilted_noise, unit, white_noise
from training.recipes.modal import jittered, membrane, ring


def skin(rng: Rng, t: Signal, f0: float, t60: float, slope: float, bend: float = 0.05, damping: float = 0.8) -> Signal:
    """Strike a head by hand or stick, the air under it included; peak about 1.

    Args:
        rng: Source of its irregularities.
        t: Time of each frame.
        f0: Lowest mode in hertz.
        t60: Its decay.
        slope: How fast higher modes weaken: 0.3 is a slap at the edge, 2 a palm in the middle.
        bend: How far the blow sharpens the pitch at first.
        damping: How much sooner higher modes die.
    """
    x = membrane(rng, t, f0 * (1 + bend * decay(t, log_uniform(rng, 0.05, 0.25))), t60, slope, damping)
    air = tilted_noise(rng, len(t), rng.uniform(-9, -3)) * decay(t, log_uniform(rng, 0.03, 0.2))
    return x + log_uniform(rng, 0.005, 0.12) * unit(air)


def block(rng: Rng, t: Signal, f0: float, ratios: Sequence[float], t60: float, damping: float, slope: float) -> Signal:
    """Strike something hard, peak 1: a few modes that make its pitch, and a faint crowd that makes its body.

    High modes are weaker by ``slope`` and shorter by ``damping``, both exponents of the ratio.
    """
    pitched = jittered(rng, ratios, 0.012)
    placed = np.concatenate([pitched, rng.uniform(1.3, 18.0, int(rng.integers(0, 24)))])
    levels = jittered(rng, placed**-slope, 0.45)
    levels[len(pitched) :] *= log_uniform(rng, 0.02, 0.4)
    return unit(ring(t, f0 * placed, levels, jittered(rng, t60 * placed**-damping, 0.2)))


def contact(
    rng: Rng, t: Signal, low_hz: tuple[float, float], high_hz: tuple[float, float], t60: tuple[float, float]
) -> Signal:
    """Return the burst of noise of a first contact, peak 1: a stick, a beater, a nail; each range is drawn from."""
    burst = bandpass(white_noise(rng, len(t)), log_uniform(rng, *low_hz), log_uniform(rng, *high_hz))
    return unit(burst * decay(t, log_uniform(rng, *t60)))


def tick(rng: Rng, t: Signal, low_hz: float = 1500.0) -> Signal:
    """Return the click of a hard stick on something hard, peak 1."""
    return contact(rng, t, (low_hz, 3 * low_hz), (14_000, 22_000), (0.002, 0.014))


def hand(rng: Rng, t: Signal, low_hz: float, high_hz: float) -> Signal:
    """Return flesh on a skin, peak 1: a short burst of noise, softer than a stick."""
    burst = bandpass(white_noise(rng, len(t)), low_hz, high_hz) * rise(t, 0.0008)
    return unit(burst * decay(t, log_uniform(rng, 0.008, 0.05)))
