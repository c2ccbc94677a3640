"""Written by ``python -m db.statements`` from db/statements/ingest.py; change that one."""

from db.engines.statement import Statement

KNOWN_SAMPLE = Statement(
    'ingest.KNOWN_SAMPLE',
    r"""
    SELECT coalesce((SELECT file_contents.sample_id
    FROM file_contents
    WHERE file_contents.file_hash = ?1), (SELECT samples.id
    FROM samples
    WHERE samples.audio_hash = ?2)) AS coalesce_1
    """,
    ('file_hash', 'audio_hash'), frozenset(), 1,
)

ADD_SAMPLE = Statement(
    'ingest.ADD_SAMPLE',
    r"""
    INSERT INTO samples (audio_hash, size_bytes, created_at, caveats, duration_seconds, n_channels, sample_rate_hz, bit_depth, format, peak_dbfs, loudness_lufs, brightness_hz, attack_ms, decay_ms, n_onsets, noisiness, stereo_width, silence_before_ms, silence_after_ms, low_share, n_slices) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21)
    """,
    ('audio_hash', 'size_bytes', 'created_at', 'caveats', 'duration_seconds', 'n_channels', 'sample_rate_hz', 'bit_depth', 'format', 'peak_dbfs', 'loudness_lufs', 'brightness_hz', 'attack_ms', 'decay_ms', 'n_onsets', 'noisiness', 'stereo_width', 'silence_before_ms', 'silence_after_ms', 'low_share', 'n_slices'), frozenset(), 0,
)

UPDATE_SAMPLE = Statement(
    'ingest.UPDATE_SAMPLE',
    r"""
    UPDATE samples SET size_bytes=?1, caveats=?2, duration_seconds=?3, n_channels=?4, sample_rate_hz=?5, bit_depth=?6, format=?7, peak_dbfs=?8, loudness_lufs=?9, brightness_hz=?10, attack_ms=?11, decay_ms=?12, n_onsets=?13, noisiness=?14, stereo_width=?15, silence_before_ms=?16, silence_after_ms=?17, low_share=?18, n_slices=coalesce(?19, CASE WHEN (samples.n_files > 1) THEN samples.n_slices END) WHERE samples.id = ?20
    """,
    ('size_bytes', 'caveats', 'duration_seconds', 'n_channels', 'sample_rate_hz', 'bit_depth', 'format', 'peak_dbfs', 'loudness_lufs', 'brightness_hz', 'attack_ms', 'decay_ms', 'n_onsets', 'noisiness', 'stereo_width', 'silence_before_ms', 'silence_after_ms', 'low_share', 'n_slices', 'sample_id'), frozenset(), 0,
)

ADD_SLICES = Statement(
    'ingest.ADD_SLICES',
    r"""
    UPDATE samples SET n_slices=coalesce(samples.n_slices, ?1) WHERE samples.id = ?2
    """,
    ('n_slices', 'sample_id'), frozenset(), 0,
)

N_FILES = Statement(
    'ingest.N_FILES',
    r"""
    SELECT samples.n_files
    FROM samples
    WHERE samples.id = ?1
    """,
    ('sample_id',), frozenset(), 1,
)

ADD_CONTENT = Statement(
    'ingest.ADD_CONTENT',
    r"""
    INSERT INTO file_contents (file_hash, size_bytes, sample_id) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING
    """,
    ('file_hash', 'size_bytes', 'sample_id'), frozenset(), 0,
)

FILE_AT = Statement(
    'ingest.FILE_AT',
    r"""
    SELECT files.id, files.sample_id, files.file_hash
    FROM files
    WHERE files.root_id = ?1 AND files.relpath = ?2
    """,
    ('root_id', 'relpath'), frozenset(), 3,
)

FILES_OF = Statement(
    'ingest.FILES_OF',
    r"""
    SELECT files.id, files.root_id, files.relpath
    FROM files
    WHERE files.sample_id = ?1
    """,
    ('sample_id',), frozenset(), 3,
)

ADD_FILE = Statement(
    'ingest.ADD_FILE',
    r"""
    INSERT INTO files (root_id, relpath, size_bytes, mtime_ns, ctime_ns, file_hash, sample_id, first_seen_at, folder, name, ext, search_folder, search_name) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
    """,
    ('root_id', 'relpath', 'size_bytes', 'mtime_ns', 'ctime_ns', 'file_hash', 'sample_id', 'first_seen_at', 'folder', 'name', 'ext', 'search_folder', 'search_name'), frozenset(), 0,
)

UPDATE_FILE = Statement(
    'ingest.UPDATE_FILE',
    r"""
    UPDATE files SET root_id=?1, relpath=?2, size_bytes=?3, mtime_ns=?4, ctime_ns=?5, file_hash=?6, folder=?7, name=?8, ext=?9, search_folder=?10, search_name=?11 WHERE files.id = ?12
    """,
    ('root_id', 'relpath', 'size_bytes', 'mtime_ns', 'ctime_ns', 'file_hash', 'folder', 'name', 'ext', 'search_folder', 'search_name', 'file_id'), frozenset(), 0,
)

SET_SOUND = Statement(
    'ingest.SET_SOUND',
    r"""
    UPDATE files SET sample_id=?1 WHERE files.id = ?2
    """,
    ('sample_id', 'file_id'), frozenset(), 0,
)

DROP_FILE = Statement(
    'ingest.DROP_FILE',
    r"""
    DELETE FROM files WHERE files.id = ?1
    """,
    ('file_id',), frozenset(), 0,
)

DROP_FILE_AT = Statement(
    'ingest.DROP_FILE_AT',
    r"""
    DELETE FROM files WHERE files.root_id = ?1 AND files.relpath = ?2
    """,
    ('root_id', 'relpath'), frozenset(), 0,
)

PROBLEMS = Statement(
    'ingest.PROBLEMS',
    r"""
    SELECT problems.relpath, problems.sample_id
    FROM problems
    WHERE problems.root_id = ?1 AND problems.relpath BETWEEN ?2 AND ?3
    """,
    ('root_id', 'first', 'last'), frozenset(), 2,
)

ADD_PROBLEM = Statement(
    'ingest.ADD_PROBLEM',
    r"""
    INSERT INTO problems (root_id, relpath, size_bytes, mtime_ns, ctime_ns, code, message, seen_at, sample_id) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (root_id, relpath) DO UPDATE SET size_bytes = excluded.size_bytes, mtime_ns = excluded.mtime_ns, ctime_ns = excluded.ctime_ns, code = excluded.code, message = excluded.message, seen_at = excluded.seen_at, sample_id = excluded.sample_id
    """,
    ('root_id', 'relpath', 'size_bytes', 'mtime_ns', 'ctime_ns', 'code', 'message', 'seen_at', 'sample_id'), frozenset(), 0,
)

DROP_PROBLEM_AT = Statement(
    'ingest.DROP_PROBLEM_AT',
    r"""
    DELETE FROM problems WHERE problems.root_id = ?1 AND problems.relpath = ?2
    """,
    ('root_id', 'relpath'), frozenset(), 0,
)

ADD_ENCODER = Statement(
    'ingest.ADD_ENCODER',
    r"""
    INSERT INTO encoders (fingerprint, name, revision, dim) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING
    """,
    ('fingerprint', 'name', 'revision', 'dim'), frozenset(), 0,
)

ADD_VECTOR = Statement(
    'ingest.ADD_VECTOR',
    r"""
    INSERT INTO embeddings (sample_id, encoder_id, vector) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING
    """,
    ('sample_id', 'encoder_id', 'vector'), frozenset(), 0,
)
