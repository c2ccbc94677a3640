"""Written by ``python -m db.statements`` from db/statements/locks.py; change that one."""

from db.engines.statement import Statement

GIVEN = Statement(
    'locks.GIVEN',
    r"""
    SELECT anon_1.value
    FROM json_each(?1) AS anon_1
    """,
    ('ids',), frozenset({'ids'}), 1,
)

IN_ROOT = Statement(
    'locks.IN_ROOT',
    r"""
    SELECT files.sample_id
    FROM files
    WHERE files.root_id = ?1
    """,
    ('root_id',), frozenset(), 1,
)

AT_PLACES = Statement(
    'locks.AT_PLACES',
    r"""
    SELECT files.sample_id
    FROM json_each(?1) AS anon_1 JOIN json_each(?2) AS anon_2 ON anon_2."key" = anon_1."key" JOIN files ON files.root_id = anon_2.value AND files.relpath = anon_1.value UNION SELECT problems.sample_id
    FROM json_each(?1) AS anon_1 JOIN json_each(?2) AS anon_2 ON anon_2."key" = anon_1."key" JOIN problems ON problems.root_id = anon_2.value AND problems.relpath = anon_1.value
    """,
    ('relpaths', 'root_ids'), frozenset({'relpaths', 'root_ids'}), 1,
)

OBSERVED = Statement(
    'locks.OBSERVED',
    r"""
    SELECT file_contents.sample_id
    FROM file_contents
    WHERE file_contents.file_hash IN (SELECT value FROM json_each(?1)) UNION SELECT samples.id
    FROM samples
    WHERE samples.audio_hash IN (SELECT value FROM json_each(?2)) UNION SELECT files.sample_id
    FROM json_each(?3) AS anon_1 JOIN json_each(?4) AS anon_2 ON anon_2."key" = anon_1."key" JOIN files ON files.root_id = anon_2.value AND files.relpath = anon_1.value UNION SELECT problems.sample_id
    FROM json_each(?3) AS anon_1 JOIN json_each(?4) AS anon_2 ON anon_2."key" = anon_1."key" JOIN problems ON problems.root_id = anon_2.value AND problems.relpath = anon_1.value
    """,
    ('file_hashes', 'audio_hashes', 'relpaths', 'root_ids'), frozenset({'audio_hashes', 'file_hashes', 'relpaths', 'root_ids'}), 1,
)

EDITED = Statement(
    'locks.EDITED',
    r"""
    SELECT edited_samples.sample_id
    FROM edited_samples UNION SELECT edited_samples.before_id
    FROM edited_samples
    """,
    (), frozenset(), 1,
)
