"""Written by ``python -m db.statements`` from db/statements/tagging_queue.py; change that one."""

from db.engines.statement import Statement

REQUEST_SOME = Statement(
    'tagging_queue.REQUEST_SOME',
    r"""
    INSERT OR REPLACE INTO tagging_queue (sample_id, has_new_name) SELECT samples.id, coalesce((SELECT tagging_queue.has_new_name
    FROM tagging_queue
    WHERE tagging_queue.sample_id = samples.id), 0) AS coalesce_1
    FROM samples
    WHERE samples.id IN (SELECT value FROM json_each(?1)) ORDER BY samples.id
    """,
    ('ids',), frozenset({'ids'}), 0,
)

REQUEST_PRESENT = Statement(
    'tagging_queue.REQUEST_PRESENT',
    r"""
    INSERT OR REPLACE INTO tagging_queue (sample_id, has_new_name) SELECT samples.id, coalesce((SELECT tagging_queue.has_new_name
    FROM tagging_queue
    WHERE tagging_queue.sample_id = samples.id), 0) AS coalesce_1
    FROM samples
    WHERE samples.n_files > 0 ORDER BY samples.id
    """,
    (), frozenset(), 0,
)

FINISH = Statement(
    'tagging_queue.FINISH',
    r"""
    DELETE FROM tagging_queue WHERE tagging_queue.id IN (SELECT value FROM json_each(?1))
    """,
    ('ids',), frozenset({'ids'}), 0,
)
