"""A reader of torch's archives for pickles that torch's own safe reader does not know: protocol 4.

Nothing named in the archive is imported. Each name that may occur stands here, with what we make of it.
"""

import pickle
import zipfile
from collections import OrderedDict
from pathlib import Path
from typing import IO, Any

import numpy as np
import torch

_STORED_TYPES = {
    "FloatStorage": torch.float32,
    "DoubleStorage": torch.float64,
    "HalfStorage": torch.float16,
    "BFloat16Storage": torch.bfloat16,
    "LongStorage": torch.int64,
    "IntStorage": torch.int32,
    "ShortStorage": torch.int16,
    "ByteStorage": torch.uint8,
    "BoolStorage": torch.bool,
}
_NUMBER_KINDS = "biuf"


class ForbiddenGlobalError(Exception):
    """A pickle names something that no checkpoint needs."""


def read_archive(path: Path) -> Any:
    """Read what `torch.save` wrote.

    Raises:
        ForbiddenGlobalError: It names a function or class that is not in our list; nothing was called.
        pickle.UnpicklingError, ValueError, KeyError, zipfile.BadZipFile: It is damaged.
    """
    with zipfile.ZipFile(path) as archive:
        (table,) = [name for name in archive.namelist() if name.endswith("/data.pkl") or name == "data.pkl"]
        with archive.open(table) as stream:
            return _Reader(stream, archive, table.removesuffix("data.pkl")).load()


class _Reader(pickle.Unpickler):
    def __init__(self, stream: IO[bytes], archive: zipfile.ZipFile, folder: str) -> None:
        super().__init__(stream)
        self._archive = archive
        self._folder = folder
        self._stores: dict[str, torch.Tensor] = {}

    def find_class(self, module: str, name: str) -> Any:
        if module in {"torch", "torch.storage"} and name in _STORED_TYPES:
            return _STORED_TYPES[name]
        made = _ALLOWED.get((module.replace("numpy._core", "numpy.core"), name))
        if made is None:
            raise ForbiddenGlobalError(f"{module}.{name}")
        return made

    def persistent_load(self, reference: Any) -> torch.Tensor:
        """Return the numbers that a tensor is a view of, shape ``(n,)``."""
        kind, dtype, key, _device, n = reference
        if kind != "storage" or not isinstance(dtype, torch.dtype):
            raise pickle.UnpicklingError("a storage of an unknown kind")
        if key not in self._stores:
            data = bytearray(self._archive.read(f"{self._folder}data/{key}"))
            store = torch.frombuffer(data, dtype=dtype) if data else torch.empty(0, dtype=dtype)
            if len(store) != n:
                raise pickle.UnpicklingError("a storage of another length than its entry says")
            self._stores[key] = store
        return self._stores[key]


def _tensor(store: torch.Tensor, offset: int, size: tuple[int, ...], stride: tuple[int, ...], *_: Any) -> torch.Tensor:
    return store.as_strided(size, stride, offset)


def _parameter(data: torch.Tensor, *_: Any) -> torch.Tensor:
    return data


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


_ALLOWED: dict[tuple[str, str], Any] = {
    ("collections", "OrderedDict"): OrderedDict,
    ("torch._utils", "_rebuild_tensor_v2"): _tensor,
    ("torch._utils", "_rebuild_parameter"): _parameter,
    ("torch", "Size"): tuple,
    ("numpy", "dtype"): _dtype,
    ("numpy.core.multiarray", "scalar"): _scalar,
    ("_codecs", "encode"): _encode,
}
