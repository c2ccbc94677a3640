"""Layers of the audio tower as nodes of an ONNX model, in floating point."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from indexer.encoders.compact.onnx_model import OnnxModel

Floats = npt.NDArray[np.float32]
Arrays = Mapping[str, npt.NDArray[Any]]

_NORM_EPSILON = 1e-5  # of torch's batch norm


def convolution(weights: Arrays, name: str) -> tuple[Floats, Floats]:
    """Return weight ``(n_out, n_in, 3, 3)`` and bias of a convolution, the batch norm behind it folded in."""
    weight, scale, shift, mean, variance = (
        weights[f"{name}.{part}"].astype(np.float32)
        for part in ("conv.weight", "norm.weight", "norm.bias", "norm.running_mean", "norm.running_var")
    )
    gain = scale / np.sqrt(variance + np.float32(_NORM_EPSILON))
    return weight * gain[:, None, None, None], shift - mean * gain


def matrix(weights: Arrays, name: str) -> tuple[Floats, Floats]:
    """Return weight ``(n_in, n_out)`` and bias of a linear layer."""
    weight, bias = (weights[f"{name}.{part}"].astype(np.float32) for part in ("weight", "bias"))
    return np.ascontiguousarray(weight.T), bias


class FloatLayers:
    """Add layers; each method returns the name of its output."""

    def __init__(self, model: OnnxModel, weights: Arrays) -> None:
        self._model = model
        self._weights = weights

    def enter(self, x: str, _: str) -> str:
        return x

    def convolve(self, x: str, name: str, stride: tuple[int, int] = (1, 1), *, has_relu: bool = False) -> str:
        """Convolve 3x3."""
        inputs = [x, *map(self._model.constant, convolution(self._weights, name))]
        output = f"{name}.linear" if has_relu else name
        self._model.add("Conv", inputs, output, kernel_shape=[3, 3], strides=list(stride), pads=[1, 1, 1, 1])
        return self._model.add("Relu", [output], name) if has_relu else name

    def join(self, x: str, y: str, name: str) -> str:
        """Return the ReLU of the sum of two layers."""
        return self._model.add("Relu", [self._model.add("Add", [x, y])], name)

    def linear(self, x: str, _: str, name: str) -> str:
        weight, bias = matrix(self._weights, name)
        product = self._model.add("MatMul", [x, self._model.constant(weight)])
        return self._model.add("Add", [product, self._model.constant(bias)])
