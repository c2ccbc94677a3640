"""Where sounds lie on the map of one encoder."""

import numpy as np
import numpy.typing as npt

from db.compiled.embeddings import MAP_POINTS
from db.engines.base import Transaction
from db.read.known_files import find_encoder_id
from db.types import EncoderInfo, SampleIds

MapPoints = tuple[SampleIds, npt.NDArray[np.float32]]  # ids, and places of shape (n, 2)


def read_map_points(transaction: Transaction, encoder: EncoderInfo) -> MapPoints:
    """Return the sounds on record that have a place on the map, by id."""
    found = transaction.rows(MAP_POINTS, encoder_id=find_encoder_id(transaction, encoder))
    rows = np.array(found, np.float64).reshape(-1, 3)
    return rows[:, 0].astype(np.int64), rows[:, 1:].astype(np.float32)
