"""The Fourier transform of real values in float32, without the import of ``scipy``.

``scipy.fft`` brings ``scipy.special`` and ``unittest``: 0.1 s of the 0.4 s in which a decoding process starts. The
library behind it, DUCC or, before scipy 1.18, pocketfft, is one extension module in its folder, which 2 ms load. numpy
before 2.0 computes in float64 only, which takes eight times as long.
"""

from collections.abc import Callable
from functools import cache
from importlib.machinery import PathFinder
from importlib.util import find_spec, module_from_spec
from pathlib import Path
from types import ModuleType

import numpy as np
import numpy.typing as npt

Spectra = npt.NDArray[np.complex64]

_MODULES = (("_duccfft", "pyduccfft"), ("_pocketfft", "pypocketfft"))  # folder in scipy.fft, and name
_OPTIONS = ((1,), True, 0, None, 1)  # axes, forward, not normalised, no buffer, threads


def rfft(rows: npt.NDArray[np.float32]) -> Spectra:
    """Transform each row, as ``scipy.fft.rfft`` does bit for bit.

    Args:
        rows: Shape ``(n, n_fft)``.

    Returns:
        Shape ``(n, n_fft // 2 + 1)``.
    """
    return _transform()(rows)


@cache
def _transform() -> Callable[[npt.NDArray[np.float32]], Spectra]:
    module = load_module()
    if module is None:
        from scipy.fft import rfft as scipy_rfft

        return scipy_rfft
    r2c = module.r2c
    return lambda rows: r2c(rows, *_OPTIONS)


def load_module() -> ModuleType | None:
    """Load the extension module of ``scipy.fft``; None where this version of ``scipy`` keeps it elsewhere."""
    scipy = find_spec("scipy")
    if scipy is None or scipy.origin is None:
        return None
    for folder, name in _MODULES:
        spec = PathFinder.find_spec(name, [str(Path(scipy.origin).parent / "fft" / folder)])
        if spec is not None and spec.loader is not None:
            module = module_from_spec(spec)
            spec.loader.exec_module(module)
            return module
    return None
