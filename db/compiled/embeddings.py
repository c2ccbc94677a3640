"""Written by ``python -m db.statements`` from db/statements/embeddings.py; change that one."""

from db.engines.statement import Statement

VECTORS = Statement(
    'embeddings.VECTORS',
    r"""
    SELECT embeddings.sample_id, embeddings.vector
    FROM json_each(?1) AS anon_1 CROSS JOIN embeddings ON embeddings.sample_id = anon_1.value AND embeddings.encoder_id = ?2 ORDER BY anon_1."key"
    """,
    ('ids', 'encoder_id'), frozenset({'ids'}), 2,
)

ADDED = Statement(
    'embeddings.ADDED',
    r"""
    SELECT embeddings.id, embeddings.sample_id, embeddings.vector
    FROM embeddings
    WHERE embeddings.encoder_id = ?1 AND embeddings.id > ?2 ORDER BY embeddings.id
     LIMIT ?3 OFFSET 0
    """,
    ('encoder_id', 'last_id', 'n'), frozenset(), 3,
)

UP_TO = Statement(
    'embeddings.UP_TO',
    r"""
    SELECT embeddings.sample_id, embeddings.vector, (SELECT count(*) AS count_1
    FROM embeddings AS embeddings_1
    WHERE embeddings_1.encoder_id = encoders.id AND embeddings_1.id <= embeddings.id) AS anon_1
    FROM embeddings JOIN encoders ON encoders.id = embeddings.encoder_id
    WHERE encoders.fingerprint = ?1 AND embeddings.id = ?2
    """,
    ('fingerprint', 'last_id'), frozenset(), 3,
)

ENCODERS = Statement(
    'embeddings.ENCODERS',
    r"""
    SELECT encoders.fingerprint, encoders.dim
    FROM encoders
    """,
    (), frozenset(), 2,
)

MAP_POINTS = Statement(
    'embeddings.MAP_POINTS',
    r"""
    SELECT map_points.sample_id, map_points.x, map_points.y
    FROM map_points JOIN samples ON samples.id = map_points.sample_id
    WHERE map_points.encoder_id = ?1 AND samples.n_files > 0 ORDER BY map_points.sample_id
    """,
    ('encoder_id',), frozenset(), 3,
)
