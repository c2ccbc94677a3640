"""Layers of the audio tower as nodes of an ONNX model, in 8-bit integers.

That takes 0.36 of the time of floating point (`python -m benchmarks embedding_cost`). The output of a layer is
``scale * (q - zero)`` with q from 0 to 255. Weights have 7 bits, each output channel its own scale: then the sum of two
products fits into the 16 bits that processors without VNNI have for it, and all compute the same.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from indexer.encoders.compact.layers import Arrays, Floats, convolution, matrix
from indexer.encoders.compact.onnx_model import OnnxModel

Ranges = Mapping[str, tuple[float, float]]

_LARGEST_WEIGHT = 63
_LARGEST = 255


class _Scale(NamedTuple):
    """Scale and zero point of an 8-bit tensor."""

    scale: np.float32
    zero: int

    @classmethod
    def of(cls, low: float, high: float) -> "_Scale":
        scale = np.float32((high - low) / _LARGEST)
        return cls(scale, round(-low / float(scale)))


class QuantizedLayers:
    """Add layers; each method returns the name of its output.

    Args:
        model: Where they are added.
        weights: Those of the tower.
        ranges: Smallest and largest value of each layer, by its name; what lies outside is cut off.
    """

    def __init__(self, model: OnnxModel, weights: Arrays, ranges: Ranges) -> None:
        self._model = model
        self._weights = weights
        self._scales = {name: _Scale.of(*range_) for name, range_ in ranges.items()}

    def enter(self, x: str, name: str) -> str:
        """Quantize the output of a floating-point layer; ``name`` is that of its range."""
        self._scales[f"{name}.quantized"] = self._scales[name]
        return self._model.add("QuantizeLinear", [x, *self._constants(name)], f"{name}.quantized")

    def convolve(self, x: str, name: str, stride: tuple[int, int] = (1, 1), *, has_relu: bool = False) -> str:
        """Convolve 3x3; what is negative becomes 0 where the range begins there."""
        assert not (has_relu and self._scales[name].zero), name
        weight, bias = convolution(self._weights, name)
        scales, quantized = quantize(weight.reshape(len(weight), -1).T)
        bias_steps = np.round(bias / (self._scales[x].scale * scales)).astype(np.int32)
        constants = [
            *self._constants(x),
            self._model.constant(np.ascontiguousarray(quantized.T).reshape(weight.shape)),
            self._model.constant(scales),
            self._model.constant(np.zeros(len(scales), np.int8)),
            *self._constants(name),
            self._model.constant(bias_steps),
        ]
        return self._model.add(
            "QLinearConv", [x, *constants], name, kernel_shape=[3, 3], strides=list(stride), pads=[1, 1, 1, 1]
        )

    def join(self, x: str, y: str, name: str) -> str:
        """Return the ReLU of the sum of two layers."""
        assert not self._scales[name].zero, name
        inputs = [x, *self._constants(x), y, *self._constants(y), *self._constants(name)]
        return self._model.add("QLinearAdd", inputs, name, is_own=True)

    def linear(self, x: str, scale_of: str, name: str) -> str:
        """Multiply by a matrix; the output is in floating point.

        Args:
            x: Input, which has the scale of the layer ``scale_of``.
            scale_of: That layer.
            name: Of the matrix.
        """
        weight, bias = matrix(self._weights, name)
        scales, quantized = quantize(weight)
        scale, zero = self._constants(scale_of)
        zeros = self._model.constant(np.zeros(len(scales), np.int8))
        inputs = [x, self._model.constant(quantized), scale, self._model.constant(scales), zero, zeros]
        return self._model.add("MatMulIntegerToFloat", [*inputs, self._model.constant(bias)], is_own=True)

    def _constants(self, name: str) -> tuple[str, str]:
        scale, zero = self._scales[name]
        return self._model.constant(np.array(scale)), self._model.constant(np.array(zero, np.uint8))


def quantize(weight: Floats) -> tuple[Floats, npt.NDArray[np.int8]]:
    """Return scales, shape ``(n_out,)``, and whole numbers, shape ``(n_in, n_out)``."""
    scales = np.maximum(np.abs(weight).max(axis=0), np.float32(1e-20)) / np.float32(_LARGEST_WEIGHT)
    return scales, np.round(weight / scales).astype(np.int8)
