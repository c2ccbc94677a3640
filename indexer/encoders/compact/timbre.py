"""Timbre: how a sound sounds, whatever it is called.

A network that is trained to tell classes apart loses much of what makes two sounds similar; plain spectra over time and
the activity of its first layer keep it. Both are projected on axes along which sounds differ most and recordings of one
sound least, and appended to the embedding. A description has zeros there, so they count for similarity of sounds only.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from db.types import Matrix, Vector
from indexer.encoders.compact.frontend import DYNAMIC_RANGE_DB, N_CHANNELS, N_MELS
from indexer.encoders.prompts import unit

N_AXES = 64  # of each; 32 are too few, 128 no better
DIM = 2 * N_AXES
_N_CEPSTRA = 20
# In columns of 10 ms: the attack finely, what follows ever more coarsely.
_EDGES = (0, 2, 6, 15, 40, 120)
_FLOOR = np.float32(10 ** (-DYNAMIC_RANGE_DB / 10))
SPECTRA = N_CHANNELS * (len(_EDGES) + 2) * _N_CEPSTRA + 1

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Axes:
    """Projection of one kind of measurement.

    Attributes:
        mean, spread: Of many sounds, shape ``(n_measured,)``.
        axes: Shape ``(n_measured, N_AXES)``.
    """

    mean: Vector
    spread: Vector
    axes: Matrix

    def __call__(self, measured: Floats) -> Matrix:
        """Return unit rows, shape ``(n, N_AXES)``, each of which is the same bit for bit whatever the others are."""
        rows = (measured - self.mean) / self.spread
        return unit((rows[:, None] @ self.axes)[:, 0])  # a product for each: that of all rounds by their number


@dataclass(frozen=True)
class Timbre:
    """Projects measurements to timbre.

    Attributes:
        spectra: For what `spectra` measures.
        first_layer: For the activity of the tower's first layer.
    """

    spectra: Axes
    first_layer: Axes

    def __call__(self, spectra: Floats, first_layer: Floats) -> Matrix:
        """Return unit rows, shape ``(n, DIM)``."""
        return unit(np.concatenate([self.spectra(spectra), self.first_layer(first_layer)], axis=1))


def spectra(picture: Floats, seconds: float) -> Vector:
    """Measure the shape of the spectrum in the first hundredths of a second, later, over all and at its loudest.

    Args:
        picture: A log-mel picture in dB, shape ``(N_CHANNELS, N_MELS, t)``.
        seconds: Length of the whole sound.

    Returns:
        Cepstra (cosine transforms over mel bands, the first is the level) in dB and the logarithm of the length; shape
        ``(SPECTRA,)``.
    """
    by_time = picture.transpose(0, 2, 1)  # as `draw` lays it out
    n = by_time.shape[1]
    power = np.exp(by_time * np.float32(np.log(10) / 10))
    edges = [edge for edge in _EDGES if edge < n]
    sums = np.add.reduceat(power, edges, axis=1)
    means = np.zeros((N_CHANNELS, len(_EDGES) + 2, N_MELS), np.float32)
    means[:, : len(edges)] = sums / np.diff([*edges, n]).astype(np.float32)[:, None]
    means[:, -2] = sums.sum(axis=1) / n
    means[:, -1] = power.max(axis=1)
    cepstra = 10 * np.log10(means + _FLOOR) @ _COSINES
    return np.append(cepstra.ravel(), np.log(seconds)).astype(np.float32)


def _cosines() -> Floats:
    """Return the first columns of an orthonormal cosine transform of type II, shape ``(N_MELS, _N_CEPSTRA)``."""
    places, orders = (np.arange(N_MELS) + 0.5) / N_MELS, np.arange(_N_CEPSTRA)
    columns = np.cos(np.pi * places[:, None] * orders) * np.sqrt(2 / N_MELS)
    columns[:, 0] = np.sqrt(1 / N_MELS)
    return columns.astype(np.float32)


_COSINES = _cosines()


def from_arrays(arrays: Mapping[str, npt.NDArray[Any]]) -> Timbre:
    """Return the timbre whose numbers `training.timbre` keeps by name."""
    kinds = [
        Axes(*(arrays[f"{name}.{part}"].astype(np.float32) for part in ("mean", "spread", "axes")))
        for name in ("spectra", "first_layer")
    ]
    return Timbre(*kinds)
