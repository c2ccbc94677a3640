"""Where sounds lie on the map of one encoder."""

import numpy as np
import numpy.typing as npt

from db.engines.sqlite import Cursor
from db.read.known_files import find_encoder_id
from db.types import EncoderInfo, SampleIds

MapPoints = tuple[SampleIds, npt.NDArray[np.float32]]  # ids, and places of shape (n, 2)

_POINTS = """
SELECT p.sample_id, p.x, p.y FROM map_points AS p JOIN samples AS s ON s.id = p.sample_id
WHERE p.encoder_id = ? AND s.n_files > 0 ORDER BY p.sample_id
"""


def read_map_points(cursor: Cursor, encoder: EncoderInfo) -> MapPoints:
    """Return the sounds on record that have a place on the map, by id."""
    rows = np.array(cursor.execute(_POINTS, (find_encoder_id(cursor, encoder),)).fetchall(), np.float64).reshape(-1, 3)
    return rows[:, 0].astype(np.int64), rows[:, 1:].astype(np.float32)
