"""Timbre: how a sound sounds, whatever it is called.

What was trained on synthesized sounds to tell kinds apart has unlearned much by which two real ones are alike. Plain
spectra over time and the activity of the network's first layer have not. Both are whitened (their principal axes, each
scaled to the same spread) and lie beside the embedding in a sound's vector, where a description has zeros: likeness of
two sounds counts both, and likeness to words is what it was.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from db.records import Matrix, Vector
from indexer.compact.frontend import DYNAMIC_RANGE_DB, N_CHANNELS, N_MELS

_N_AXES = 64  # of each; 32 are too few, 128 no better
DIM = 2 * _N_AXES
_N_CEPSTRA = 20
# In columns of 10 ms: the attack finely, what follows ever more coarsely.
_EDGES = (0, 2, 6, 15, 40, 120)
_FLOOR = np.float32(10 ** (-DYNAMIC_RANGE_DB / 10))
SPECTRA = N_CHANNELS * (len(_EDGES) + 2) * _N_CEPSTRA + 1

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Whitening:
    """What takes one kind of measurement to numbers of zero mean, equal spread and no correlation.

    Attributes:
        mean: Shape ``(n_measured,)``.
        axes: Shape ``(n_measured, _N_AXES)``.
    """

    mean: Vector
    axes: Matrix

    def __call__(self, measured: Floats) -> Matrix:
        """Return unit rows, shape ``(n, _N_AXES)``."""
        return _unit((measured - self.mean) @ self.axes)


@dataclass(frozen=True)
class Timbre:
    """Measurements to timbre.

    Attributes:
        spectra: For what `spectra` measures.
        first_layer: For what the tower's first layer sees.
    """

    spectra: Whitening
    first_layer: Whitening

    def __call__(self, spectra: Floats, first_layer: Floats) -> Matrix:
        """Return unit rows, shape ``(n, DIM)``."""
        return _unit(np.hstack([self.spectra(spectra), self.first_layer(first_layer)]))


def spectra(picture: Floats, seconds: float) -> Vector:
    """Measure the shape of the spectrum in the first hundredths of a second, later, over all and at its loudest.

    Args:
        picture: A log-mel picture in dB, shape ``(N_CHANNELS, N_MELS, t)``.
        seconds: Length of the whole sound.

    Returns:
        Cepstra (cosine transforms over mel bands, the first is the level) in dB and the logarithm of the length; shape
        ``(SPECTRA,)``.
    """
    n = picture.shape[-1]
    power = np.exp(picture * np.float32(np.log(10) / 10))
    edges = [edge for edge in _EDGES if edge < n]
    sums = np.add.reduceat(power, edges, axis=-1)
    means = np.zeros((N_CHANNELS, N_MELS, len(_EDGES) + 2), np.float32)
    means[..., : len(edges)] = sums / np.diff([*edges, n]).astype(np.float32)
    means[..., -2] = sums.sum(-1) / n
    means[..., -1] = power.max(-1)
    levels = 10 * np.log10(means + _FLOOR)
    cepstra = np.einsum("cms,mk->csk", levels, _COSINES)
    return np.append(cepstra.ravel(), np.log(seconds)).astype(np.float32)


def fit(spectra_of: Floats, first_layers: Floats) -> Timbre:
    """Find the principal axes of many sounds' measurements, one row a sound."""
    return Timbre(_whitening(spectra_of), _whitening(first_layers))


def _whitening(measured: Floats) -> Whitening:
    mean, spread = measured.mean(axis=0), measured.std(axis=0) + np.float32(1e-6)
    scaled = ((measured - mean) / spread).astype(np.float64)
    variances, axes = np.linalg.eigh(scaled.T @ scaled / len(scaled))
    variances, axes = variances[::-1][:_N_AXES], axes[:, ::-1][:, :_N_AXES]
    # The smallest variances are noise: they are scaled up less.
    scale = np.sqrt(variances + 0.1 * variances.mean())
    return Whitening(mean, (axes / scale / spread[:, None]).astype(np.float32))


def _cosines() -> Floats:
    """Return the first columns of an orthonormal cosine transform of type II, shape ``(N_MELS, _N_CEPSTRA)``."""
    places, orders = (np.arange(N_MELS) + 0.5) / N_MELS, np.arange(_N_CEPSTRA)
    columns = np.cos(np.pi * places[:, None] * orders) * np.sqrt(2 / N_MELS)
    columns[:, 0] = np.sqrt(1 / N_MELS)
    return columns.astype(np.float32)


_COSINES = _cosines()


def _unit(rows: Matrix) -> Matrix:
    unit: Matrix = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), np.float32(1e-9))
    return unit


def to_arrays(timbre: Timbre) -> dict[str, npt.NDArray[Any]]:
    """Return all numbers by name, as they are kept."""
    return {
        "spectra.mean": timbre.spectra.mean,
        "spectra.axes": timbre.spectra.axes.astype(np.float16),
        "first_layer.mean": timbre.first_layer.mean,
        "first_layer.axes": timbre.first_layer.axes.astype(np.float16),
    }


def from_arrays(arrays: Mapping[str, npt.NDArray[Any]]) -> Timbre:
    """Return what `to_arrays` was given."""
    kept = {name: array.astype(np.float32) for name, array in arrays.items()}
    return Timbre(
        Whitening(kept["spectra.mean"], kept["spectra.axes"]),
        Whitening(kept["first_layer.mean"], kept["first_layer.axes"]),
    )
