"""Values of parameters as the driver takes them."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from db.engines.texts import storable


def plain(values: Mapping[str, object]) -> dict[str, object]:
    """Return values without types of numpy, sequences as lists, and texts with U+FFFD for what a server cannot hold."""
    return {name: _as_python(value) for name, value in values.items()}


def _as_python(value: Any) -> object:
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    if isinstance(value, list | tuple | set | frozenset | range):
        return [_as_python(one) for one in value]
    return storable(value)
