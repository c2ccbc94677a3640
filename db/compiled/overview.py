"""Written by ``python -m db.statements`` from db/statements/overview.py; change that one."""

from db.engines.statement import Statement

SETTING = Statement(
    'overview.SETTING',
    r"""
    SELECT meta.value
    FROM meta
    WHERE meta.name = ?1
    """,
    ('name',), frozenset(), 1,
)

TOTALS = Statement(
    'overview.TOTALS',
    r"""
    SELECT count(*) AS count_1, coalesce(sum(samples.duration_seconds), 0.0) AS coalesce_1, coalesce(sum(samples.n_files), 0) AS coalesce_2
    FROM samples
    WHERE samples.n_files > 0
    """,
    (), frozenset(), 3,
)

FORMATS = Statement(
    'overview.FORMATS',
    r"""
    SELECT samples.format, sum(samples.n_files) AS sum_1
    FROM samples
    WHERE samples.n_files > 0 GROUP BY samples.format ORDER BY sum(samples.n_files) DESC, samples.format
    """,
    (), frozenset(), 2,
)

ENCODERS = Statement(
    'overview.ENCODERS',
    r"""
    SELECT encoders.fingerprint, encoders.name, encoders.revision, (SELECT count(*) AS count_1
    FROM embeddings
    WHERE embeddings.encoder_id = encoders.id) AS anon_1
    FROM encoders ORDER BY encoders.id
    """,
    (), frozenset(), 4,
)

SIZE = Statement(
    'overview.SIZE',
    r"""
    SELECT coalesce(sum(files.size_bytes), 0) AS coalesce_1
    FROM files
    """,
    (), frozenset(), 1,
)

N_PROBLEMS = Statement(
    'overview.N_PROBLEMS',
    r"""
    SELECT count(*) AS count_1
    FROM problems
    """,
    (), frozenset(), 1,
)

PROBLEMS = Statement(
    'overview.PROBLEMS',
    r"""
    SELECT roots.path, problems.relpath, problems.code, problems.message, problems.seen_at
    FROM problems JOIN roots ON roots.id = problems.root_id ORDER BY problems.root_id, problems.relpath
    """,
    (), frozenset(), 5,
)

PARTLY_READ = Statement(
    'overview.PARTLY_READ',
    r"""
    SELECT roots.path, files.relpath, samples.caveats
    FROM samples JOIN files ON files.sample_id = samples.id JOIN roots ON roots.id = files.root_id
    WHERE samples.caveats != '' ORDER BY files.root_id, files.relpath
    """,
    (), frozenset(), 3,
)
