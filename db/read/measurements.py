"""What was measured on samples, as one array."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from db.compiled.measurements import FEATURES, MEASURED
from db.engines.base import Transaction
from db.measurements import DERIVED, MEASUREMENTS, READINGS, Features
from db.types import SampleIds

_COLUMNS = (*MEASUREMENTS, *READINGS, *DERIVED)  # of MEASURED


def read_features(transaction: Transaction, ids: Sequence[int]) -> dict[int, Features]:
    """Return what was measured on samples, by id; ids that are not known are left out."""
    return {row[0]: Features(*row[1:]) for row in transaction.rows(FEATURES, ids=ids)}


def read_measurements(transaction: Transaction, ids: SampleIds, names: Sequence[str]) -> npt.NDArray[np.float32]:
    """Return numbers of samples in the order asked, shape ``(n, len(names))``; NaN where one is unknown.

    Raises:
        ValueError: A name is in none of `MEASUREMENTS`, `READINGS` and `DERIVED` (`db.measurements`).
    """
    unknown = [name for name in names if name not in _COLUMNS]
    if unknown:
        raise ValueError(f"{unknown[0]!r} is not a measurement; there are: {', '.join(_COLUMNS)}")
    rows = transaction.rows(MEASURED.only([_COLUMNS.index(name) for name in names]), ids=ids)
    return np.array(rows, np.float32).reshape(len(ids), len(names))  # None becomes NaN
