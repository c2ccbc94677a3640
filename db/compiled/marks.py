"""Written by ``python -m db.statements`` from db/statements/marks.py; change that one."""

from db.engines.statement import Statement

MARKED = Statement(
    'marks.MARKED',
    r"""
    SELECT annotations.sample_id
    FROM annotations UNION SELECT collection_samples.sample_id
    FROM collection_samples UNION SELECT sample_tags.sample_id
    FROM sample_tags
    WHERE sample_tags.source = 6 UNION SELECT readings.sample_id
    FROM readings
    WHERE readings.source = 6
    """,
    (), frozenset(), 1,
)

SAMPLES = Statement(
    'marks.SAMPLES',
    r"""
    SELECT samples.id, samples.audio_hash
    FROM json_each(?1) AS anon_1 JOIN samples ON samples.id = anon_1.value ORDER BY samples.id
    """,
    ('ids',), frozenset({'ids'}), 2,
)

CONTENTS = Statement(
    'marks.CONTENTS',
    r"""
    SELECT file_contents.sample_id, file_contents.file_hash
    FROM json_each(?1) AS anon_1 JOIN file_contents ON file_contents.sample_id = anon_1.value
    """,
    ('ids',), frozenset({'ids'}), 2,
)

NAMES = Statement(
    'marks.NAMES',
    r"""
    SELECT files.sample_id, min(files.name) AS min_1
    FROM json_each(?1) AS anon_1 JOIN files ON files.sample_id = anon_1.value GROUP BY files.sample_id
    """,
    ('ids',), frozenset({'ids'}), 2,
)

READINGS = Statement(
    'marks.READINGS',
    r"""
    SELECT readings.sample_id, readings.name, readings.source, readings.confidence, readings.number, readings.text
    FROM json_each(?1) AS anon_1 JOIN readings ON readings.sample_id = anon_1.value
    WHERE readings.source = 6 ORDER BY readings.name
    """,
    ('ids',), frozenset({'ids'}), 6,
)

BY_AUDIO = Statement(
    'marks.BY_AUDIO',
    r"""
    SELECT samples.id
    FROM samples
    WHERE samples.audio_hash = ?1
    """,
    ('hash',), frozenset(), 1,
)

BY_FILE = Statement(
    'marks.BY_FILE',
    r"""
    SELECT file_contents.sample_id
    FROM file_contents
    WHERE file_contents.file_hash = ?1
    """,
    ('hash',), frozenset(), 1,
)
