"""Written by ``python -m db.statements`` from db/statements/readings.py; change that one."""

from db.engines.statement import Statement

BY_SAMPLE = Statement(
    'readings.BY_SAMPLE',
    r"""
    SELECT readings.sample_id, readings.name, readings.source, readings.confidence, readings.number, readings.text
    FROM readings
    WHERE readings.sample_id IN (SELECT value FROM json_each(?1))
    """,
    ('ids',), frozenset({'ids'}), 6,
)

TYPES = Statement(
    'readings.TYPES',
    r"""
    SELECT sample_tags.sample_id, tags.facet, tags.name, sample_tags.source, sample_tags.confidence, tags.parent
    FROM json_each(?1) AS anon_1 CROSS JOIN sample_tags ON sample_tags.sample_id = anon_1.value JOIN tags ON tags.id = sample_tags.tag_id
    WHERE sample_tags.is_effective AND tags.facet = 'type'
    """,
    ('ids',), frozenset({'ids'}), 6,
)

OF_SAMPLE = Statement(
    'readings.OF_SAMPLE',
    r"""
    SELECT readings.name, readings.source, readings.confidence, readings.number, readings.text
    FROM readings
    WHERE readings.sample_id = ?1 AND readings.source = ?2
    """,
    ('sample_id', 'source'), frozenset(), 5,
)

STATED = Statement(
    'readings.STATED',
    r"""
    SELECT readings.name, readings.source, readings.confidence, readings.number, readings.text, readings.file_id
    FROM readings JOIN files ON files.id = readings.file_id AND files.sample_id = readings.sample_id
    WHERE readings.sample_id = ?1 AND readings.source = ?2
    """,
    ('sample_id', 'source'), frozenset(), 6,
)

DELETE = Statement(
    'readings.DELETE',
    r"""
    DELETE FROM readings WHERE readings.sample_id IN (SELECT value FROM json_each(?1)) AND readings.source IN (SELECT value FROM json_each(?2))
    """,
    ('ids', 'sources'), frozenset({'ids', 'sources'}), 0,
)

DELETE_NAMED = Statement(
    'readings.DELETE_NAMED',
    r"""
    DELETE FROM readings WHERE readings.sample_id IN (SELECT value FROM json_each(?1)) AND readings.source IN (SELECT value FROM json_each(?2)) AND readings.name = ?3
    """,
    ('ids', 'sources', 'name'), frozenset({'ids', 'sources'}), 0,
)

STORE = Statement(
    'readings.STORE',
    r"""
    INSERT INTO readings (sample_id, name, source, number, text, confidence, file_id) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (sample_id, name, source) DO UPDATE SET number = excluded.number, text = excluded.text, confidence = excluded.confidence, file_id = excluded.file_id
    """,
    ('sample_id', 'name', 'source', 'number', 'text', 'confidence', 'file_id'), frozenset(), 0,
)

SET_COLUMNS = Statement(
    'readings.SET_COLUMNS',
    r"""
    UPDATE samples SET bpm=?1, musical_key=?2, pitch_hz=?3 WHERE samples.id = ?4 AND (samples.bpm IS NOT ?1 OR samples.musical_key IS NOT ?2 OR samples.pitch_hz IS NOT ?3)
    """,
    ('bpm', 'musical_key', 'pitch_hz', 'sample_id'), frozenset(), 0,
)
