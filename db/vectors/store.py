"""Vector indexes of a library, kept up to date with its database."""

import contextlib
import hashlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from db.engines.sqlite import Cursor, Database
from db.read.columns import read_ids
from db.read.known_files import find_encoder_id
from db.types import EncoderInfo, SampleIds
from db.vectors.cache import Stamp, read_cache, write_cache
from db.vectors.flat_index import Codes, FlatIndex, VectorIndex

_N_ROWS = 8192  # rows in memory at once while vectors are read
# A row costs 8 us to read again, the whole cache 2 us a vector to write: rewrite it when a twentieth is new.
_MIN_STALE = 1000
_STALE_SHARE = 0.05


@dataclass
class _Loaded:
    index: FlatIndex
    last_id: int = 0  # row id of the last vector in the index
    n_cached: int = 0  # vectors that the cache file holds
    generation: int = -1


class VectorStore:
    """Indexes by encoder; safe to use from several threads."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._folder = database.path.parent
        self._lock = threading.Lock()
        self._loaded: dict[str, _Loaded] = {}

    def get(self, encoder: EncoderInfo) -> VectorIndex:
        """Return an encoder's index as of now, from memory, the cache file and the database, in this order."""
        with self._lock, self._database.read() as cursor:
            loaded = self._loaded.get(encoder.fingerprint)
            if loaded is None:
                loaded = self._loaded[encoder.fingerprint] = self._load(cursor, encoder)
            generation = read_generation(cursor)
            if loaded.generation != generation:
                _extend(cursor, encoder, loaded)
                loaded.index.hide(_read_absent(cursor))
                loaded.generation = generation
                self._save(cursor, encoder, loaded)
            return loaded.index

    def find_faults(self, cursor: Cursor) -> list[str]:
        """Return one sentence for each cache file that cannot be used."""
        faults = []
        for fingerprint, dim in cursor.execute("SELECT fingerprint, dim FROM encoders").fetchall():
            path = self._cache_path(fingerprint)
            if path.exists() and self._read_cache(cursor, fingerprint, dim) is None:
                faults.append(f"The vector cache {path.name} is damaged or out of date; the next search rebuilds it.")
        return faults

    def _load(self, cursor: Cursor, encoder: EncoderInfo) -> _Loaded:
        loaded = _Loaded(FlatIndex(encoder.dim))
        cached = self._read_cache(cursor, encoder.fingerprint, encoder.dim)
        if cached is not None:
            stamp, ids, codes = cached
            loaded.index.append(ids, codes)
            loaded.last_id, loaded.n_cached = stamp.last_id, stamp.n
        return loaded

    def _save(self, cursor: Cursor, encoder: EncoderInfo, loaded: _Loaded) -> None:
        n = len(loaded.index.ids)
        is_level = n - loaded.n_cached <= max(_MIN_STALE, _STALE_SHARE * n)
        if not self._database.is_writable or (is_level and (loaded.n_cached or not n)):
            return
        stamp = Stamp(_read_library(cursor), encoder.fingerprint, encoder.dim, loaded.generation, n, loaded.last_id)
        with contextlib.suppress(OSError):  # a full disk; the next search tries again
            write_cache(self._cache_path(encoder.fingerprint), stamp, loaded.index.ids, loaded.index.codes())
            loaded.n_cached = n

    def _read_cache(self, cursor: Cursor, fingerprint: str, dim: int) -> tuple[Stamp, SampleIds, Codes] | None:
        cached = read_cache(self._cache_path(fingerprint))
        if cached is None or not _is_prefix(cursor, fingerprint, dim, *cached):
            return None
        return cached

    def _cache_path(self, fingerprint: str) -> Path:
        return self._folder / f"vectors-{hashlib.sha256(fingerprint.encode()).hexdigest()[:12]}.cache"


def read_generation(cursor: Cursor) -> int:
    """Return how many transactions have changed the library."""
    return int(cursor.execute("SELECT value FROM meta WHERE name = 'generation'").fetchone()[0])


def _read_library(cursor: Cursor) -> str:
    return str(cursor.execute("SELECT value FROM meta WHERE name = 'library'").fetchone()[0])


def _read_absent(cursor: Cursor) -> SampleIds:
    return read_ids(cursor, "SELECT id FROM samples WHERE n_files = 0")


def _is_prefix(cursor: Cursor, fingerprint: str, dim: int, stamp: Stamp, ids: SampleIds, codes: Codes) -> bool:
    """Say whether a cache holds exactly the first rows of the database.

    Rows are only ever added, so the count and the last row tell, even where an older copy of the database was put back
    and has grown again since.
    """
    expected = (_read_library(cursor), fingerprint, dim)
    if (stamp.library, stamp.encoder, stamp.dim) != expected or stamp.generation > read_generation(cursor):
        return False
    row = cursor.execute(
        "SELECT v.sample_id, v.vector, (SELECT count(*) FROM embeddings WHERE encoder_id = e.id AND id <= v.id) "
        "FROM encoders AS e JOIN embeddings AS v ON v.encoder_id = e.id WHERE e.fingerprint = ? AND v.id = ?",
        (fingerprint, stamp.last_id),
    ).fetchone()
    return row is not None and row == (ids[-1], codes[-1].tobytes(), stamp.n)


def _extend(cursor: Cursor, encoder: EncoderInfo, loaded: _Loaded) -> None:
    for last_id, ids, codes in _iter_new(cursor, encoder, loaded.last_id):
        loaded.index.append(ids, codes)
        loaded.last_id = last_id


def _iter_new(cursor: Cursor, encoder: EncoderInfo, last_id: int) -> Iterator[tuple[int, SampleIds, Codes]]:
    cursor.execute(
        "SELECT id, sample_id, vector FROM embeddings WHERE encoder_id = ? AND id > ? ORDER BY id",
        (find_encoder_id(cursor, encoder), last_id),
    )
    while rows := cursor.fetchmany(_N_ROWS):
        row_ids, sample_ids, vectors = zip(*rows, strict=True)
        codes = np.frombuffer(b"".join(vectors), np.uint8).reshape(len(rows), 2 * encoder.dim)
        yield row_ids[-1], np.array(sample_ids, np.int64), codes
