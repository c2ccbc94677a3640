"""Tempo, key and pitch of samples, and the effective one of several readings."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from db.compiled.readings import BY_SAMPLE, DELETE, DELETE_NAMED, OF_SAMPLE, SET_COLUMNS, STATED, STORE, TYPES
from db.engines.base import Transaction
from db.keys import canonical_key
from db.resolution import effective_readings
from db.types import Reading, Source, Tag


def read_readings(transaction: Transaction, sample_id: int, source: Source) -> list[Reading]:
    """Return the readings of a sample from one source."""
    return [Reading(*row) for row in transaction.rows(OF_SAMPLE, sample_id=sample_id, source=source)]


def read_stated(transaction: Transaction, sample_id: int) -> list[Reading]:
    """Return what the files of a sample state, with the file that each reading is from."""
    return [Reading(*row) for row in transaction.rows(STATED, sample_id=sample_id, source=Source.EMBEDDED)]


def replace_readings(
    transaction: Transaction,
    readings: Mapping[int, Iterable[Reading]],
    sources: Collection[Source],
    name: str | None = None,
) -> None:
    """Replace all readings of these samples from these sources, only those called ``name`` where it is given."""
    if name is None:
        transaction.run(DELETE, ids=readings, sources=sources)
    else:
        transaction.run(DELETE_NAMED, ids=readings, sources=sources, name=name)
    rows = [_row(sample_id, reading) for sample_id, given in readings.items() for reading in given]
    transaction.run_many(STORE, rows)
    resolve_readings(transaction, readings)


def resolve_readings(transaction: Transaction, sample_ids: Iterable[int]) -> None:
    """Store the effective readings of these samples in the columns that filters use."""
    ids = list(sample_ids)
    if not ids:
        return
    readings: defaultdict[int, list[Reading]] = defaultdict(list)
    for sample_id, name, source, *values in transaction.rows(BY_SAMPLE, ids=ids):
        readings[sample_id].append(Reading(name, Source(source), *values))
    types = {row[0]: Tag(*row[1:]) for row in transaction.rows(TYPES, ids=ids)}
    rows = []
    for sample_id in ids:
        best = effective_readings(readings[sample_id], types.get(sample_id))
        bpm, key, pitch = (best.get(name) for name in ("bpm", "key", "pitch"))
        rows.append((bpm and bpm.number, key and key.text, pitch and pitch.number, sample_id))
    transaction.run_many(SET_COLUMNS, rows)


def _row(sample_id: int, reading: Reading) -> tuple[object, ...]:
    text = reading.text
    if reading.name == "key" and text is not None:
        text = canonical_key(text) or text
    return (sample_id, reading.name, reading.source, reading.number, text, reading.confidence, reading.file_id)
