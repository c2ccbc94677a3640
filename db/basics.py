"""What sounds are tagged by, for many at once."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from db.database import Cursor

_MEASURED = "SELECT s.id, s.duration_seconds, s.n_onsets FROM json_each(?) JOIN samples AS s ON s.id = value"
_NAMES = """
SELECT f.sample_id, f.folder, f.name FROM json_each(?) AS w JOIN files AS f ON f.sample_id = w.value ORDER BY f.id
"""


@dataclass(frozen=True, slots=True)
class Basics:
    """Names and measurements of one sound.

    Attributes:
        names: Display path of each of its files below their roots.
    """

    sample_id: int
    duration_seconds: float
    n_onsets: int
    names: tuple[str, ...]


def read_basics(cursor: Cursor, ids: Sequence[int]) -> list[Basics]:
    """Return the basics of samples in the order asked; all ids are there."""
    wanted = json.dumps(list(ids))
    names: dict[int, list[str]] = {sample_id: [] for sample_id in ids}
    for sample_id, folder, name in cursor.execute(_NAMES, (wanted,)):
        names[sample_id].append(f"{folder}/{name}" if folder else name)
    basics = {
        sample_id: Basics(sample_id, duration_seconds, n_onsets, tuple(names[sample_id]))
        for sample_id, duration_seconds, n_onsets in cursor.execute(_MEASURED, (wanted,))
    }
    return [basics[sample_id] for sample_id in ids]
