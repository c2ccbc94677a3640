"""The library in figures, and what it could not read."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from db.compiled.overview import ENCODERS, FORMATS, N_PROBLEMS, PARTLY_READ, PROBLEMS, SIZE, TOTALS
from db.engines.base import Transaction
from db.paths import from_stored
from db.read.roots import read_roots
from db.types import Root


@dataclass(frozen=True, slots=True)
class EncoderCount:
    """How many sounds have a vector of one encoder."""

    fingerprint: str
    name: str
    revision: str
    n_vectors: int


@dataclass(frozen=True, slots=True)
class LibraryStats:
    """The library in figures; only sounds with a file on disk are counted.

    Attributes:
        n_samples: Different sounds.
        n_duplicates: Files beyond the first of each sound.
        size_bytes: Of all audio files, duplicates included.
        formats: Files per format, most frequent first.
        database_bytes: Of the library itself.
    """

    n_samples: int
    n_files: int
    n_duplicates: int
    n_problems: int
    duration_seconds: float
    size_bytes: int
    formats: dict[str, int]
    roots: tuple[Root, ...]
    encoders: tuple[EncoderCount, ...]
    database_bytes: int


@dataclass(frozen=True, slots=True)
class Problem:
    """One line of ``earmark problems``."""

    path: Path
    code: str
    message: str
    seen_at: datetime


def read_stats(transaction: Transaction, database_bytes: int) -> LibraryStats:
    """Return the library in figures; what it takes itself is known to whoever stores it."""
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
    """Return the encoders that have vectors here, oldest first."""
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
