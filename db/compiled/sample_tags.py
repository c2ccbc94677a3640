"""Written by ``python -m db.statements`` from db/statements/sample_tags.py; change that one."""

from db.engines.statement import Statement

ALL_TAGS = Statement(
    'sample_tags.ALL_TAGS',
    r"""
    SELECT tags.id, tags.facet, tags.name, tags.parent
    FROM tags
    """,
    (), frozenset(), 4,
)

FIND_TAG = Statement(
    'sample_tags.FIND_TAG',
    r"""
    SELECT tags.id, tags.parent
    FROM tags
    WHERE tags.facet = ?1 AND tags.name = ?2
    """,
    ('facet', 'name'), frozenset(), 2,
)

ADD_TAG = Statement(
    'sample_tags.ADD_TAG',
    r"""
    INSERT INTO tags (facet, name, parent) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING RETURNING id
    """,
    ('facet', 'name', 'parent'), frozenset(), 1,
)

SET_PARENT = Statement(
    'sample_tags.SET_PARENT',
    r"""
    UPDATE tags SET parent=?1 WHERE tags.id = ?2
    """,
    ('parent', 'tag_id'), frozenset(), 0,
)

DROP_UNUSED_TAGS = Statement(
    'sample_tags.DROP_UNUSED_TAGS',
    r"""
    DELETE FROM tags WHERE tags.facet = 'user' AND NOT (EXISTS (SELECT *
    FROM sample_tags
    WHERE sample_tags.tag_id = tags.id AND sample_tags.is_effective)) AND NOT (EXISTS (SELECT *
    FROM few_shot_tags
    WHERE few_shot_tags.tag_id = tags.id)) AND NOT (EXISTS (SELECT *
    FROM sample_tags
    WHERE sample_tags.tag_id = tags.id))
    """,
    (), frozenset(), 0,
)

SET_FEW_SHOT = Statement(
    'sample_tags.SET_FEW_SHOT',
    r"""
    INSERT INTO few_shot_tags (tag_id, imported) VALUES (?1, ?2) ON CONFLICT (tag_id) DO UPDATE SET imported = excluded.imported
    """,
    ('tag_id', 'imported'), frozenset(), 0,
)

DROP_FEW_SHOT = Statement(
    'sample_tags.DROP_FEW_SHOT',
    r"""
    DELETE FROM few_shot_tags WHERE few_shot_tags.tag_id = (SELECT tags.id
    FROM tags
    WHERE tags.facet = ?1 AND tags.name = ?2)
    """,
    ('facet', 'name'), frozenset(), 0,
)

OF_SAMPLES = Statement(
    'sample_tags.OF_SAMPLES',
    r"""
    SELECT sample_tags.sample_id, sample_tags.tag_id, sample_tags.source, sample_tags.confidence, sample_tags.is_effective
    FROM sample_tags
    WHERE sample_tags.sample_id IN (SELECT value FROM json_each(?1))
    """,
    ('ids',), frozenset({'ids'}), 5,
)

SOME_OF_SAMPLES = Statement(
    'sample_tags.SOME_OF_SAMPLES',
    r"""
    SELECT sample_tags.sample_id, sample_tags.tag_id, sample_tags.source, sample_tags.confidence, sample_tags.is_effective
    FROM sample_tags
    WHERE sample_tags.sample_id IN (SELECT value FROM json_each(?1)) AND sample_tags.tag_id + 0 IN (SELECT value FROM json_each(?2))
    """,
    ('ids', 'tag_ids'), frozenset({'ids', 'tag_ids'}), 5,
)

INSERT = Statement(
    'sample_tags.INSERT',
    r"""
    INSERT INTO sample_tags (sample_id, tag_id, source, confidence, is_effective) VALUES (?1, ?2, ?3, ?4, ?5)
    """,
    ('sample_id', 'tag_id', 'source', 'confidence', 'is_effective'), frozenset(), 0,
)

DELETE = Statement(
    'sample_tags.DELETE',
    r"""
    DELETE FROM sample_tags WHERE sample_tags.sample_id = ?1 AND sample_tags.tag_id = ?2 AND sample_tags.source = ?3
    """,
    ('in_sample', 'of_tag', 'from_source'), frozenset(), 0,
)

SET_CONFIDENCE = Statement(
    'sample_tags.SET_CONFIDENCE',
    r"""
    UPDATE sample_tags SET confidence=?1 WHERE sample_tags.sample_id = ?2 AND sample_tags.tag_id = ?3 AND sample_tags.source = ?4
    """,
    ('new_confidence', 'in_sample', 'of_tag', 'from_source'), frozenset(), 0,
)

SET_BOTH = Statement(
    'sample_tags.SET_BOTH',
    r"""
    UPDATE sample_tags SET confidence=?1, is_effective=?2 WHERE sample_tags.sample_id = ?3 AND sample_tags.tag_id = ?4 AND sample_tags.source = ?5
    """,
    ('new_confidence', 'is_counted', 'in_sample', 'of_tag', 'from_source'), frozenset(), 0,
)
