"""Spectral descriptors, computed from other measurements: noisiness and stereo width."""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

FloatArray: TypeAlias = npt.NDArray[np.float32] | npt.NDArray[np.float64]

_BAND_BINS = 8  # 375 Hz: wider than the lines of a tone, narrower than the colour of a noise


def stereo_width(n_channels: int, power_over_mono: float) -> float:
    """Return the share of the power in which the channels differ: 0 is mono, 0.5 unrelated, 1 opposite.

    Args:
        n_channels: Of the file.
        power_over_mono: Power summed over the channels, divided by that of their mean.
    """
    return min(max(1 - n_channels / max(power_over_mono, 1e-9), 0.0), 1.0)


def noisiness(mean_power: FloatArray) -> float:
    """Return how flat the spectrum is within narrow bands: 0 for tones, 1 for noise, coloured or not.

    Spectral flatness (geometric over arithmetic mean; Gray and Markel, "A spectral-flatness measure", 1974) by band,
    weighted by the amplitude in it, so that the hiss above a tone counts.

    Args:
        mean_power: Mean power spectrum, shape ``(n_bins,)``, not all zero.
    """
    power = mean_power[: len(mean_power) // _BAND_BINS * _BAND_BINS].reshape(-1, _BAND_BINS)
    floor = max(float(mean_power.max()), 1e-30) * 1e-9
    means = power.mean(axis=1) + floor
    flatness = np.exp(np.log(power + floor).mean(axis=1)) / means
    weights = np.sqrt(means)
    return float(min(1.0, weights @ flatness / weights.sum()))
