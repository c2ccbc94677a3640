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

ADD_ROOT = Statement(
    'roots.ADD_ROOT',
    r"""
    INSERT INTO roots (path, display) VALUES (?1, ?2)
    """,
    ('path', 'display'), frozenset(), 0,
)

SET_PLACE = Statement(
    'roots.SET_PLACE',
    r"""
    UPDATE roots SET path=?1, display=?2 WHERE roots.id = ?3
    """,
    ('path', 'display', 'root_id'), frozenset(), 0,
)

DROP_ROOT = Statement(
    'roots.DROP_ROOT',
    r"""
    DELETE FROM roots WHERE roots.id = ?1
    """,
    ('root_id',), frozenset(), 0,
)

SET_LINK = Statement(
    'roots.SET_LINK',
    r"""
    INSERT INTO root_links (path, root_id, relpath, display) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (path) DO UPDATE SET root_id = excluded.root_id, relpath = excluded.relpath, display = excluded.display
    """,
    ('path', 'root_id', 'relpath', 'display'), frozenset(), 0,
)

FILES = Statement(
    'roots.FILES',
    r"""
    SELECT files.id, files.relpath
    FROM files
    WHERE files.root_id = ?1
    """,
    ('root_id',), frozenset(), 2,
)

SOME_PLACES = Statement(
    'roots.SOME_PLACES',
    r"""
    SELECT files.relpath
    FROM files
    WHERE files.root_id = ?1
     LIMIT ?2 OFFSET 0
    """,
    ('root_id', 'limit'), frozenset(), 1,
)

PLACE_FILE = Statement(
    'roots.PLACE_FILE',
    r"""
    UPDATE files SET root_id=?1, relpath=?2, folder=?3, name=?4, search_folder=?5, search_name=?6 WHERE files.id = ?7
    """,
    ('root_id', 'relpath', 'folder', 'name', 'search_folder', 'search_name', 'file_id'), frozenset(), 0,
)

DROP_FILES = Statement(
    'roots.DROP_FILES',
    r"""
    DELETE FROM files WHERE files.root_id = ?1
    """,
    ('root_id',), frozenset(), 0,
)

PLACES_BESIDE = {
    'problems': Statement(
    'roots.PLACES_BESIDE:problems',
    r"""
    SELECT problems.relpath
    FROM problems
    WHERE problems.root_id = ?1
    """,
    ('root_id',), frozenset(), 1,
),
    'root_links': Statement(
    'roots.PLACES_BESIDE:root_links',
    r"""
    SELECT root_links.relpath
    FROM root_links
    WHERE root_links.root_id = ?1
    """,
    ('root_id',), frozenset(), 1,
),
}

PLACE_BESIDE = {
    'problems': Statement(
    'roots.PLACE_BESIDE:problems',
    r"""
    UPDATE problems SET root_id=?1, relpath=?2 WHERE problems.root_id = ?3 AND problems.relpath = ?4
    """,
    ('into_id', 'after', 'from_id', 'place'), frozenset(), 0,
),
    'root_links': Statement(
    'roots.PLACE_BESIDE:root_links',
    r"""
    UPDATE root_links SET root_id=?1, relpath=?2 WHERE root_links.root_id = ?3 AND root_links.relpath = ?4
    """,
    ('into_id', 'after', 'from_id', 'place'), frozenset(), 0,
),
}

ABSORB_BESIDE = {
    'problems': Statement(
    'roots.ABSORB_BESIDE:problems',
    r"""
    UPDATE problems SET root_id=?1, relpath=CAST(?2 || problems.relpath AS BLOB) WHERE problems.root_id = ?3
    """,
    ('into_id', 'before', 'from_id'), frozenset(), 0,
),
    'root_links': Statement(
    'roots.ABSORB_BESIDE:root_links',
    r"""
    UPDATE root_links SET root_id=?1, relpath=CAST(?2 || root_links.relpath AS BLOB) WHERE root_links.root_id = ?3
    """,
    ('into_id', 'before', 'from_id'), frozenset(), 0,
),
}
