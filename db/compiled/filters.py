"""Written by ``python -m db.statements`` from db/statements/filters.py; change that one."""

from db.engines.statement import Statement

SAMPLES = Statement(
    'filters.SAMPLES',
    r"""
    SELECT samples.id
    FROM samples
    """,
    (), frozenset(), 1,
)

FILES = Statement(
    'filters.FILES',
    r"""
    SELECT files.id, files.sample_id
    FROM files
    """,
    (), frozenset(), 2,
)

HIDDEN = Statement(
    'filters.HIDDEN',
    r"""
    SELECT annotations.sample_id
    FROM annotations
    WHERE annotations.is_hidden
    """,
    (), frozenset(), 1,
)

TYPED = Statement(
    'filters.TYPED',
    r"""
    SELECT sample_tags.sample_id
    FROM sample_tags JOIN tags ON tags.id = sample_tags.tag_id
    WHERE sample_tags.is_effective AND tags.facet = 'type'
    """,
    (), frozenset(), 1,
)

TAGGED = Statement(
    'filters.TAGGED',
    r"""
    SELECT sample_tags.sample_id
    FROM sample_tags
    WHERE sample_tags.is_effective AND sample_tags.tag_id IN (SELECT value FROM json_each(?1))
    """,
    ('tag_ids',), frozenset({'tag_ids'}), 1,
)

SURENESS = Statement(
    'filters.SURENESS',
    r"""
    SELECT sample_tags.sample_id * 1024 + CAST(round(1000 * sample_tags.confidence) AS BIGINT) AS anon_1
    FROM sample_tags
    WHERE sample_tags.is_effective AND sample_tags.tag_id IN (SELECT value FROM json_each(?1))
    """,
    ('tag_ids',), frozenset({'tag_ids'}), 1,
)

IN_KEY = Statement(
    'filters.IN_KEY',
    r"""
    SELECT samples.id
    FROM samples
    WHERE samples.musical_key = ?1
    """,
    ('key',), frozenset(), 1,
)

NOTED = Statement(
    'filters.NOTED',
    r"""
    SELECT annotations.sample_id
    FROM annotations
    WHERE lower(annotations.note) LIKE lower(?1) ESCAPE '\'
    """,
    ('pattern',), frozenset(), 1,
)

WITH_EXTENSION = Statement(
    'filters.WITH_EXTENSION',
    r"""
    SELECT files.id, files.sample_id
    FROM files
    WHERE files.ext = ?1
    """,
    ('ext',), frozenset(), 2,
)

ORIGINS = {
    'license': Statement(
    'filters.ORIGINS:license',
    r"""
    SELECT DISTINCT provenances.license
    FROM provenances
    WHERE provenances.license IS NOT NULL
    """,
    (), frozenset(), 1,
),
    'author': Statement(
    'filters.ORIGINS:author',
    r"""
    SELECT DISTINCT provenances.author
    FROM provenances
    WHERE provenances.author IS NOT NULL
    """,
    (), frozenset(), 1,
),
}

OF_ORIGIN = {
    'license': Statement(
    'filters.OF_ORIGIN:license',
    r"""
    SELECT files.sample_id
    FROM files
    WHERE files.id IN (SELECT provenances.file_id
    FROM provenances
    WHERE provenances.license IN (SELECT value FROM json_each(?1)))
    """,
    ('values',), frozenset({'values'}), 1,
),
    'author': Statement(
    'filters.OF_ORIGIN:author',
    r"""
    SELECT files.sample_id
    FROM files
    WHERE files.id IN (SELECT provenances.file_id
    FROM provenances
    WHERE provenances.author IN (SELECT value FROM json_each(?1)))
    """,
    ('values',), frozenset({'values'}), 1,
),
}

BETWEEN = {
    'len': Statement(
    'filters.BETWEEN:len',
    r"""
    SELECT samples.id
    FROM samples
    WHERE samples.duration_seconds BETWEEN ?1 AND ?2
    """,
    ('low', 'high'), frozenset(), 1,
),
    'channels': Statement(
    'filters.BETWEEN:channels',
    r"""
    SELECT samples.id
    FROM samples
    WHERE samples.n_channels BETWEEN ?1 AND ?2
    """,
    ('low', 'high'), frozenset(), 1,
),
    'rate': Statement(
    'filters.BETWEEN:rate',
    r"""
    SELECT samples.id
    FROM samples
    WHERE samples.sample_rate_hz BETWEEN ?1 AND ?2
    """,
    ('low', 'high'), frozenset(), 1,
),
    'bits': Statement(
    'filters.BETWEEN:bits',
    r"""
    SELECT samples.id
    FROM samples
    WHERE samples.bit_depth BETWEEN ?1 AND ?2
    """,
    ('low', 'high'), frozenset(), 1,
),
    'peak': Statement(
    'filters.BETWEEN:peak',
    r"""
    SELECT samples.id
    FROM samples
    WHERE samples.peak_dbfs BETWEEN ?1 AND ?2
    """,
    ('low', 'high'), frozenset(), 1,
),
    'loud': Statement(
    'filters.BETWEEN:loud',
    r"""
    SELECT samples.id
    FROM samples
    WHERE samples.loudness_lufs BETWEEN ?1 AND ?2
    """,
    ('low', 'high'), frozenset(), 1,
),
    'bright': Statement(
    'filters.BETWEEN:bright',
    r"""
    SELECT samples.id
    FROM samples
    WHERE samples.brightness_hz BETWEEN ?1 AND ?2
    """,
    ('low', 'high'), frozenset(), 1,
),
    'attack': Statement(
    'filters.BETWEEN:attack',
    r"""
    SELECT samples.id
    FROM samples
    WHERE samples.attack_ms BETWEEN ?1 AND ?2
    """,
    ('low', 'high'), frozenset(), 1,
),
    'decay': Statement(
    'filters.BETWEEN:decay',
    r"""
    SELECT samples.id
    FROM samples
    WHERE samples.decay_ms BETWEEN ?1 AND ?2
    """,
    ('low', 'high'), frozenset(), 1,
),
    'onsets': Statement(
    'filters.BETWEEN:onsets',
    r"""
    SELECT samples.id
    FROM samples
    WHERE samples.n_onsets BETWEEN ?1 AND ?2
    """,
    ('low', 'high'), frozenset(), 1,
),
    'noise': Statement(
    'filters.BETWEEN:noise',
    r"""
    SELECT samples.id
    FROM samples
    WHERE samples.noisiness BETWEEN ?1 AND ?2
    """,
    ('low', 'high'), frozenset(), 1,
),
    'width': Statement(
    'filters.BETWEEN:width',
    r"""
    SELECT samples.id
    FROM samples
    WHERE samples.stereo_width BETWEEN ?1 AND ?2
    """,
    ('low', 'high'), frozenset(), 1,
),
    'before': Statement(
    'filters.BETWEEN:before',
    r"""
    SELECT samples.id
    FROM samples
    WHERE samples.silence_before_ms BETWEEN ?1 AND ?2
    """,
    ('low', 'high'), frozenset(), 1,
),
    'after': Statement(
    'filters.BETWEEN:after',
    r"""
    SELECT samples.id
    FROM samples
    WHERE samples.silence_after_ms BETWEEN ?1 AND ?2
    """,
    ('low', 'high'), frozenset(), 1,
),
    'low': Statement(
    'filters.BETWEEN:low',
    r"""
    SELECT samples.id
    FROM samples
    WHERE samples.low_share BETWEEN ?1 AND ?2
    """,
    ('low', 'high'), frozenset(), 1,
),
    'slices': Statement(
    'filters.BETWEEN:slices',
    r"""
    SELECT samples.id
    FROM samples
    WHERE samples.n_slices BETWEEN ?1 AND ?2
    """,
    ('low', 'high'), frozenset(), 1,
),
    'bpm': Statement(
    'filters.BETWEEN:bpm',
    r"""
    SELECT samples.id
    FROM samples
    WHERE samples.bpm BETWEEN ?1 AND ?2
    """,
    ('low', 'high'), frozenset(), 1,
),
    'pitch': Statement(
    'filters.BETWEEN:pitch',
    r"""
    SELECT samples.id
    FROM samples
    WHERE samples.pitch_hz BETWEEN ?1 AND ?2
    """,
    ('low', 'high'), frozenset(), 1,
),
    'bars': Statement(
    'filters.BETWEEN:bars',
    r"""
    SELECT samples.id
    FROM samples
    WHERE (samples.duration_seconds * samples.bpm) / 240.0 BETWEEN ?1 AND ?2
    """,
    ('low', 'high'), frozenset(), 1,
),
    'stars': Statement(
    'filters.BETWEEN:stars',
    r"""
    SELECT annotations.sample_id
    FROM annotations
    WHERE annotations.stars BETWEEN ?1 AND ?2
    """,
    ('low', 'high'), frozenset(), 1,
),
    'added': Statement(
    'filters.BETWEEN:added',
    r"""
    SELECT samples.id
    FROM samples
    WHERE samples.created_at BETWEEN ?1 AND ?2
    """,
    ('low', 'high'), frozenset(), 1,
),
    'heard': Statement(
    'filters.BETWEEN:heard',
    r"""
    SELECT sample_hearings.sample_id
    FROM sample_hearings
    WHERE sample_hearings.heard_at BETWEEN ?1 AND ?2
    """,
    ('low', 'high'), frozenset(), 1,
),
    'used': Statement(
    'filters.BETWEEN:used',
    r"""
    SELECT sample_uses.sample_id
    FROM sample_uses
    WHERE sample_uses.used_at BETWEEN ?1 AND ?2
    """,
    ('low', 'high'), frozenset(), 1,
),
}
