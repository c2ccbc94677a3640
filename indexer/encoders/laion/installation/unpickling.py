"""Names that a pickle of pickle protocol 4 may ask for, so that `torch.load` can read it without running anything else.

torch's own reader of weights alone (``weights_only=True``) knows protocol 2 only, and ends at the second byte of others
with "Unsupported operand 149" (2.14).
"""

import pickle
from collections import OrderedDict
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

import numpy as np
import torch

_NUMBER_KINDS = "biuf"


class ForbiddenGlobalError(Exception):
    """A pickle names something that no checkpoint needs."""


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        made = _ALLOWED.get((module.replace("numpy._core", "numpy.core"), name))
        if made is None:
            raise ForbiddenGlobalError(f"{module}.{name}")
        return made


def _dtype(kind: str, *_: Any) -> "_Kind":
    return _Kind(kind)


class _Kind:
    """A numpy type of numbers; never one of objects, which would be pickles again."""

    def __init__(self, kind: str) -> None:
        self.dtype = np.dtype(kind)
        if self.dtype.kind not in _NUMBER_KINDS:
            raise pickle.UnpicklingError("numbers of an unknown kind")

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        self.dtype = self.dtype.newbyteorder(state[1])


def _scalar(kind: _Kind, data: bytes) -> Any:
    return np.frombuffer(data, kind.dtype)[0]


def _encode(text: str, encoding: str) -> bytes:
    """Return bytes as pickle protocol 2 writes them: as latin-1 text."""
    if encoding != "latin1":
        raise pickle.UnpicklingError("bytes of an unknown encoding")
    return text.encode("latin1")


_ALLOWED: Mapping[tuple[str, str], Callable[..., Any]] = {
    ("collections", "OrderedDict"): OrderedDict,
    ("torch._utils", "_rebuild_tensor_v2"): torch._utils._rebuild_tensor_v2,  # noqa: SLF001
    ("torch._utils", "_rebuild_parameter"): torch._utils._rebuild_parameter,  # noqa: SLF001
    ("torch", "Size"): torch.Size,
    ("numpy", "dtype"): _dtype,
    ("numpy.core.multiarray", "scalar"): _scalar,
    ("_codecs", "encode"): _encode,
}

# as `torch.load` takes it
NAMES_ALONE: Any = SimpleNamespace(__name__=__name__, Unpickler=_Unpickler)
