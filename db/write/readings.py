"""Tempo, key and pitch of samples, and the effective one of several readings."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from db.engines.sqlite import Cursor
from db.keys import canonical_key
from db.resolution import effective_readings
from db.types import Reading, Source, Tag

_READ = """
SELECT sample_id, name, source, confidence, number, text FROM readings
WHERE sample_id IN (SELECT value FROM json_each(?))
"""
_READ_TYPES = """
SELECT m.sample_id, t.facet, t.name, m.source, m.confidence, t.parent
FROM json_each(?) AS w CROSS JOIN sample_tags AS m ON m.sample_id = w.value JOIN tags AS t ON t.id = m.tag_id
WHERE m.is_effective AND t.facet = 'type'
"""
_READ_ONE = "SELECT name, source, confidence, number, text FROM readings WHERE sample_id = ? AND source = ?"
_READ_STATED = """
SELECT r.name, r.source, r.confidence, r.number, r.text, r.file_id
FROM readings AS r JOIN files AS f ON f.id = r.file_id AND f.sample_id = r.sample_id
WHERE r.sample_id = ? AND r.source = ?
"""
_DELETE = """
DELETE FROM readings WHERE sample_id IN (SELECT value FROM json_each(?))
AND source IN (SELECT value FROM json_each(?)) AND (?3 IS NULL OR name = ?3)
"""
_INSERT = """
INSERT OR REPLACE INTO readings (sample_id, name, source, number, text, confidence, file_id)
VALUES (?, ?, ?, ?, ?, ?, ?)
"""
_SET_COLUMNS = """
UPDATE samples SET bpm = ?1, musical_key = ?2, pitch_hz = ?3
WHERE id = ?4 AND (bpm IS NOT ?1 OR musical_key IS NOT ?2 OR pitch_hz IS NOT ?3)
"""


def read_readings(cursor: Cursor, sample_id: int, source: Source) -> list[Reading]:
    """Return the readings of a sample from one source."""
    return [Reading(*row) for row in cursor.execute(_READ_ONE, (sample_id, source)).fetchall()]


def read_stated(cursor: Cursor, sample_id: int) -> list[Reading]:
    """Return what the files of a sample state, with the file that each reading is from."""
    return [Reading(*row) for row in cursor.execute(_READ_STATED, (sample_id, Source.EMBEDDED)).fetchall()]


def replace_readings(
    cursor: Cursor, readings: Mapping[int, Iterable[Reading]], sources: Collection[Source], name: str | None = None
) -> None:
    """Replace all readings of these samples from these sources, only those called ``name`` where it is given."""
    cursor.execute(_DELETE, (json.dumps(list(readings)), json.dumps(list(sources)), name))
    cursor.executemany(_INSERT, [_row(sample_id, reading) for sample_id in readings for reading in readings[sample_id]])
    resolve_readings(cursor, readings)


def resolve_readings(cursor: Cursor, sample_ids: Iterable[int]) -> None:
    """Store the effective readings of these samples in the columns that filters use."""
    ids = list(sample_ids)
    if not ids:
        return
    readings: defaultdict[int, list[Reading]] = defaultdict(list)
    for sample_id, name, source, *values in cursor.execute(_READ, (json.dumps(ids),)):
        readings[sample_id].append(Reading(name, Source(source), *values))
    types = {row[0]: Tag(*row[1:]) for row in cursor.execute(_READ_TYPES, (json.dumps(ids),))}
    rows = []
    for sample_id in ids:
        best = effective_readings(readings[sample_id], types.get(sample_id))
        bpm, key, pitch = (best.get(name) for name in ("bpm", "key", "pitch"))
        rows.append((bpm and bpm.number, key and key.text, pitch and pitch.number, sample_id))
    cursor.executemany(_SET_COLUMNS, rows)


def _row(sample_id: int, reading: Reading) -> tuple[object, ...]:
    text = reading.text
    if reading.name == "key" and text is not None:
        text = canonical_key(text) or text
    return (sample_id, reading.name, reading.source, reading.number, text, reading.confidence, reading.file_id)
