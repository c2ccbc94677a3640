"""Vector indexes of a library, kept up to date with its database."""

import contextlib
import hashlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from db.compiled.embeddings import ADDED, ENCODERS, UP_TO
from db.compiled.samples import ABSENT
from db.engines.base import Transaction
from db.engines.sqlite import SqliteDatabase
from db.read.known_files import find_encoder_id
from db.read.settings import read_generation, read_setting
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

    def __init__(self, database: SqliteDatabase) -> None:
        self._database = database
        self._folder = database.path.parent
        self._lock = threading.Lock()
        self._loaded: dict[str, _Loaded] = {}

    def get(self, encoder: EncoderInfo) -> VectorIndex:
        """Return an encoder's index as of now, from memory, the cache file and the database, in this order."""
        with self._lock, self._database.read() as transaction:
            loaded = self._loaded.get(encoder.fingerprint)
            if loaded is None:
                loaded = self._loaded[encoder.fingerprint] = self._load(transaction, encoder)
            generation = read_generation(transaction)
            if loaded.generation != generation:
                _extend(transaction, encoder, loaded)
                loaded.index.hide(np.unique(transaction.numbers(ABSENT)))
                loaded.generation = generation
                self._save(transaction, encoder, loaded)
            return loaded.index

    def find_faults(self, transaction: Transaction) -> list[str]:
        """Return one sentence for each cache file that cannot be used."""
        faults = []
        for fingerprint, dim in transaction.rows(ENCODERS):
            path = self._cache_path(fingerprint)
            if path.exists() and self._read_cache(transaction, fingerprint, dim) is None:
                faults.append(f"The vector cache {path.name} is damaged or out of date; the next search rebuilds it.")
        return faults

    def _load(self, transaction: Transaction, encoder: EncoderInfo) -> _Loaded:
        loaded = _Loaded(FlatIndex(encoder.dim))
        cached = self._read_cache(transaction, encoder.fingerprint, encoder.dim)
        if cached is not None:
            stamp, ids, codes = cached
            loaded.index.append(ids, codes)
            loaded.last_id, loaded.n_cached = stamp.last_id, stamp.n
        return loaded

    def _save(self, transaction: Transaction, encoder: EncoderInfo, loaded: _Loaded) -> None:
        n = len(loaded.index.ids)
        is_level = n - loaded.n_cached <= max(_MIN_STALE, _STALE_SHARE * n)
        if not self._database.is_writable or (is_level and (loaded.n_cached or not n)):
            return
        stamp = Stamp(_library(transaction), encoder.fingerprint, encoder.dim, loaded.generation, n, loaded.last_id)
        with contextlib.suppress(OSError):  # a full disk; the next search tries again
            write_cache(self._cache_path(encoder.fingerprint), stamp, loaded.index.ids, loaded.index.codes())
            loaded.n_cached = n

    def _read_cache(
        self, transaction: Transaction, fingerprint: str, dim: int
    ) -> tuple[Stamp, SampleIds, Codes] | None:
        cached = read_cache(self._cache_path(fingerprint))
        if cached is None or not _is_prefix(transaction, fingerprint, dim, *cached):
            return None
        return cached

    def _cache_path(self, fingerprint: str) -> Path:
        return self._folder / f"vectors-{hashlib.sha256(fingerprint.encode()).hexdigest()[:12]}.cache"


def _library(transaction: Transaction) -> str:
    return str(read_setting(transaction, "library"))


def _is_prefix(
    transaction: Transaction, fingerprint: str, dim: int, stamp: Stamp, ids: SampleIds, codes: Codes
) -> bool:
    """Say whether a cache holds exactly the first rows of the database.

    Rows are only ever added, so the count and the last row tell, even where an older copy of the database was put back
    and has grown again since.
    """
    expected = (_library(transaction), fingerprint, dim)
    if (stamp.library, stamp.encoder, stamp.dim) != expected or stamp.generation > read_generation(transaction):
        return False
    row = transaction.first(UP_TO, fingerprint=fingerprint, last_id=stamp.last_id)
    return row is not None and row == (ids[-1], codes[-1].tobytes(), stamp.n)


def _extend(transaction: Transaction, encoder: EncoderInfo, loaded: _Loaded) -> None:
    for last_id, ids, codes in _iter_new(transaction, encoder, loaded.last_id):
        loaded.index.append(ids, codes)
        loaded.last_id = last_id


def _iter_new(transaction: Transaction, encoder: EncoderInfo, last_id: int) -> Iterator[tuple[int, SampleIds, Codes]]:
    encoder_id = find_encoder_id(transaction, encoder)
    while rows := transaction.rows(ADDED, encoder_id=encoder_id, last_id=last_id, n=_N_ROWS):
        row_ids, sample_ids, vectors = zip(*rows, strict=True)
        last_id = row_ids[-1]
        codes = np.frombuffer(b"".join(vectors), np.uint8).reshape(len(rows), 2 * encoder.dim)
        yield last_id, np.array(sample_ids, np.int64), codes
