"""Written by ``python -m db.statements`` from db/statements/edited_files.py; change that one."""

from db.engines.statement import Statement

NOTE = Statement(
    'edited_files.NOTE',
    r"""
    INSERT INTO edited_samples (sample_id, before_id) VALUES (?1, ?2)
    """,
    ('sample_id', 'before_id'), frozenset(), 0,
)

WAIT = Statement(
    'edited_files.WAIT',
    r"""
    SELECT EXISTS (SELECT 1
    FROM edited_samples) AS anon_1
    """,
    (), frozenset(), 1,
)

ALL = Statement(
    'edited_files.ALL',
    r"""
    SELECT edited_samples.before_id, edited_samples.sample_id, samples.n_files
    FROM edited_samples JOIN samples ON samples.id = edited_samples.before_id ORDER BY edited_samples.sample_id
    """,
    (), frozenset(), 3,
)

FORGET_ALL = Statement(
    'edited_files.FORGET_ALL',
    r"""
    DELETE FROM edited_samples
    """,
    (), frozenset(), 0,
)

COPY_ANNOTATION = Statement(
    'edited_files.COPY_ANNOTATION',
    r"""
    INSERT INTO annotations (sample_id, stars, note, is_hidden) SELECT ?1 AS anon_1, annotations.stars, annotations.note, annotations.is_hidden
    FROM annotations
    WHERE annotations.sample_id = ?2 ON CONFLICT DO NOTHING
    """,
    ('to_id', 'from_id'), frozenset(), 0,
)

COPY_USE = Statement(
    'edited_files.COPY_USE',
    r"""
    INSERT INTO sample_uses (sample_id, used_at) SELECT ?1 AS anon_1, sample_uses.used_at
    FROM sample_uses
    WHERE sample_uses.sample_id = ?2 ON CONFLICT DO NOTHING
    """,
    ('to_id', 'from_id'), frozenset(), 0,
)

COPY_MEMBERSHIP = Statement(
    'edited_files.COPY_MEMBERSHIP',
    r"""
    INSERT INTO collection_samples (collection_id, sample_id, position, slot) SELECT collection_samples.collection_id, ?1 AS anon_1, collection_samples.position, collection_samples.slot
    FROM collection_samples
    WHERE collection_samples.sample_id = ?2 ON CONFLICT DO NOTHING
    """,
    ('to_id', 'from_id'), frozenset(), 0,
)
