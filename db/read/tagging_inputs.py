"""What sounds are tagged by, for many at once."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from db.engines.sqlite import Cursor
from db.types import QueuedSample, Source

_INPUTS = f"""
SELECT s.id, s.duration_seconds, s.n_onsets, r.confidence,
  coalesce(f.original_name, ltrim(f.folder || '/' || f.name, '/'))
FROM json_each(?) AS w JOIN samples AS s ON s.id = w.value LEFT JOIN files AS f ON f.sample_id = s.id
LEFT JOIN readings AS r ON r.sample_id = s.id AND r.name = 'bpm' AND r.source = {Source.ANALYSIS:d} ORDER BY w.key, f.id
"""  # noqa: S608 (own names)
_QUEUE = "SELECT id, sample_id, has_new_name FROM tagging_queue ORDER BY id LIMIT ?"


@dataclass(frozen=True, slots=True)
class TaggingInputs:
    """Names and measurements of one sound.

    Attributes:
        tempo_confidence: Of the tempo that its analysis found, 0 if none.
        names: Display path of each of its files below their roots; the original one where earmark renamed a file.
    """

    sample_id: int
    duration_seconds: float
    n_onsets: int
    tempo_confidence: float
    names: tuple[str, ...]


def read_tagging_queue(cursor: Cursor, limit: int) -> list[QueuedSample]:
    """Return samples that wait to be tagged, the longest waiting first."""
    return [
        QueuedSample(queue_id, sample_id, bool(new)) for queue_id, sample_id, new in cursor.execute(_QUEUE, (limit,))
    ]


def count_tagging_queue(cursor: Cursor) -> int:
    return int(cursor.execute("SELECT count(*) FROM tagging_queue").fetchone()[0])


def read_tagging_inputs(cursor: Cursor, ids: Sequence[int]) -> list[TaggingInputs]:
    """Return the tagging inputs of samples in the order asked; all ids are there."""
    found: dict[int, TaggingInputs] = {}
    for sample_id, duration_seconds, n_onsets, tempo, name in cursor.execute(_INPUTS, (json.dumps(list(ids)),)):
        names = () if name is None else (name,)
        if sample_id in found:
            names = found[sample_id].names + names
        found[sample_id] = TaggingInputs(sample_id, duration_seconds, n_onsets, tempo or 0.0, names)
    return [found[sample_id] for sample_id in ids]
