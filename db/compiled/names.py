"""Written by ``python -m db.statements`` from db/statements/names.py; change that one."""

from db.engines.statement import Statement

ALL = Statement(
    'names.ALL',
    r"""
    SELECT files.sample_id, files.folder, files.name
    FROM files ORDER BY files.id
    """,
    (), frozenset(), 3,
)

HOLDING = {
    'name': Statement(
    'names.HOLDING:name',
    r"""
    SELECT files.id, files.sample_id
    FROM files
    WHERE files.id IN (SELECT rowid AS file_id FROM file_names WHERE file_names MATCH '{search_name} : (' || (SELECT group_concat('"' || replace(value, '"', '""') || '"', ' AND ') FROM json_each(?1)) || ')')
    """,
    ('parts',), frozenset({'parts'}), 2,
),
    'folder': Statement(
    'names.HOLDING:folder',
    r"""
    SELECT files.id, files.sample_id
    FROM files
    WHERE files.id IN (SELECT rowid AS file_id FROM file_names WHERE file_names MATCH '{search_folder} : (' || (SELECT group_concat('"' || replace(value, '"', '""') || '"', ' AND ') FROM json_each(?1)) || ')')
    """,
    ('parts',), frozenset({'parts'}), 2,
),
}

CANDIDATES = {
    'all in name': Statement(
    'names.CANDIDATES:all in name',
    r"""
    SELECT files.id, files.sample_id, files.folder, files.name
    FROM files JOIN (SELECT rowid AS file_id FROM file_names WHERE file_names MATCH '{search_name} : (' || (SELECT group_concat('"' || replace(value, '"', '""') || '"', ' AND ') FROM json_each(?1)) || ')') AS anon_1 ON anon_1.file_id = files.id ORDER BY anon_1.file_id
     LIMIT ?2 OFFSET 0
    """,
    ('parts', 'limit'), frozenset({'parts'}), 4,
),
    'all in folder': Statement(
    'names.CANDIDATES:all in folder',
    r"""
    SELECT files.id, files.sample_id, files.folder, files.name
    FROM files JOIN (SELECT rowid AS file_id FROM file_names WHERE file_names MATCH '{search_folder} : (' || (SELECT group_concat('"' || replace(value, '"', '""') || '"', ' AND ') FROM json_each(?1)) || ')') AS anon_1 ON anon_1.file_id = files.id ORDER BY anon_1.file_id
     LIMIT ?2 OFFSET 0
    """,
    ('parts', 'limit'), frozenset({'parts'}), 4,
),
    'all in both': Statement(
    'names.CANDIDATES:all in both',
    r"""
    SELECT files.id, files.sample_id, files.folder, files.name
    FROM files JOIN (SELECT rowid AS file_id FROM file_names WHERE file_names MATCH '{search_name search_folder} : (' || (SELECT group_concat('"' || replace(value, '"', '""') || '"', ' AND ') FROM json_each(?1)) || ')') AS anon_1 ON anon_1.file_id = files.id ORDER BY anon_1.file_id
     LIMIT ?2 OFFSET 0
    """,
    ('parts', 'limit'), frozenset({'parts'}), 4,
),
    'any in name': Statement(
    'names.CANDIDATES:any in name',
    r"""
    SELECT files.id, files.sample_id, files.folder, files.name
    FROM files JOIN (SELECT rowid AS file_id FROM file_names WHERE file_names MATCH '{search_name} : (' || (SELECT group_concat('"' || replace(value, '"', '""') || '"', ' OR ') FROM json_each(?1)) || ')') AS anon_1 ON anon_1.file_id = files.id ORDER BY anon_1.file_id
     LIMIT ?2 OFFSET 0
    """,
    ('parts', 'limit'), frozenset({'parts'}), 4,
),
    'any in folder': Statement(
    'names.CANDIDATES:any in folder',
    r"""
    SELECT files.id, files.sample_id, files.folder, files.name
    FROM files JOIN (SELECT rowid AS file_id FROM file_names WHERE file_names MATCH '{search_folder} : (' || (SELECT group_concat('"' || replace(value, '"', '""') || '"', ' OR ') FROM json_each(?1)) || ')') AS anon_1 ON anon_1.file_id = files.id ORDER BY anon_1.file_id
     LIMIT ?2 OFFSET 0
    """,
    ('parts', 'limit'), frozenset({'parts'}), 4,
),
    'any in both': Statement(
    'names.CANDIDATES:any in both',
    r"""
    SELECT files.id, files.sample_id, files.folder, files.name
    FROM files JOIN (SELECT rowid AS file_id FROM file_names WHERE file_names MATCH '{search_name search_folder} : (' || (SELECT group_concat('"' || replace(value, '"', '""') || '"', ' OR ') FROM json_each(?1)) || ')') AS anon_1 ON anon_1.file_id = files.id ORDER BY anon_1.file_id
     LIMIT ?2 OFFSET 0
    """,
    ('parts', 'limit'), frozenset({'parts'}), 4,
),
}

LIKE = {
    'name': Statement(
    'names.LIKE:name',
    r"""
    SELECT files.id, files.sample_id
    FROM files
    WHERE files.search_name LIKE ?1 ESCAPE '\'
    """,
    ('pattern',), frozenset(), 2,
),
    'folder': Statement(
    'names.LIKE:folder',
    r"""
    SELECT files.id, files.sample_id
    FROM files
    WHERE files.search_folder LIKE ?1 ESCAPE '\'
    """,
    ('pattern',), frozenset(), 2,
),
}

CANDIDATES_LIKE = Statement(
    'names.CANDIDATES_LIKE',
    r"""
    SELECT files.id, files.sample_id, files.folder, files.name
    FROM files
    WHERE files.search_name LIKE ?1 ESCAPE '\' OR files.search_folder LIKE ?1 ESCAPE '\' ORDER BY files.id
     LIMIT ?2 OFFSET 0
    """,
    ('pattern', 'limit'), frozenset(), 4,
)

NAMES_LIKE = Statement(
    'names.NAMES_LIKE',
    r"""
    SELECT files.sample_id, files.name
    FROM files
    WHERE files.search_name LIKE ?1 ESCAPE '\'
    """,
    ('pattern',), frozenset(), 2,
)

IN_ROOT = Statement(
    'names.IN_ROOT',
    r"""
    SELECT files.id, files.sample_id
    FROM files
    WHERE files.root_id = ?1
    """,
    ('root_id',), frozenset(), 2,
)

BETWEEN = Statement(
    'names.BETWEEN',
    r"""
    SELECT files.id, files.sample_id
    FROM files
    WHERE files.root_id = ?1 AND files.relpath >= ?2 AND files.relpath < ?3
    """,
    ('root_id', 'first', 'end'), frozenset(), 2,
)

CANDIDATES_BETWEEN = Statement(
    'names.CANDIDATES_BETWEEN',
    r"""
    SELECT files.id, files.sample_id, files.folder, files.name
    FROM files
    WHERE files.root_id = ?1 AND files.relpath >= ?2 AND files.relpath < ?3 ORDER BY files.relpath
     LIMIT ?4 OFFSET 0
    """,
    ('root_id', 'first', 'end', 'limit'), frozenset(), 4,
)
