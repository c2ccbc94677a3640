"""Written by ``python -m db.statements`` from db/statements/measurements.py; change that one."""

from db.engines.statement import Statement

FEATURES = Statement(
    'measurements.FEATURES',
    r"""
    SELECT samples.id, samples.duration_seconds, samples.n_channels, samples.sample_rate_hz, samples.bit_depth, samples.format, samples.peak_dbfs, samples.loudness_lufs, samples.brightness_hz, samples.attack_ms, samples.decay_ms, samples.n_onsets, samples.noisiness, samples.stereo_width, samples.silence_before_ms, samples.silence_after_ms, samples.low_share, samples.n_slices
    FROM json_each(?1) AS anon_1 JOIN samples ON samples.id = anon_1.value
    """,
    ('ids',), frozenset({'ids'}), 18,
)

MEASURED = Statement(
    'measurements.MEASURED',
    r"""
    SELECT samples.duration_seconds, samples.n_channels, samples.sample_rate_hz, samples.bit_depth, samples.peak_dbfs, samples.loudness_lufs, samples.brightness_hz, samples.attack_ms, samples.decay_ms, samples.n_onsets, samples.noisiness, samples.stereo_width, samples.silence_before_ms, samples.silence_after_ms, samples.low_share, samples.n_slices, samples.bpm, samples.pitch_hz, samples.duration_seconds - (coalesce(samples.silence_before_ms, 0) + coalesce(samples.silence_after_ms, 0)) / 1000.0 AS audible_seconds
    FROM json_each(?1) AS anon_1 LEFT OUTER JOIN samples ON samples.id = anon_1.value ORDER BY anon_1."key"
    """,
    ('ids',), frozenset({'ids'}), 19,
)
