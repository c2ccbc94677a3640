"""Written by ``python -m db.statements`` from db/statements/tags.py; change that one."""

from db.engines.statement import Statement

OF_SAMPLES = Statement(
    'tags.OF_SAMPLES',
    r"""
    SELECT sample_tags.sample_id, tags.facet, tags.name, sample_tags.source, sample_tags.confidence, tags.parent
    FROM json_each(?1) AS anon_1 JOIN sample_tags ON sample_tags.sample_id = anon_1.value JOIN tags ON tags.id = sample_tags.tag_id
    WHERE sample_tags.source IN (SELECT value FROM json_each(?2)) ORDER BY tags.facet, tags.name, sample_tags.source
    """,
    ('ids', 'sources'), frozenset({'ids', 'sources'}), 6,
)

OF_TAG = Statement(
    'tags.OF_TAG',
    r"""
    SELECT sample_tags.sample_id, sample_tags.source, sample_tags.confidence
    FROM sample_tags JOIN tags ON tags.id = sample_tags.tag_id
    WHERE tags.facet = ?1 AND tags.name = ?2 AND sample_tags.source IN (SELECT value FROM json_each(?3))
    """,
    ('facet', 'name', 'sources'), frozenset({'sources'}), 3,
)

FEW_SHOT = Statement(
    'tags.FEW_SHOT',
    r"""
    SELECT tags.facet, tags.name, tags.parent, few_shot_tags.imported
    FROM tags JOIN few_shot_tags ON few_shot_tags.tag_id = tags.id ORDER BY tags.id
    """,
    (), frozenset(), 4,
)

TAGS = Statement(
    'tags.TAGS',
    r"""
    SELECT tags.id, tags.facet, tags.name, tags.parent
    FROM tags ORDER BY tags.facet, tags.parent NULLS FIRST, tags.name
    """,
    (), frozenset(), 4,
)

NAMES = Statement(
    'tags.NAMES',
    r"""
    SELECT tags.name, tags.parent
    FROM tags
    WHERE coalesce(?1, tags.facet) = tags.facet
    """,
    ('facet',), frozenset(), 2,
)

MEANT = Statement(
    'tags.MEANT',
    r"""
    SELECT tags.id, tags.facet, tags.name, tags.parent
    FROM tags
    WHERE coalesce(?1, tags.facet) = tags.facet
    """,
    ('facet',), frozenset(), 4,
)

EFFECTIVE = Statement(
    'tags.EFFECTIVE',
    r"""
    SELECT sample_tags.tag_id, sample_tags.sample_id
    FROM sample_tags JOIN samples ON samples.id = sample_tags.sample_id
    WHERE sample_tags.is_effective AND samples.n_files > 0
    """,
    (), frozenset(), 2,
)
