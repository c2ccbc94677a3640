"""Written by ``python -m db.statements`` from db/statements/duplicates.py; change that one."""

from db.engines.statement import Statement

PLACES = Statement(
    'duplicates.PLACES',
    r"""
    SELECT files.id, files.sample_id, samples.audio_hash, files.file_hash, files.root_id, files.relpath, files.size_bytes, files.mtime_ns, files.ctime_ns, files.first_seen_at
    FROM json_each(?1) AS anon_1 JOIN files ON files.sample_id = anon_1.value JOIN samples ON samples.id = files.sample_id ORDER BY files.id
    """,
    ('ids',), frozenset({'ids'}), 10,
)

KEPT_APART = Statement(
    'duplicates.KEPT_APART',
    r"""
    SELECT kept_apart.first_hash, kept_apart.second_hash
    FROM kept_apart
    """,
    (), frozenset(), 2,
)

CHOSEN_KEEPERS = Statement(
    'duplicates.CHOSEN_KEEPERS',
    r"""
    SELECT chosen_keepers.audio_hash, chosen_keepers.relpath
    FROM chosen_keepers
    """,
    (), frozenset(), 2,
)
