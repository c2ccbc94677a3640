"""An ONNX model, written node by node, without the package ``onnx``.

An ONNX file is a protocol buffer; the few messages that a graph needs are written here (field numbers are those of
``onnx.proto3``).
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

_IR_VERSION, _OPSET = 8, 17
_ONNXRUNTIME = "com.microsoft"  # operators of `onnxruntime` that ONNX does not have
_KINDS = {"float32": 1, "uint8": 2, "int8": 3, "int32": 6, "int64": 7}

Shape = Sequence[int | None]


class OnnxModel:
    """Nodes and constants as they are added, each as its message."""

    def __init__(self) -> None:
        self._nodes: list[bytes] = []
        self._constants: list[bytes] = []

    def add(
        self, kind: str, inputs: Sequence[str], output: str = "", *, is_own: bool = False, **attributes: int | list[int]
    ) -> str:
        """Add a node of one output and return the output's name.

        Args:
            kind: Operator.
            inputs: Names of what it takes.
            output: Name of what it gives; one is made up by default.
            is_own: It is an operator of `onnxruntime`.
            attributes: Of the operator.
        """
        output = output or f"{kind}_{len(self._nodes)}"
        parts = [_text(1, name) for name in inputs] + [_text(2, output), _text(4, kind)]
        parts += [_bytes(5, _attribute(name, value)) for name, value in attributes.items()]
        parts += [_text(7, _ONNXRUNTIME)] if is_own else []
        self._nodes.append(b"".join(parts))
        return output

    def constant(self, values: Sequence[int] | npt.NDArray[Any]) -> str:
        """Add an array, or whole numbers, and return the name."""
        name = f"constant_{len(self._constants)}"
        array = values if isinstance(values, np.ndarray) else np.array(values, np.int64)
        dims = b"".join(_number(1, n) for n in array.shape)
        data = _bytes(9, array.astype(array.dtype.newbyteorder("<")).tobytes())
        self._constants.append(dims + _number(2, _KINDS[array.dtype.name]) + _text(8, name) + data)
        return name

    def serialize(self, inputs: Mapping[str, Shape], outputs: Mapping[str, Shape]) -> bytes:
        """Return the file; inputs and outputs are float32, and a size that differs from call to call is None."""
        parts = [_bytes(1, node) for node in self._nodes] + [_text(2, "graph")]
        parts += [_bytes(5, constant) for constant in self._constants]
        parts += [_bytes(11, _value(name, shape)) for name, shape in inputs.items()]
        parts += [_bytes(12, _value(name, shape)) for name, shape in outputs.items()]
        operators = [_text(1, "") + _number(2, _OPSET), _text(1, _ONNXRUNTIME) + _number(2, 1)]
        return (
            _number(1, _IR_VERSION)
            + _bytes(7, b"".join(parts))
            + b"".join(_bytes(8, operator_set) for operator_set in operators)
        )


def _attribute(name: str, value: int | list[int]) -> bytes:
    if isinstance(value, int):
        return _text(1, name) + _number(3, value) + _number(20, 2)
    return _text(1, name) + b"".join(_number(8, item) for item in value) + _number(20, 7)


def _value(name: str, shape: Shape) -> bytes:
    dims = [_bytes(1, _text(2, f"{name}_{axis}") if n is None else _number(1, n)) for axis, n in enumerate(shape)]
    tensor = _number(1, _KINDS["float32"]) + _bytes(2, b"".join(dims))
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
