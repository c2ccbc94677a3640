"""Written by ``python -m db.statements`` from db/statements/orders.py; change that one."""

from db.engines.statement import Statement

RANKS = {
    'type': Statement(
    'orders.RANKS:type',
    r"""
    SELECT anon_1.sample_id, dense_rank() OVER (ORDER BY anon_1.min_1) AS anon_2
    FROM (SELECT sample_tags.sample_id AS sample_id, min(tags.name) AS min_1
    FROM sample_tags JOIN tags ON tags.id = sample_tags.tag_id
    WHERE sample_tags.is_effective AND tags.facet = 'type' GROUP BY sample_tags.sample_id) AS anon_1
    WHERE anon_1.min_1 IS NOT NULL ORDER BY anon_1.sample_id
    """,
    (), frozenset(), 2,
),
    'form': Statement(
    'orders.RANKS:form',
    r"""
    SELECT anon_1.sample_id, dense_rank() OVER (ORDER BY anon_1.min_1) AS anon_2
    FROM (SELECT sample_tags.sample_id AS sample_id, min(tags.name) AS min_1
    FROM sample_tags JOIN tags ON tags.id = sample_tags.tag_id
    WHERE sample_tags.is_effective AND tags.facet = 'form' GROUP BY sample_tags.sample_id) AS anon_1
    WHERE anon_1.min_1 IS NOT NULL ORDER BY anon_1.sample_id
    """,
    (), frozenset(), 2,
),
    'confidence': Statement(
    'orders.RANKS:confidence',
    r"""
    SELECT anon_1.id, dense_rank() OVER (ORDER BY anon_1.coalesce_1) AS anon_2
    FROM (SELECT samples.id AS id, coalesce(max(sample_tags.confidence), 0) AS coalesce_1
    FROM samples LEFT OUTER JOIN sample_tags ON sample_tags.sample_id = samples.id AND sample_tags.is_effective AND sample_tags.tag_id IN (SELECT tags.id
    FROM tags
    WHERE tags.facet = 'type') GROUP BY samples.id) AS anon_1
    WHERE anon_1.coalesce_1 IS NOT NULL ORDER BY anon_1.id
    """,
    (), frozenset(), 2,
),
    'stars': Statement(
    'orders.RANKS:stars',
    r"""
    SELECT anon_1.id, dense_rank() OVER (ORDER BY anon_1.coalesce_1) AS anon_2
    FROM (SELECT samples.id AS id, coalesce(annotations.stars, 0) AS coalesce_1
    FROM samples LEFT OUTER JOIN annotations ON annotations.sample_id = samples.id) AS anon_1
    WHERE anon_1.coalesce_1 IS NOT NULL ORDER BY anon_1.id
    """,
    (), frozenset(), 2,
),
    'used': Statement(
    'orders.RANKS:used',
    r"""
    SELECT anon_1.sample_id, dense_rank() OVER (ORDER BY anon_1.used_at) AS anon_2
    FROM (SELECT sample_uses.sample_id AS sample_id, sample_uses.used_at AS used_at
    FROM sample_uses) AS anon_1
    WHERE anon_1.used_at IS NOT NULL ORDER BY anon_1.sample_id
    """,
    (), frozenset(), 2,
),
    'heard': Statement(
    'orders.RANKS:heard',
    r"""
    SELECT anon_1.sample_id, dense_rank() OVER (ORDER BY anon_1.heard_at) AS anon_2
    FROM (SELECT sample_hearings.sample_id AS sample_id, sample_hearings.heard_at AS heard_at
    FROM sample_hearings) AS anon_1
    WHERE anon_1.heard_at IS NOT NULL ORDER BY anon_1.sample_id
    """,
    (), frozenset(), 2,
),
    'key': Statement(
    'orders.RANKS:key',
    r"""
    SELECT anon_1.id, dense_rank() OVER (ORDER BY anon_1.musical_key) AS anon_2
    FROM (SELECT samples.id AS id, samples.musical_key AS musical_key
    FROM samples) AS anon_1
    WHERE anon_1.musical_key IS NOT NULL ORDER BY anon_1.id
    """,
    (), frozenset(), 2,
),
    'tempo': Statement(
    'orders.RANKS:tempo',
    r"""
    SELECT anon_1.id, dense_rank() OVER (ORDER BY anon_1.bpm) AS anon_2
    FROM (SELECT samples.id AS id, samples.bpm AS bpm
    FROM samples) AS anon_1
    WHERE anon_1.bpm IS NOT NULL ORDER BY anon_1.id
    """,
    (), frozenset(), 2,
),
    'pitch': Statement(
    'orders.RANKS:pitch',
    r"""
    SELECT anon_1.id, dense_rank() OVER (ORDER BY anon_1.pitch_hz) AS anon_2
    FROM (SELECT samples.id AS id, samples.pitch_hz AS pitch_hz
    FROM samples) AS anon_1
    WHERE anon_1.pitch_hz IS NOT NULL ORDER BY anon_1.id
    """,
    (), frozenset(), 2,
),
    'length': Statement(
    'orders.RANKS:length',
    r"""
    SELECT anon_1.id, dense_rank() OVER (ORDER BY anon_1.duration_seconds) AS anon_2
    FROM (SELECT samples.id AS id, samples.duration_seconds AS duration_seconds
    FROM samples) AS anon_1
    WHERE anon_1.duration_seconds IS NOT NULL ORDER BY anon_1.id
    """,
    (), frozenset(), 2,
),
    'channels': Statement(
    'orders.RANKS:channels',
    r"""
    SELECT anon_1.id, dense_rank() OVER (ORDER BY anon_1.n_channels) AS anon_2
    FROM (SELECT samples.id AS id, samples.n_channels AS n_channels
    FROM samples) AS anon_1
    WHERE anon_1.n_channels IS NOT NULL ORDER BY anon_1.id
    """,
    (), frozenset(), 2,
),
    'rate': Statement(
    'orders.RANKS:rate',
    r"""
    SELECT anon_1.id, dense_rank() OVER (ORDER BY anon_1.sample_rate_hz) AS anon_2
    FROM (SELECT samples.id AS id, samples.sample_rate_hz AS sample_rate_hz
    FROM samples) AS anon_1
    WHERE anon_1.sample_rate_hz IS NOT NULL ORDER BY anon_1.id
    """,
    (), frozenset(), 2,
),
    'bits': Statement(
    'orders.RANKS:bits',
    r"""
    SELECT anon_1.id, dense_rank() OVER (ORDER BY anon_1.bit_depth) AS anon_2
    FROM (SELECT samples.id AS id, samples.bit_depth AS bit_depth
    FROM samples) AS anon_1
    WHERE anon_1.bit_depth IS NOT NULL ORDER BY anon_1.id
    """,
    (), frozenset(), 2,
),
    'peak': Statement(
    'orders.RANKS:peak',
    r"""
    SELECT anon_1.id, dense_rank() OVER (ORDER BY anon_1.peak_dbfs) AS anon_2
    FROM (SELECT samples.id AS id, samples.peak_dbfs AS peak_dbfs
    FROM samples) AS anon_1
    WHERE anon_1.peak_dbfs IS NOT NULL ORDER BY anon_1.id
    """,
    (), frozenset(), 2,
),
    'loudness': Statement(
    'orders.RANKS:loudness',
    r"""
    SELECT anon_1.id, dense_rank() OVER (ORDER BY anon_1.loudness_lufs) AS anon_2
    FROM (SELECT samples.id AS id, samples.loudness_lufs AS loudness_lufs
    FROM samples) AS anon_1
    WHERE anon_1.loudness_lufs IS NOT NULL ORDER BY anon_1.id
    """,
    (), frozenset(), 2,
),
    'brightness': Statement(
    'orders.RANKS:brightness',
    r"""
    SELECT anon_1.id, dense_rank() OVER (ORDER BY anon_1.brightness_hz) AS anon_2
    FROM (SELECT samples.id AS id, samples.brightness_hz AS brightness_hz
    FROM samples) AS anon_1
    WHERE anon_1.brightness_hz IS NOT NULL ORDER BY anon_1.id
    """,
    (), frozenset(), 2,
),
    'attack': Statement(
    'orders.RANKS:attack',
    r"""
    SELECT anon_1.id, dense_rank() OVER (ORDER BY anon_1.attack_ms) AS anon_2
    FROM (SELECT samples.id AS id, samples.attack_ms AS attack_ms
    FROM samples) AS anon_1
    WHERE anon_1.attack_ms IS NOT NULL ORDER BY anon_1.id
    """,
    (), frozenset(), 2,
),
    'decay': Statement(
    'orders.RANKS:decay',
    r"""
    SELECT anon_1.id, dense_rank() OVER (ORDER BY anon_1.decay_ms) AS anon_2
    FROM (SELECT samples.id AS id, samples.decay_ms AS decay_ms
    FROM samples) AS anon_1
    WHERE anon_1.decay_ms IS NOT NULL ORDER BY anon_1.id
    """,
    (), frozenset(), 2,
),
    'onsets': Statement(
    'orders.RANKS:onsets',
    r"""
    SELECT anon_1.id, dense_rank() OVER (ORDER BY anon_1.n_onsets) AS anon_2
    FROM (SELECT samples.id AS id, samples.n_onsets AS n_onsets
    FROM samples) AS anon_1
    WHERE anon_1.n_onsets IS NOT NULL ORDER BY anon_1.id
    """,
    (), frozenset(), 2,
),
    'noisiness': Statement(
    'orders.RANKS:noisiness',
    r"""
    SELECT anon_1.id, dense_rank() OVER (ORDER BY anon_1.noisiness) AS anon_2
    FROM (SELECT samples.id AS id, samples.noisiness AS noisiness
    FROM samples) AS anon_1
    WHERE anon_1.noisiness IS NOT NULL ORDER BY anon_1.id
    """,
    (), frozenset(), 2,
),
    'width': Statement(
    'orders.RANKS:width',
    r"""
    SELECT anon_1.id, dense_rank() OVER (ORDER BY anon_1.stereo_width) AS anon_2
    FROM (SELECT samples.id AS id, samples.stereo_width AS stereo_width
    FROM samples) AS anon_1
    WHERE anon_1.stereo_width IS NOT NULL ORDER BY anon_1.id
    """,
    (), frozenset(), 2,
),
    'before': Statement(
    'orders.RANKS:before',
    r"""
    SELECT anon_1.id, dense_rank() OVER (ORDER BY anon_1.silence_before_ms) AS anon_2
    FROM (SELECT samples.id AS id, samples.silence_before_ms AS silence_before_ms
    FROM samples) AS anon_1
    WHERE anon_1.silence_before_ms IS NOT NULL ORDER BY anon_1.id
    """,
    (), frozenset(), 2,
),
    'after': Statement(
    'orders.RANKS:after',
    r"""
    SELECT anon_1.id, dense_rank() OVER (ORDER BY anon_1.silence_after_ms) AS anon_2
    FROM (SELECT samples.id AS id, samples.silence_after_ms AS silence_after_ms
    FROM samples) AS anon_1
    WHERE anon_1.silence_after_ms IS NOT NULL ORDER BY anon_1.id
    """,
    (), frozenset(), 2,
),
    'low': Statement(
    'orders.RANKS:low',
    r"""
    SELECT anon_1.id, dense_rank() OVER (ORDER BY anon_1.low_share) AS anon_2
    FROM (SELECT samples.id AS id, samples.low_share AS low_share
    FROM samples) AS anon_1
    WHERE anon_1.low_share IS NOT NULL ORDER BY anon_1.id
    """,
    (), frozenset(), 2,
),
    'slices': Statement(
    'orders.RANKS:slices',
    r"""
    SELECT anon_1.id, dense_rank() OVER (ORDER BY anon_1.n_slices) AS anon_2
    FROM (SELECT samples.id AS id, samples.n_slices AS n_slices
    FROM samples) AS anon_1
    WHERE anon_1.n_slices IS NOT NULL ORDER BY anon_1.id
    """,
    (), frozenset(), 2,
),
}

FIRST_FILES = {
    'name': Statement(
    'orders.FIRST_FILES:name',
    r"""
    SELECT files.sample_id, files.name
    FROM files
    WHERE files.id = (SELECT min(files_1.id) AS min_1
    FROM files AS files_1
    WHERE files_1.sample_id = files.sample_id)
    """,
    (), frozenset(), 2,
),
    'folder': Statement(
    'orders.FIRST_FILES:folder',
    r"""
    SELECT files.sample_id, files.folder
    FROM files
    WHERE files.id = (SELECT min(files_1.id) AS min_1
    FROM files AS files_1
    WHERE files_1.sample_id = files.sample_id)
    """,
    (), frozenset(), 2,
),
    'pack': Statement(
    'orders.FIRST_FILES:pack',
    r"""
    SELECT files.sample_id, files.root_id, files.folder
    FROM files
    WHERE files.id = (SELECT min(files_1.id) AS min_1
    FROM files AS files_1
    WHERE files_1.sample_id = files.sample_id)
    """,
    (), frozenset(), 3,
),
}
