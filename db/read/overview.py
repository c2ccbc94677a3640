"""The library in figures, its settings, and what it could not read."""

from datetime import UTC, datetime
from pathlib import Path

from db.compiled.overview import ENCODERS, FORMATS, N_PROBLEMS, PARTLY_READ, PROBLEMS, SETTING, SIZE, TOTALS
from db.engines.base import Transaction
from db.paths import from_stored
from db.read.roots import read_roots
from db.types import EncoderCount, LibraryStats, Problem


def read_setting(transaction: Transaction, name: str) -> str | None:
    """Return a single value of the library, or None where it was never stored."""
    value: str | None = transaction.value(SETTING, name=name)
    return value


def read_generation(transaction: Transaction) -> int:
    """Return how many transactions have changed the library."""
    return int(transaction.value(SETTING, name="generation"))


def read_stats(transaction: Transaction, database_bytes: int) -> LibraryStats:
    ((n_samples, duration_seconds, n_files),) = transaction.rows(TOTALS)
    return LibraryStats(
        n_samples=n_samples,
        n_files=int(n_files),
        n_duplicates=int(n_files) - n_samples,
        n_problems=transaction.value(N_PROBLEMS),
        duration_seconds=duration_seconds,
        size_bytes=int(transaction.value(SIZE)),
        formats={name: int(n) for name, n in transaction.rows(FORMATS)},
        roots=tuple(read_roots(transaction)),
        encoders=tuple(read_encoders(transaction)),
        database_bytes=database_bytes,
    )


def read_encoders(transaction: Transaction) -> list[EncoderCount]:
    return [EncoderCount(*row) for row in transaction.rows(ENCODERS)]


def read_problems(transaction: Transaction) -> list[Problem]:
    """Return the files that could not be read, ordered by root and path."""
    return [
        Problem(from_stored(root, relpath), code, message, datetime.fromtimestamp(seen_at, UTC))
        for root, relpath, code, message, seen_at in transaction.rows(PROBLEMS)
    ]


def read_partly_read(transaction: Transaction) -> dict[Path, tuple[str, ...]]:
    """Return the files that were read only in part, each with the sentences that say so, ordered by root and path."""
    rows = transaction.rows(PARTLY_READ)
    return {from_stored(root, relpath): tuple(caveats.splitlines()) for root, relpath, caveats in rows}
