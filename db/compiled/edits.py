"""Written by ``python -m db.statements`` from db/statements/edits.py; change that one."""

from db.engines.statement import Statement

SET_VALUE = Statement(
    'edits.SET_VALUE',
    r"""
    INSERT INTO meta (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value
    """,
    ('name', 'value'), frozenset(), 0,
)

COUNT_CHANGE = Statement(
    'edits.COUNT_CHANGE',
    r"""
    UPDATE meta SET value=CAST(CAST(meta.value AS BIGINT) + 1 AS VARCHAR) WHERE meta.name = 'generation' RETURNING value
    """,
    (), frozenset(), 1,
)

SET_MAP_POINT = Statement(
    'edits.SET_MAP_POINT',
    r"""
    INSERT INTO map_points (encoder_id, sample_id, x, y) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (encoder_id, sample_id) DO UPDATE SET x = excluded.x, y = excluded.y
    """,
    ('encoder_id', 'sample_id', 'x', 'y'), frozenset(), 0,
)

KEEP_APART = Statement(
    'edits.KEEP_APART',
    r"""
    INSERT INTO kept_apart (first_hash, second_hash) VALUES (?1, ?2) ON CONFLICT DO NOTHING
    """,
    ('first_hash', 'second_hash'), frozenset(), 0,
)

CHOOSE_KEEPER = Statement(
    'edits.CHOOSE_KEEPER',
    r"""
    INSERT INTO chosen_keepers (audio_hash, relpath) VALUES (?1, ?2) ON CONFLICT (audio_hash) DO UPDATE SET relpath = excluded.relpath
    """,
    ('audio_hash', 'relpath'), frozenset(), 0,
)

FORGET_APART = Statement(
    'edits.FORGET_APART',
    r"""
    DELETE FROM kept_apart WHERE kept_apart.first_hash = ?1 OR kept_apart.second_hash = ?1
    """,
    ('audio_hash',), frozenset(), 0,
)

FORGET_KEEPER = Statement(
    'edits.FORGET_KEEPER',
    r"""
    DELETE FROM chosen_keepers WHERE chosen_keepers.audio_hash = ?1
    """,
    ('audio_hash',), frozenset(), 0,
)
