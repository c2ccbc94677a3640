"""Written by ``python -m db.statements`` from db/statements/folders.py; change that one."""

from db.engines.statement import Statement

FOLDERS = Statement(
    'folders.FOLDERS',
    r"""
    SELECT files.root_id, files.folder, count(*) AS count_1
    FROM files GROUP BY files.root_id, files.folder ORDER BY files.root_id, files.folder
    """,
    (), frozenset(), 3,
)

SAMPLES = Statement(
    'folders.SAMPLES',
    r"""
    SELECT files.sample_id
    FROM files ORDER BY files.root_id, files.folder
    """,
    (), frozenset(), 1,
)

FILES_IN = Statement(
    'folders.FILES_IN',
    r"""
    SELECT files.id, files.sample_id
    FROM json_each(?1) AS anon_1 CROSS JOIN files ON files.root_id = ?2 AND files.folder = anon_1.value
    """,
    ('folders', 'root_id'), frozenset({'folders'}), 2,
)
