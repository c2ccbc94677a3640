"""What sounds are tagged by, for many at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from db.compiled.tagging_inputs import INPUTS, N_QUEUED, QUEUE
from db.engines.base import Transaction


class QueuedSample(NamedTuple):
    """A sample that waits to be tagged."""

    queue_id: int
    sample_id: int
    has_new_name: bool  # readings of its names are to be made again


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


def read_tagging_queue(transaction: Transaction, limit: int) -> list[QueuedSample]:
    """Return samples that wait to be tagged, the longest waiting first."""
    rows = transaction.rows(QUEUE, limit=limit)
    return [QueuedSample(queue_id, sample_id, bool(new)) for queue_id, sample_id, new in rows]


def count_tagging_queue(transaction: Transaction) -> int:
    """Return how many samples wait to be tagged."""
    return int(transaction.value(N_QUEUED))


def read_tagging_inputs(transaction: Transaction, ids: Sequence[int]) -> list[TaggingInputs]:
    """Return the tagging inputs of samples in the order asked; all ids are there."""
    found: dict[int, TaggingInputs] = {}
    for sample_id, duration_seconds, n_onsets, tempo, name in transaction.rows(INPUTS, ids=ids):
        names: tuple[str, ...] = () if name is None else (name,)
        if sample_id in found:
            names = found[sample_id].names + names
        found[sample_id] = TaggingInputs(sample_id, duration_seconds, n_onsets, tempo or 0.0, names)
    return [found[sample_id] for sample_id in ids]
