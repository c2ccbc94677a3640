"""Values of parameters as the driver takes them."""

from collections.abc import Mapping, Sized
from typing import Any

import numpy as np

from db.engines.texts import storable

LISTS = (list, tuple, set, frozenset, range, np.ndarray)


def plain(values: Mapping[str, object]) -> dict[str, object]:
    """Return values without types of numpy, sequences as lists, and texts with U+FFFD for what a server cannot hold."""
    return {name: _as_python(value) for name, value in values.items()}


def sent(values: Mapping[str, object]) -> dict[str, object]:
    """Return values as `plain` does, lists of whole numbers as the text that a server reads as a list.

    The driver takes 2 us for each number of a list.
    """
    return {name: _as_text(value) if isinstance(value, LISTS) else _as_python(value) for name, value in values.items()}


def has_long_list(values: Mapping[str, object], most: int) -> bool:
    """Say whether a value is a list that is longer than ``most``."""
    return any(
        isinstance(value, Sized) and not isinstance(value, str | bytes) and len(value) > most
        for value in values.values()
    )


def _as_text(value: Any) -> object:
    numbers = value.tolist() if isinstance(value, np.ndarray) else value
    try:
        return "{" + ",".join(map(int.__repr__, numbers)) + "}"
    except TypeError:  # of texts, or of numbers some of which are unknown
        return _as_python(numbers)


def _as_python(value: Any) -> object:
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    if isinstance(value, LISTS):
        return [_as_python(one) for one in value]
    return storable(value)
