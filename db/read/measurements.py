"""What was measured on samples, as one array."""

import json
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from db.engines.sqlite import Cursor
from db.measurements import DERIVED, FEATURES, MEASUREMENTS, READINGS, Features
from db.types import SampleIds

_EXPRESSIONS = {**{name: name for name in (*MEASUREMENTS, *READINGS)}, **DERIVED}


_FEATURES = f"SELECT s.id, {', '.join(FEATURES)} FROM json_each(?) JOIN samples AS s ON s.id = value"  # noqa: S608


def read_features(cursor: Cursor, ids: Sequence[int]) -> dict[int, Features]:
    """Return what was measured on samples, by id; ids that are not known are left out."""
    return {row[0]: Features(*row[1:]) for row in cursor.execute(_FEATURES, (json.dumps(list(ids)),))}


def read_measurements(cursor: Cursor, ids: SampleIds, names: Sequence[str]) -> npt.NDArray[np.float32]:
    """Return numbers of samples in the order asked, shape ``(n, len(names))``; NaN where one is unknown.

    Raises:
        ValueError: A name is in none of `MEASUREMENTS`, `READINGS` and `DERIVED` (`db.measurements`).
    """
    unknown = [name for name in names if name not in _EXPRESSIONS]
    if unknown:
        raise ValueError(f"{unknown[0]!r} is not a measurement; there are: {', '.join(_EXPRESSIONS)}")
    columns = ", ".join(_EXPRESSIONS[name] for name in names)
    query = f"SELECT {columns} FROM json_each(?) LEFT JOIN samples AS s ON s.id = value ORDER BY key"  # noqa: S608
    rows = cursor.execute(query, (json.dumps(ids.tolist()),)).fetchall()
    return np.array(rows, np.float32).reshape(len(ids), len(names))  # None becomes NaN
