"""What an earlier run has seen, for a scan that opens only what is new."""

import json
from collections import defaultdict
from collections.abc import Container, Iterable

from db.engines.sqlite import Cursor
from db.types import EncoderInfo, KnownFile

# In the order of ids the rows lie side by side: twice as fast as by path. The plus keeps SQLite from another index.
_KNOWN_FILES = """
SELECT f.relpath, f.size_bytes, f.mtime_ns, f.ctime_ns, v.id IS NOT NULL
FROM files AS f LEFT JOIN embeddings AS v ON v.sample_id = f.sample_id AND v.encoder_id = ?
WHERE +f.root_id = ? ORDER BY f.id
"""
_KNOWN_PROBLEMS = "SELECT relpath, size_bytes, mtime_ns, ctime_ns, code FROM problems WHERE root_id = ?"

_COMPLETE_FILES = """
SELECT c.size_bytes, c.file_hash
FROM file_contents AS c JOIN embeddings AS v ON v.sample_id = c.sample_id
WHERE v.encoder_id = ? AND c.size_bytes IN (SELECT value FROM json_each(?))
"""
_EMBEDDED = """
SELECT 1 FROM samples AS s JOIN embeddings AS v ON v.sample_id = s.id WHERE s.audio_hash = ? AND v.encoder_id = ?
"""


def find_encoder_id(cursor: Cursor, encoder: EncoderInfo) -> int | None:
    """Return the row id of an encoder, or None where it has no vector here yet."""
    row = cursor.execute("SELECT id FROM encoders WHERE fingerprint = ?", (encoder.fingerprint,)).fetchone()
    return None if row is None else int(row[0])


def read_known_files(
    cursor: Cursor, root_id: int, encoder: EncoderInfo, retried: Container[str] | None
) -> dict[bytes, KnownFile]:
    """Return every path under a root that is remembered as a file or as a problem.

    Args:
        cursor: Of a transaction.
        root_id: The root.
        encoder: A file without a vector of it is not done.
        retried: Codes of problems that are not done either; None for all.
    """
    rows = cursor.execute(_KNOWN_FILES, (find_encoder_id(cursor, encoder), root_id))
    known = {row[0]: KnownFile(row[1], row[2], row[3], row[4] == 1) for row in rows}
    for relpath, size_bytes, mtime_ns, ctime_ns, code in cursor.execute(_KNOWN_PROBLEMS, (root_id,)):
        known[relpath] = KnownFile(size_bytes, mtime_ns, ctime_ns, retried is not None and code not in retried)
    return known


def read_complete_files(cursor: Cursor, sizes: Iterable[int], encoder: EncoderInfo) -> dict[int, tuple[bytes, ...]]:
    """Return, by size in bytes, hashes of files that need no decoding: measurements and a vector are stored."""
    hashes: defaultdict[int, list[bytes]] = defaultdict(list)
    rows = cursor.execute(_COMPLETE_FILES, (find_encoder_id(cursor, encoder), json.dumps(list(sizes))))
    for size_bytes, file_hash in rows:
        hashes[size_bytes].append(file_hash)
    return {size: tuple(found) for size, found in hashes.items()}


def read_embedded(cursor: Cursor, audio_hashes: Iterable[bytes], encoder: EncoderInfo) -> set[bytes]:
    """Return those sounds that have a vector of an encoder."""
    encoder_id = find_encoder_id(cursor, encoder)
    return {each for each in audio_hashes if cursor.execute(_EMBEDDED, (each, encoder_id)).fetchone()}
