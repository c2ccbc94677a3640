"""What an audit of duplicates needs of a library."""

import json
from datetime import UTC, datetime

from db.engines.sqlite import Cursor
from db.paths import from_stored, is_present
from db.types import DuplicateDecisions, FilePlace, FileStat, SampleIds

_PLACES = """
SELECT f.id, f.sample_id, s.audio_hash, f.file_hash, f.root_id, f.relpath, f.size_bytes, f.mtime_ns, f.ctime_ns,
  f.first_seen_at
FROM json_each(?) AS w JOIN files AS f ON f.sample_id = w.value JOIN samples AS s ON s.id = f.sample_id ORDER BY f.id
"""


def read_file_places(cursor: Cursor, ids: SampleIds) -> list[FilePlace]:
    """Return the files of samples, the first found first."""
    roots = dict(cursor.execute("SELECT id, path FROM roots").fetchall())
    is_online = {root_id: is_present(stored) for root_id, stored in roots.items()}
    rows = cursor.execute(_PLACES, (json.dumps(ids.tolist()),))
    return [
        FilePlace(
            file_id=file_id,
            sample_id=sample_id,
            audio_hash=audio_hash,
            file_hash=file_hash,
            path=from_stored(roots[root_id], relpath),
            relpath=relpath,
            stat=FileStat(*stat),
            is_online=is_online[root_id],
            first_seen_at=datetime.fromtimestamp(seen_at, UTC),
        )
        for file_id, sample_id, audio_hash, file_hash, root_id, relpath, *stat, seen_at in rows
    ]


def read_decisions(cursor: Cursor) -> DuplicateDecisions:
    """Return what the user said of duplicates."""
    apart = cursor.execute("SELECT first_hash, second_hash FROM kept_apart").fetchall()
    keepers = cursor.execute("SELECT audio_hash, relpath FROM chosen_keepers").fetchall()
    return DuplicateDecisions(frozenset(apart), dict(keepers))
