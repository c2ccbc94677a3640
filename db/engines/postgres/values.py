"""Values of parameters as the driver takes them."""

from collections.abc import Mapping
from typing import Any

import numpy as np


def plain(values: Mapping[str, object]) -> dict[str, object]:
    """Return values without types of numpy, and sequences as lists."""
    return {name: _as_python(value) for name, value in values.items()}


def _as_python(value: Any) -> object:
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    return list(value) if isinstance(value, tuple | set | frozenset | range) else value
