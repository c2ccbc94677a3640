"""Written by ``python -m db.statements`` from db/statements/roots.py; change that one."""

from db.engines.statement import Statement

ROOTS = Statement(
    'roots.ROOTS',
    r"""
    SELECT roots.id, roots.path, (SELECT count(*) AS count_1
    FROM files
    WHERE files.root_id = roots.id) AS anon_1
    FROM roots ORDER BY roots.id
    """,
    (), frozenset(), 3,
)

PATHS = Statement(
    'roots.PATHS',
    r"""
    SELECT roots.id, roots.path
    FROM roots
    """,
    (), frozenset(), 2,
)

DISPLAYS = Statement(
    'roots.DISPLAYS',
    r"""
    SELECT roots.id, roots.display
    FROM roots ORDER BY roots.id
    """,
    (), frozenset(), 2,
)

LINKED = Statement(
    'roots.LINKED',
    r"""
    SELECT root_links.root_id
    FROM root_links
    WHERE root_links.path = ?1 AND length(root_links.relpath) = 0
    """,
    ('path',), frozenset(), 1,
)

LINKS = Statement(
    'roots.LINKS',
    r"""
    SELECT root_links.root_id, root_links.relpath, root_links.display
    FROM root_links
    """,
    (), frozenset(), 3,
)

FOLDER_COUNTS = Statement(
    'roots.FOLDER_COUNTS',
    r"""
    SELECT files.folder, count(*) AS count_1
    FROM files
    WHERE files.root_id = ?1 GROUP BY files.folder
    """,
    ('root_id',), frozenset(), 2,
)

SAMPLE_AT = Statement(
    'roots.SAMPLE_AT',
    r"""
    SELECT files.sample_id
    FROM files
    WHERE files.root_id = ?1 AND files.relpath = ?2
    """,
    ('root_id', 'relpath'), frozenset(), 1,
)

CALLED = Statement(
    'roots.CALLED',
    r"""
    SELECT files.sample_id, files.relpath
    FROM files
    WHERE files.root_id = ?1 AND files.search_name = ?2 ORDER BY files.id
    """,
    ('root_id', 'search_name'), frozenset(), 2,
)
