"""The library in figures, and what is wrong with it."""

from datetime import UTC, datetime
from pathlib import Path

from db.engines.sqlite import Cursor
from db.paths import from_stored
from db.read.roots import read_roots
from db.types import EncoderCount, LibraryStats, Problem

_TOTALS = """
SELECT count(*), total(duration_seconds), coalesce(sum(n_files), 0) FROM samples WHERE n_files > 0
"""
_FORMATS = """
SELECT s.format, sum(s.n_files) AS n FROM samples AS s WHERE s.n_files > 0 GROUP BY s.format ORDER BY n DESC, s.format
"""
_ENCODERS = """
SELECT fingerprint, name, revision,
       (SELECT count(*) FROM embeddings WHERE encoder_id = encoders.id)
FROM encoders ORDER BY id
"""
_PROBLEMS = """
SELECT r.path, p.relpath, p.code, p.message, p.seen_at
FROM problems AS p JOIN roots AS r ON r.id = p.root_id ORDER BY p.root_id, p.relpath
"""
_PARTLY_READ = """
SELECT r.path, f.relpath, s.caveats
FROM samples AS s JOIN files AS f ON f.sample_id = s.id JOIN roots AS r ON r.id = f.root_id
WHERE s.caveats <> '' ORDER BY f.root_id, f.relpath
"""

_REPAIR = "To rebuild it: earmark doctor --repair. To bring back a copy: earmark restore"
_FAULTS = {
    "SELECT count(*) FROM pragma_foreign_key_check": "{n} rows refer to rows that are gone.",
    "SELECT count(*) FROM samples WHERE n_files <> (SELECT count(*) FROM files WHERE sample_id = samples.id)": (
        "The file counts of {n} sounds are wrong."
    ),
    "SELECT (SELECT count(*) FROM files) <> (SELECT count(*) FROM file_names_docsize)": (
        "The index of names is incomplete."
    ),
    "SELECT count(*) FROM embeddings JOIN encoders AS e ON e.id = encoder_id WHERE length(vector) <> 2 * e.dim": (
        "{n} vectors have the wrong length."
    ),
}


def read_stats(cursor: Cursor, database_bytes: int) -> LibraryStats:
    n_samples, duration_seconds, n_files = cursor.execute(_TOTALS).fetchone()
    return LibraryStats(
        n_samples=n_samples,
        n_files=n_files,
        n_duplicates=n_files - n_samples,
        n_problems=_value(cursor, "SELECT count(*) FROM problems"),
        duration_seconds=duration_seconds,
        size_bytes=_value(cursor, "SELECT coalesce(sum(size_bytes), 0) FROM files"),
        formats=dict(cursor.execute(_FORMATS)),
        roots=tuple(read_roots(cursor)),
        encoders=tuple(read_encoders(cursor)),
        database_bytes=database_bytes,
    )


def read_encoders(cursor: Cursor) -> list[EncoderCount]:
    return [EncoderCount(*row) for row in cursor.execute(_ENCODERS)]


def read_problems(cursor: Cursor) -> list[Problem]:
    """Return the files that could not be read, ordered by root and path."""
    return [
        Problem(from_stored(root, relpath), code, message, datetime.fromtimestamp(seen_at, UTC))
        for root, relpath, code, message, seen_at in cursor.execute(_PROBLEMS)
    ]


def read_partly_read(cursor: Cursor) -> dict[Path, tuple[str, ...]]:
    """Return the files that were read only in part, each with the sentences that say so, ordered by root and path."""
    rows = cursor.execute(_PARTLY_READ)
    return {from_stored(root, relpath): tuple(caveats.splitlines()) for root, relpath, caveats in rows}


def find_faults(cursor: Cursor) -> list[str]:
    """Return one sentence for each inconsistency of the database; empty when it is healthy."""
    damage = [row[0] for row in cursor.execute("PRAGMA quick_check(10)") if row[0] != "ok"]
    if damage:
        return [f"earmark.db is damaged ({damage[0]}). {_REPAIR}"]
    return [f"{fault.format(n=n)} {_REPAIR}" for query, fault in _FAULTS.items() if (n := _value(cursor, query))]


def _value(cursor: Cursor, query: str) -> int:
    return int(cursor.execute(query).fetchone()[0])
