"""Written by ``python -m db.statements`` from db/statements/moved_files.py; change that one."""

from db.engines.statement import Statement

SAMPLE = Statement(
    'moved_files.SAMPLE',
    r"""
    SELECT files.sample_id
    FROM files
    WHERE files.id = ?1
    """,
    ('file_id',), frozenset(), 1,
)

MOVE = Statement(
    'moved_files.MOVE',
    r"""
    UPDATE files SET root_id=?1, relpath=?2, size_bytes=?3, mtime_ns=?4, ctime_ns=?5, folder=?6, name=?7, ext=?8, search_folder=?9, search_name=?10 WHERE files.id = ?11
    """,
    ('root_id', 'relpath', 'size_bytes', 'mtime_ns', 'ctime_ns', 'folder', 'name', 'ext', 'search_folder', 'search_name', 'file_id'), frozenset(), 0,
)

COPY = Statement(
    'moved_files.COPY',
    r"""
    INSERT INTO files (root_id, relpath, size_bytes, mtime_ns, ctime_ns, folder, name, search_folder, search_name, ext, file_hash, sample_id, first_seen_at) SELECT ?1 AS anon_1, ?2 AS anon_2, ?3 AS anon_3, ?4 AS anon_4, ?5 AS anon_5, ?6 AS anon_6, ?7 AS anon_7, ?8 AS anon_8, ?9 AS anon_9, ?10 AS anon_10, files.file_hash, files.sample_id, files.first_seen_at
    FROM files
    WHERE files.id = ?11
    """,
    ('root_id', 'relpath', 'size_bytes', 'mtime_ns', 'ctime_ns', 'folder', 'name', 'search_folder', 'search_name', 'ext', 'file_id'), frozenset(), 0,
)

ORIGINAL = Statement(
    'moved_files.ORIGINAL',
    r"""
    SELECT coalesce(files.original_name, ltrim(files.folder || '/' || files.name, '/')) AS coalesce_1
    FROM files
    WHERE files.id = ?1
    """,
    ('file_id',), frozenset(), 1,
)

SET_ORIGINAL = Statement(
    'moved_files.SET_ORIGINAL',
    r"""
    UPDATE files SET original_name=nullif(?1, ltrim(files.folder || '/' || files.name, '/')) WHERE files.id = ?2
    """,
    ('original', 'file_id'), frozenset(), 0,
)

COPY_PROVENANCE = Statement(
    'moved_files.COPY_PROVENANCE',
    r"""
    INSERT INTO provenances (file_id, author, license, url) SELECT ?1 AS anon_1, provenances.author, provenances.license, provenances.url
    FROM provenances
    WHERE provenances.file_id = ?2 ON CONFLICT (file_id) DO UPDATE SET author = excluded.author, license = excluded.license, url = excluded.url
    """,
    ('to_id', 'from_id'), frozenset(), 0,
)
