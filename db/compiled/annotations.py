"""Written by ``python -m db.statements`` from db/statements/annotations.py; change that one."""

from db.engines.statement import Statement

ANNOTATIONS = Statement(
    'annotations.ANNOTATIONS',
    r"""
    SELECT annotations.sample_id, annotations.stars, annotations.note, annotations.is_hidden
    FROM json_each(?1) AS anon_1 JOIN annotations ON annotations.sample_id = anon_1.value
    """,
    ('ids',), frozenset({'ids'}), 4,
)

USES = Statement(
    'annotations.USES',
    r"""
    SELECT sample_uses.sample_id, sample_uses.used_at
    FROM json_each(?1) AS anon_1 JOIN sample_uses ON sample_uses.sample_id = anon_1.value
    """,
    ('ids',), frozenset({'ids'}), 2,
)

HEARINGS = Statement(
    'annotations.HEARINGS',
    r"""
    SELECT sample_hearings.sample_id, sample_hearings.heard_at
    FROM json_each(?1) AS anon_1 JOIN sample_hearings ON sample_hearings.sample_id = anon_1.value
    """,
    ('ids',), frozenset({'ids'}), 2,
)

COLLECTIONS = Statement(
    'annotations.COLLECTIONS',
    r"""
    SELECT collections.name, (SELECT count(*) AS count_1
    FROM collection_samples
    WHERE collection_samples.collection_id = collections.id) AS anon_1, EXISTS (SELECT *
    FROM collection_samples
    WHERE collection_samples.collection_id = collections.id AND collection_samples.slot IS NOT NULL) AS anon_2
    FROM collections ORDER BY lower(collections.name)
    """,
    (), frozenset(), 3,
)

MEMBERS = Statement(
    'annotations.MEMBERS',
    r"""
    SELECT collection_samples.sample_id
    FROM collection_samples JOIN collections ON collections.id = collection_samples.collection_id
    WHERE lower(collections.name) = lower(?1) ORDER BY collection_samples.position
    """,
    ('name',), frozenset(), 1,
)

SLOTS = Statement(
    'annotations.SLOTS',
    r"""
    SELECT collection_samples.sample_id, collection_samples.slot
    FROM collection_samples JOIN collections ON collections.id = collection_samples.collection_id
    WHERE lower(collections.name) = lower(?1) AND collection_samples.slot IS NOT NULL ORDER BY collection_samples.position
    """,
    ('name',), frozenset(), 2,
)
