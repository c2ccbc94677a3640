"""Written by ``python -m db.statements`` from db/statements/samples.py; change that one."""

from db.engines.statement import Statement

FEATURES = Statement(
    'samples.FEATURES',
    r"""
    SELECT samples.id, samples.caveats, samples.created_at, samples.duration_seconds, samples.n_channels, samples.sample_rate_hz, samples.bit_depth, samples.format, samples.peak_dbfs, samples.loudness_lufs, samples.brightness_hz, samples.attack_ms, samples.decay_ms, samples.n_onsets, samples.noisiness, samples.stereo_width, samples.silence_before_ms, samples.silence_after_ms, samples.low_share, samples.n_slices
    FROM json_each(?1) AS anon_1 JOIN samples ON samples.id = anon_1.value
    """,
    ('ids',), frozenset({'ids'}), 20,
)

PATHS = Statement(
    'samples.PATHS',
    r"""
    SELECT files.sample_id, files.id, files.root_id, files.relpath
    FROM json_each(?1) AS anon_1 JOIN files ON files.sample_id = anon_1.value ORDER BY files.id
    """,
    ('ids',), frozenset({'ids'}), 4,
)

FILES = Statement(
    'samples.FILES',
    r"""
    SELECT files.sample_id, files.root_id, files.relpath, files.folder, provenances.author, provenances.license, provenances.url
    FROM json_each(?1) AS anon_1 JOIN files ON files.sample_id = anon_1.value LEFT OUTER JOIN provenances ON provenances.file_id = files.id ORDER BY files.id
    """,
    ('ids',), frozenset({'ids'}), 7,
)

READINGS = Statement(
    'samples.READINGS',
    r"""
    SELECT readings.sample_id, readings.name, readings.source, readings.confidence, readings.number, readings.text
    FROM json_each(?1) AS anon_1 JOIN readings ON readings.sample_id = anon_1.value ORDER BY readings.source
    """,
    ('ids',), frozenset({'ids'}), 6,
)

TAGS = Statement(
    'samples.TAGS',
    r"""
    SELECT sample_tags.sample_id, tags.facet, tags.name, sample_tags.source, sample_tags.confidence, tags.parent
    FROM json_each(?1) AS anon_1 JOIN sample_tags ON sample_tags.sample_id = anon_1.value JOIN tags ON tags.id = sample_tags.tag_id
    WHERE sample_tags.is_effective ORDER BY sample_tags.confidence DESC, sample_tags.source DESC, tags.facet, tags.name
    """,
    ('ids',), frozenset({'ids'}), 6,
)

PRESENT = Statement(
    'samples.PRESENT',
    r"""
    SELECT samples.id
    FROM samples
    WHERE samples.n_files > 0 ORDER BY samples.id
    """,
    (), frozenset(), 1,
)

ABSENT = Statement(
    'samples.ABSENT',
    r"""
    SELECT samples.id
    FROM samples
    WHERE samples.n_files = 0
    """,
    (), frozenset(), 1,
)

COPIED = Statement(
    'samples.COPIED',
    r"""
    SELECT samples.id
    FROM samples
    WHERE samples.n_files > 1
    """,
    (), frozenset(), 1,
)

ANY = Statement(
    'samples.ANY',
    r"""
    SELECT samples.id
    FROM samples
     LIMIT 1 OFFSET 0
    """,
    (), frozenset(), 1,
)
