"""Cache of proposed and compared pairs: a file in the library's folder that may be deleted at any time."""

import contextlib
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self, TypeAlias

import numpy as np
import numpy.typing as npt

from indexer.duplicates.null_test import REVISION, Comparison

FILE_NAME = "duplicates.cache"
IdPairs: TypeAlias = npt.NDArray[np.int64]  # of samples, the lower id first, shape (n, 2)
HashPair: TypeAlias = tuple[bytes, bytes]  # hashes of the audio of two sounds, the lower first

_TABLE = """
CREATE TABLE IF NOT EXISTS comparisons (
    first_hash BLOB, second_hash BLOB, residual_db REAL, first_shared REAL, second_shared REAL, gain_db REAL,
    delay_seconds REAL, odd REAL, worst REAL, is_same_audio INTEGER, first_silent INTEGER, second_silent INTEGER,
    PRIMARY KEY (first_hash, second_hash)
) WITHOUT ROWID
"""
_CANDIDATES = "CREATE TABLE IF NOT EXISTS candidates (key BLOB PRIMARY KEY, pairs BLOB) WITHOUT ROWID"
_STORE = "INSERT OR REPLACE INTO comparisons VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


class ComparisonCache:
    """Comparisons by pairs of audio hashes; only in memory if the file cannot be opened or another audit writes it."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / FILE_NAME
        self._connection = _open(self._file)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def read(self) -> dict[HashPair, Comparison]:
        """Return all comparisons; none if the file is damaged."""
        try:
            rows = self._connection.execute("SELECT * FROM comparisons").fetchall()
        except sqlite3.DatabaseError:
            self._connection.close()
            self._connection = _open_anew(self._file)
            return {}
        return {(first, second): _as_comparison(values) for first, second, *values in rows}

    def store(self, found: Mapping[HashPair, Comparison]) -> None:
        """Store comparisons in one transaction; errors such as a full disk are ignored."""
        with contextlib.suppress(sqlite3.OperationalError), self._connection:
            self._connection.executemany(_STORE, _rows(found))

    def read_candidates(self, key: bytes) -> IdPairs | None:
        """Return the pairs that were proposed last, shape ``(n, 2)``; None if their key is another one."""
        with contextlib.suppress(sqlite3.DatabaseError):
            row = self._connection.execute("SELECT pairs FROM candidates WHERE key = ?", (key,)).fetchone()
            if row is not None:
                return np.frombuffer(row[0], np.int64).reshape(-1, 2)
        return None

    def store_candidates(self, key: bytes, pairs: IdPairs) -> None:
        """Store proposed pairs in place of earlier ones."""
        with contextlib.suppress(sqlite3.DatabaseError), self._connection:
            self._connection.execute("DELETE FROM candidates")
            self._connection.execute("INSERT INTO candidates VALUES (?, ?)", (key, pairs.tobytes()))


def _as_comparison(values: Sequence[float]) -> Comparison:
    residual_db, shared, also_shared, gain_db, delay_seconds, odd, worst, is_same_audio, *silent = values
    return Comparison(
        residual_db=residual_db,
        shared=(shared, also_shared),
        gain_db=gain_db,
        delay_seconds=delay_seconds,
        odd=odd,
        worst=worst,
        is_same_audio=bool(is_same_audio),
        has_silent_channel=(bool(silent[0]), bool(silent[1])),
    )


def _rows(found: Mapping[HashPair, Comparison]) -> Iterable[tuple[object, ...]]:
    for pair, one in found.items():
        power = (one.residual_db, *one.shared, one.gain_db, one.delay_seconds, one.odd, one.worst)
        yield *pair, *power, one.is_same_audio, *one.has_silent_channel


def _open(file: Path) -> sqlite3.Connection:
    """Open the file; start again if it is damaged or of another revision of the null test."""
    try:
        return _prepared(sqlite3.connect(file))
    except sqlite3.OperationalError:
        return _prepared(sqlite3.connect(":memory:"))
    except sqlite3.DatabaseError:
        return _open_anew(file)


def _open_anew(file: Path) -> sqlite3.Connection:
    try:
        file.unlink(missing_ok=True)
        return _prepared(sqlite3.connect(file))
    except (OSError, sqlite3.DatabaseError):
        return _prepared(sqlite3.connect(":memory:"))


def _prepared(connection: sqlite3.Connection) -> sqlite3.Connection:
    try:
        with connection:
            if connection.execute("PRAGMA user_version").fetchone() != (REVISION,):
                connection.execute("DROP TABLE IF EXISTS comparisons")
                connection.execute("DROP TABLE IF EXISTS candidates")
                connection.execute(f"PRAGMA user_version = {REVISION}")
            connection.execute(_TABLE)
            connection.execute(_CANDIDATES)
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection
