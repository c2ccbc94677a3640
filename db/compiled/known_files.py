"""Written by ``python -m db.statements`` from db/statements/known_files.py; change that one."""

from db.engines.statement import Statement

ENCODER = Statement(
    'known_files.ENCODER',
    r"""
    SELECT encoders.id
    FROM encoders
    WHERE encoders.fingerprint = ?1
    """,
    ('fingerprint',), frozenset(), 1,
)

KNOWN_FILES = Statement(
    'known_files.KNOWN_FILES',
    r"""
    SELECT files.relpath, files.size_bytes, files.mtime_ns, files.ctime_ns, embeddings.id IS NOT NULL AS anon_1
    FROM files LEFT OUTER JOIN embeddings ON embeddings.sample_id = files.sample_id AND embeddings.encoder_id = ?1
    WHERE files.root_id + 0 = ?2 ORDER BY files.id
    """,
    ('encoder_id', 'root_id'), frozenset(), 5,
)

KNOWN_PROBLEMS = Statement(
    'known_files.KNOWN_PROBLEMS',
    r"""
    SELECT problems.relpath, problems.size_bytes, problems.mtime_ns, problems.ctime_ns, problems.code
    FROM problems
    WHERE problems.root_id = ?1
    """,
    ('root_id',), frozenset(), 5,
)

COMPLETE_FILES = Statement(
    'known_files.COMPLETE_FILES',
    r"""
    SELECT file_contents.size_bytes, file_contents.file_hash
    FROM file_contents JOIN embeddings ON embeddings.sample_id = file_contents.sample_id
    WHERE embeddings.encoder_id = ?1 AND file_contents.size_bytes IN (SELECT value FROM json_each(?2))
    """,
    ('encoder_id', 'sizes'), frozenset({'sizes'}), 2,
)

EMBEDDED = Statement(
    'known_files.EMBEDDED',
    r"""
    SELECT samples.id
    FROM samples JOIN embeddings ON embeddings.sample_id = samples.id
    WHERE samples.audio_hash = ?1 AND embeddings.encoder_id = ?2
    """,
    ('audio_hash', 'encoder_id'), frozenset(), 1,
)
