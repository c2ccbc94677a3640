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

SET_ANNOTATION = Statement(
    'annotations.SET_ANNOTATION',
    r"""
    INSERT INTO annotations (sample_id, stars, note, is_hidden) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (sample_id) DO UPDATE SET stars = excluded.stars, note = excluded.note, is_hidden = excluded.is_hidden
    """,
    ('sample_id', 'stars', 'note', 'is_hidden'), frozenset(), 0,
)

DROP_ANNOTATION = Statement(
    'annotations.DROP_ANNOTATION',
    r"""
    DELETE FROM annotations WHERE annotations.sample_id = ?1
    """,
    ('sample_id',), frozenset(), 0,
)

DROP_EMPTY_ANNOTATION = Statement(
    'annotations.DROP_EMPTY_ANNOTATION',
    r"""
    DELETE FROM annotations WHERE annotations.sample_id = ?1 AND annotations.stars = 0 AND annotations.note = '' AND NOT annotations.is_hidden
    """,
    ('sample_id',), frozenset(), 0,
)

CHANGE_ANNOTATION = Statement(
    'annotations.CHANGE_ANNOTATION',
    r"""
    INSERT INTO annotations (sample_id, stars, note, is_hidden) VALUES (?1, coalesce(?2, 0), coalesce(?3, ''), coalesce(?4, 0)) ON CONFLICT (sample_id) DO UPDATE SET stars = coalesce(?2, annotations.stars), note = coalesce(?3, annotations.note), is_hidden = coalesce(?4, annotations.is_hidden)
    """,
    ('sample_id', 'stars', 'note', 'is_hidden'), frozenset(), 0,
)

SET_USE = Statement(
    'annotations.SET_USE',
    r"""
    INSERT INTO sample_uses (sample_id, used_at) SELECT samples.id, ?1 AS anon_1
    FROM samples
    WHERE samples.id = ?2 ON CONFLICT (sample_id) DO UPDATE SET used_at = excluded.used_at
    """,
    ('used_at', 'sample_id'), frozenset(), 0,
)

SET_HEARING = Statement(
    'annotations.SET_HEARING',
    r"""
    INSERT INTO sample_hearings (sample_id, heard_at) SELECT samples.id, ?1 AS anon_1
    FROM samples
    WHERE samples.id = ?2 ON CONFLICT (sample_id) DO UPDATE SET heard_at = excluded.heard_at
    """,
    ('heard_at', 'sample_id'), frozenset(), 0,
)

FIND_COLLECTION = Statement(
    'annotations.FIND_COLLECTION',
    r"""
    SELECT collections.id
    FROM collections
    WHERE lower(collections.name) = lower(?1)
    """,
    ('name',), frozenset(), 1,
)

ADD_COLLECTION = Statement(
    'annotations.ADD_COLLECTION',
    r"""
    INSERT INTO collections (name, created_at) VALUES (?1, ?2) ON CONFLICT DO NOTHING
    """,
    ('name', 'created_at'), frozenset(), 0,
)

RENAME_COLLECTION = Statement(
    'annotations.RENAME_COLLECTION',
    r"""
    UPDATE collections SET name=?1 WHERE collections.id = ?2
    """,
    ('new_name', 'collection_id'), frozenset(), 0,
)

DROP_COLLECTION = Statement(
    'annotations.DROP_COLLECTION',
    r"""
    DELETE FROM collections WHERE collections.id = ?1
    """,
    ('collection_id',), frozenset(), 0,
)

SLOTS_IN = Statement(
    'annotations.SLOTS_IN',
    r"""
    SELECT collection_samples.sample_id, collection_samples.slot
    FROM collection_samples
    WHERE collection_samples.collection_id = ?1
    """,
    ('collection_id',), frozenset(), 2,
)

LAST_PLACE = Statement(
    'annotations.LAST_PLACE',
    r"""
    SELECT coalesce(max(collection_samples.position), 0) AS coalesce_1
    FROM collection_samples
    WHERE collection_samples.collection_id = ?1
    """,
    ('collection_id',), frozenset(), 1,
)

IS_EMPTY = Statement(
    'annotations.IS_EMPTY',
    r"""
    SELECT NOT (EXISTS (SELECT *
    FROM collection_samples
    WHERE collection_samples.collection_id = ?1)) AS anon_1
    """,
    ('collection_id',), frozenset(), 1,
)

ADD_MEMBER = Statement(
    'annotations.ADD_MEMBER',
    r"""
    INSERT INTO collection_samples (collection_id, sample_id, position, slot) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING
    """,
    ('collection_id', 'sample_id', 'position', 'slot'), frozenset(), 0,
)

DROP_MEMBER = Statement(
    'annotations.DROP_MEMBER',
    r"""
    DELETE FROM collection_samples WHERE collection_samples.collection_id = ?1 AND collection_samples.sample_id = ?2
    """,
    ('collection_id', 'sample_id'), frozenset(), 0,
)

DROP_MEMBERS = Statement(
    'annotations.DROP_MEMBERS',
    r"""
    DELETE FROM collection_samples WHERE collection_samples.collection_id = ?1
    """,
    ('collection_id',), frozenset(), 0,
)
