"""Vectors that a server has sent, for the next searches: those of samples never change."""

import threading
from itertools import repeat

import numpy as np
import numpy.typing as npt

from db.engines.half_vectors import unit_rows
from db.types import Matrix, SampleIds


class VectorMemory:
    """Unit vectors by the id of their sample; the first to come are the first to go.

    Args:
        dim: Their length.
        n: How many are remembered.
    """

    def __init__(self, dim: int, n: int) -> None:
        self._rows: Matrix = np.empty((n, dim), np.float32)  # the system gives memory when a row is written
        self._ids = [0] * n
        self._slots: dict[int, int] = {}
        self._next = 0
        self._lock = threading.Lock()

    def add(self, ids: SampleIds, rows: Matrix) -> None:
        """Remember vectors, which need not have unit length, shape ``(len(ids), dim)``."""
        with self._lock:
            new = {sample_id: place for place, sample_id in enumerate(ids.tolist()) if sample_id not in self._slots}
            places = list(new.values())[: len(self._ids)]
            slots = [(self._next + number) % len(self._ids) for number in range(len(places))]
            self._rows[slots] = unit_rows(rows[places])
            for sample_id, slot in zip(new, slots, strict=False):
                self._slots.pop(self._ids[slot], None)
                self._ids[slot] = sample_id
                self._slots[sample_id] = slot
            self._next = (self._next + len(places)) % len(self._ids)

    def find(self, ids: SampleIds) -> tuple[Matrix, npt.NDArray[np.bool_]]:
        """Return vectors, shape ``(len(ids), dim)``, and which of them are not known here, shape ``(len(ids),)``."""
        with self._lock:
            slots = np.fromiter(map(self._slots.get, ids.tolist(), repeat(-1)), np.int64, len(ids))
            return self._rows[slots], slots < 0
