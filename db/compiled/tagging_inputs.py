"""Written by ``python -m db.statements`` from db/statements/tagging_inputs.py; change that one."""

from db.engines.statement import Statement

INPUTS = Statement(
    'tagging_inputs.INPUTS',
    r"""
    SELECT samples.id, samples.duration_seconds, samples.n_onsets, readings.confidence, coalesce(files.original_name, ltrim(files.folder || '/' || files.name, '/')) AS coalesce_1
    FROM json_each(?1) AS anon_1 JOIN samples ON samples.id = anon_1.value LEFT OUTER JOIN files ON files.sample_id = samples.id LEFT OUTER JOIN readings ON readings.sample_id = samples.id AND readings.name = 'bpm' AND readings.source = 2 ORDER BY anon_1."key", files.id
    """,
    ('ids',), frozenset({'ids'}), 5,
)

QUEUE = Statement(
    'tagging_inputs.QUEUE',
    r"""
    SELECT tagging_queue.id, tagging_queue.sample_id, tagging_queue.has_new_name
    FROM tagging_queue ORDER BY tagging_queue.id
     LIMIT ?1 OFFSET 0
    """,
    ('limit',), frozenset(), 3,
)

N_QUEUED = Statement(
    'tagging_inputs.N_QUEUED',
    r"""
    SELECT count(*) AS count_1
    FROM tagging_queue
    """,
    (), frozenset(), 1,
)
