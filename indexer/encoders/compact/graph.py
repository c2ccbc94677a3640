"""The audio tower as an ONNX graph, built from its weights: what `onnxruntime` computes, without torch.

The graph embeds one window at a time, so that a sound has the same vector alone or in any batch. An ONNX file is a
protocol buffer; the few messages that the graph needs are written here (field numbers are those of ``onnx.proto3``).
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Arrays = Mapping[str, npt.NDArray[Any]]

PICTURE, LENGTH = "picture", "length"
EMBEDDING, FIRST_LAYER = "embedding", "first_layer"
_IR_VERSION, _OPSET = 8, 17
_FLOAT, _INT64 = 1, 7
_NORM_EPSILON = 1e-5  # of torch's batch norm
_ATTACK_STEPS = 2


def build_graph(weights: Arrays) -> bytes:
    """Return the tower as an ONNX model.

    Its inputs are a picture in the network's range, shape ``(1, channels, mels, time)``, and the two views on a sound's
    length, shape ``(1, 2)``; its outputs a unit row, and mean and maximum over time of each channel and band of the
    first layer as one row.

    Args:
        weights: Those of `AudioTower`, by their names there.

    Raises:
        KeyError: A weight is missing.
    """
    graph = _Graph(weights)
    first = graph.convolve(PICTURE, "stem", (2, 2), has_relu=True)
    graph.over_time(first)
    x = first
    for stage, stride in enumerate(((2, 2), (2, 2), (2, 1))):
        down = graph.convolve(x, f"stages.{stage}.down", stride, has_relu=True)
        y = graph.convolve(down, f"stages.{stage}.first", has_relu=True)
        y = graph.convolve(y, f"stages.{stage}.second")
        x = graph.add("Relu", [graph.add("Add", [y, down])])
    rows = graph.add("Transpose", [x], perm=[0, 3, 1, 2])
    rows = graph.add("Reshape", [rows, graph.constant([0, 0, -1])])  # (1, time / 8, channels * mels / 16)
    steps = graph.add("Relu", [graph.linear(rows, "step")])
    shares = graph.add("Softmax", [graph.linear(steps, "attention")], axis=1)
    attended = graph.add("ReduceSum", [graph.add("Mul", [shares, steps]), graph.constant([1])], keepdims=0)
    padded = graph.add("Pad", [steps, graph.constant([0, 0, 0, 0, _ATTACK_STEPS, 0])])
    attack = graph.add("Slice", [padded, *(graph.constant([n]) for n in (0, _ATTACK_STEPS, 1))])
    views = [
        graph.add("ReduceMean", [steps], axes=[1], keepdims=0),
        graph.add("ReduceMax", [steps], axes=[1], keepdims=0),
        attended,
        graph.add("Reshape", [attack, graph.constant([1, -1])]),
        LENGTH,
    ]
    hidden = graph.add("Relu", [graph.linear(graph.add("Concat", views, axis=1), "hidden")])
    graph.add("LpNormalization", [graph.linear(hidden, "project")], EMBEDDING, axis=1, p=2)
    return graph.serialize()


class _Graph:
    """Nodes and constants as they are added, each as its message."""

    def __init__(self, weights: Arrays) -> None:
        self._weights = weights
        self._nodes: list[bytes] = []
        self._constants: list[bytes] = []

    def add(self, kind: str, inputs: Sequence[str], output: str = "", **attributes: int | Sequence[int]) -> str:
        """Add a node of one output and return the output's name."""
        output = output or f"{kind}_{len(self._nodes)}"
        parts = [_text(1, name) for name in inputs] + [_text(2, output), _text(4, kind)]
        parts += [_bytes(5, _attribute(name, value)) for name, value in attributes.items()]
        self._nodes.append(b"".join(parts))
        return output

    def constant(self, values: Sequence[int] | Floats) -> str:
        name = f"constant_{len(self._constants)}"
        array = values if isinstance(values, np.ndarray) else np.array(values, np.int64)
        kind = _FLOAT if array.dtype == np.float32 else _INT64
        dims = b"".join(_number(1, n) for n in array.shape)
        data = _bytes(9, array.astype(array.dtype.newbyteorder("<")).tobytes())
        self._constants.append(dims + _number(2, kind) + _text(8, name) + data)
        return name

    def convolve(self, x: str, name: str, stride: tuple[int, int] = (1, 1), *, has_relu: bool = False) -> str:
        """Convolve 3x3; the batch norm is part of weight and bias."""
        weight, scale, shift, mean, variance = (
            self._weights[f"{name}.{part}"].astype(np.float32)
            for part in ("conv.weight", "norm.weight", "norm.bias", "norm.running_mean", "norm.running_var")
        )
        gain = scale / np.sqrt(variance + np.float32(_NORM_EPSILON))
        inputs = [x, self.constant(weight * gain[:, None, None, None]), self.constant(shift - mean * gain)]
        y = self.add("Conv", inputs, kernel_shape=[3, 3], strides=list(stride), pads=[1, 1, 1, 1])
        return self.add("Relu", [y]) if has_relu else y

    def linear(self, x: str, name: str) -> str:
        weight, bias = (self._weights[f"{name}.{part}"].astype(np.float32) for part in ("weight", "bias"))
        product = self.add("MatMul", [x, self.constant(np.ascontiguousarray(weight.T))])
        return self.add("Add", [product, self.constant(bias)])

    def over_time(self, first: str) -> None:
        """Output mean and maximum over time of the first layer."""
        kinds = ("ReduceMean", "ReduceMax")
        flat = [
            self.add("Reshape", [self.add(kind, [first], axes=[3], keepdims=0), self.constant([1, -1])])
            for kind in kinds
        ]
        self.add("Concat", flat, FIRST_LAYER, axis=1)

    def serialize(self) -> bytes:
        stem = self._weights["stem.conv.weight"]
        inputs = [_value(PICTURE, [1, stem.shape[1], None, None]), _value(LENGTH, [1, 2])]
        outputs = [_value(EMBEDDING, [1, None]), _value(FIRST_LAYER, [1, None])]
        parts = [_bytes(1, node) for node in self._nodes] + [_text(2, "audio tower")]
        parts += [_bytes(5, constant) for constant in self._constants]
        parts += [_bytes(11, value) for value in inputs] + [_bytes(12, value) for value in outputs]
        opset = _text(1, "") + _number(2, _OPSET)
        return _number(1, _IR_VERSION) + _bytes(7, b"".join(parts)) + _bytes(8, opset)


def _attribute(name: str, value: int | Sequence[int]) -> bytes:
    if isinstance(value, int):
        return _text(1, name) + _number(3, value) + _number(20, 2)
    return _text(1, name) + b"".join(_number(8, item) for item in value) + _number(20, 7)


def _value(name: str, shape: Sequence[int | None]) -> bytes:
    """Describe an input or output; a size that differs from sound to sound is None."""
    dims = [_bytes(1, _text(2, f"{name}_{axis}") if n is None else _number(1, n)) for axis, n in enumerate(shape)]
    tensor = _number(1, _FLOAT) + _bytes(2, b"".join(dims))
    return _text(1, name) + _bytes(2, _bytes(1, tensor))


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _text(field: int, value: str) -> bytes:
    return _bytes(field, value.encode())


def _bytes(field: int, value: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(value)) + value


def _varint(value: int) -> bytes:
    """Write seven bits a byte, the lowest first; a negative number as its complement in 64 bits."""
    value &= (1 << 64) - 1
    written = bytearray()
    while value > 0x7F:
        written.append(value & 0x7F | 0x80)
        value >>= 7
    written.append(value)
    return bytes(written)
