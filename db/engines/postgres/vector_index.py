"""Nearest vectors of one encoder, found by pgvector on the server.

The server compares float16 with float16, so that the query is rounded too, by which a score is off by up to the length
of what was rounded away. So a few more than asked for come back, with their vectors, and are scored here; where the
last of them could still be among the best, more are fetched. Hits are those of `FlatIndex`, and searches need one
round trip, since what is done with hits needs their vectors.
"""

import math
import time
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from db.engines.half_vectors import unit_rows
from db.engines.postgres.binary import INT64
from db.engines.postgres.database import PostgresDatabase
from db.engines.postgres.selection import joined, looked_up, samples_within
from db.engines.postgres.transaction import Build, PostgresTransaction
from db.engines.postgres.values import sent
from db.engines.postgres.vector_memory import VectorMemory
from db.engines.selection import Scope
from db.types import Matrix, SampleIds, Vector

Scores: TypeAlias = npt.NDArray[np.float32]
_Found: TypeAlias = tuple[SampleIds, Matrix, Scores]

_N_SPARE = 32  # fetched beyond what is asked for
_SUM_ERROR = 4e-6  # of two sums of 512 products in float32
_N_REMEMBERED = 8192  # vectors of hits, 16 MB
_EF_SEARCH = 1000  # candidates that the graph keeps, the most there can be: recall@20 of 0.99, with a filter 0.985
_MAX_STEPS = 40_000  # of the graph, where a filter leaves out all that is near; a scan of all takes no longer then
_STEP = 6  # of the graph costs as much as the look-up of so many vectors by their ids, each 2 us
_FEW = 0.25  # of all, at most, are looked up by their ids; joins read more of them in the time
_MOST_ROWS = 2**63 - 1  # that a server can be asked for
_REMEMBERED_SECONDS = 60.0  # about how many vectors there are, and whether they have a graph
_MANY, _COUNTED_SECONDS = 5_000, 10.0  # a count of so many is good for so long
_MAX_AHEAD = 4096  # ids whose vectors come along when it is asked which of them are known: a search needs them next

_PRESENT = "encoder_id = {encoder} AND sample_id NOT IN (SELECT id FROM samples WHERE n_files = 0)"
_AMONG = "sample_id = ANY(%(ids)s::bigint[])"
# Looked up in the order of ids, which is that of pages: a third of the time of any join.
_PASSING = "WITH passing AS MATERIALIZED ({} LIMIT %(most)s::bigint + 1)"
_COUNTED = "SELECT count(*) FROM passing"
_LISTED = "sample_id = ANY(ARRAY(SELECT * FROM passing)) AND (SELECT count(*) FROM passing) <= %(most)s::bigint"
# The sum keeps the planner from the graph: a scan is exact.
_EXACT = "(vector <#> %(query)s::halfvec) + 0.0"
_GRAPH = "(vector::halfvec({dim})) <#> %(query)s::halfvec({dim})"
_GRAPH_SETTINGS = (
    f"SELECT set_config('hnsw.ef_search', '{_EF_SEARCH}', true), "
    "set_config('hnsw.iterative_scan', 'relaxed_order', true), set_config('hnsw.max_scan_tuples', %(steps)s, true)"
)
_SIZE = (
    "SELECT (SELECT reltuples FROM pg_class WHERE oid = to_regclass(%(part)s)), "
    "EXISTS (SELECT 1 FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid WHERE indisvalid AND "
    "indrelid = to_regclass(%(part)s) AND relam = (SELECT oid FROM pg_am WHERE amname = 'hnsw'))"
)


@dataclass(frozen=True)
class _Condition:
    """Which vectors are searched: SQL with its values, and what stands before the statement."""

    sql: str
    values: dict[str, Any]
    before: str = ""


class PgvectorIndex:
    """The vectors of one encoder on a server, as of each call: `db.vectors.flat_index.VectorIndex`.

    Vectors of samples never change, so those of hits are remembered.
    """

    def __init__(self, database: PostgresDatabase, encoder_id: int | None, dim: int) -> None:
        self.dim = dim
        self._database = database
        self._encoder_id = encoder_id  # None where nothing was stored by this encoder yet
        self._remembered = VectorMemory(dim, _N_REMEMBERED)
        self._known_size = 0.0, False, -np.inf  # as `_size` has it, and when that was asked
        self._count = 0, -np.inf  # how many there are, and until when that is good

    @property
    def n(self) -> int:
        if self._encoder_id is None:
            return 0
        n, end = self._count
        if time.monotonic() > end:
            with self._database.read() as transaction:
                cursor = transaction.driver_cursor()
                row = cursor.execute(f"SELECT count(*) FROM embeddings WHERE {self._present}").fetchone()  # noqa: S608
            n = int(row[0]) if row else 0
            self._count = n, time.monotonic() + (_COUNTED_SECONDS if n >= _MANY else 0)
        return n

    @property
    def _present(self) -> str:
        return _PRESENT.format(encoder=self._encoder_id)

    def search(self, query: Vector, k: int, within: SampleIds | Scope | None = None) -> tuple[SampleIds, Scores]:
        if query.shape != (self.dim,) or not np.isfinite(query).all():
            raise ValueError(f"not a finite vector of length {self.dim}")
        if k <= 0 or self._encoder_id is None:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        with self._database.read() as transaction:
            ids, vectors, scores = self._search(transaction, query, k, within)
        self._remembered.add(ids, vectors)
        best = np.lexsort((ids, -scores))[:k]
        return ids[best], scores[best]

    def known(self, ids: SampleIds | None = None, within: Scope | None = None) -> SampleIds:
        if self._encoder_id is None or (ids is not None and not len(ids)):
            return np.empty(0, np.int64)
        if ids is not None and len(ids) <= _MAX_AHEAD:
            with self._database.read() as transaction:
                condition = self._condition(transaction, within, looked_up)
            return ids[np.isin(ids, self._read(ids, condition)[0])]
        if ids is not None and within is not None:
            ids = ids[np.isin(ids, within.ids)]
        rows = f"(SELECT sample_id FROM embeddings WHERE {self._present} ORDER BY 1) AS known"  # noqa: S608
        with self._database.read() as transaction:
            known = transaction.records(rows, {}, ["int8send(sample_id)"], np.dtype(INT64)).astype(np.int64)
        return known if ids is None else ids[np.isin(ids, known)]

    def get(self, ids: SampleIds) -> Matrix:
        rows, is_missing = self._remembered.find(ids)
        if is_missing.any():
            missing = ids[is_missing]
            found, vectors = self._read(missing, _Condition(f"encoder_id = {self._encoder_id}", {}))
            if len(lost := np.setdiff1d(missing, found)):
                raise KeyError(int(lost[0]))
            order = np.argsort(found)
            rows[is_missing] = unit_rows(vectors[order[np.searchsorted(found[order], missing)]])
        return rows

    def _search(
        self, transaction: PostgresTransaction, query: Vector, k: int, within: SampleIds | Scope | None
    ) -> _Found:
        """Return the best ``k`` and perhaps more, in the way that takes the least time."""
        n, has_graph = self._size(transaction)
        n_within = self._estimate(transaction, within)
        # With fewer, the steps of the graph until k of them pass cost more than a look at each.
        if has_graph and n_within > (most := math.sqrt(_STEP * k * n)):
            found = self._search_graph(transaction, query, k, within, n_within)
        elif has_graph:
            found = self._scan_few(transaction, query, k, within, most)
            if found is None:  # more pass than the planner guessed
                found = self._search_graph(transaction, query, k, within, np.inf)
        else:
            found = None
        if found is None and n_within <= _FEW * n:
            found = self._scan_few(transaction, query, k, within, _FEW * n)
        return found or self._scan(transaction, query, k, self._condition(transaction, within, joined))

    def _search_graph(
        self, transaction: PostgresTransaction, query: Vector, k: int, within: SampleIds | Scope | None, n_within: float
    ) -> _Found | None:
        """Return the best ``k`` by the graph; None where it gives up, so that a filter never has fewer hits."""
        # After so many steps a look at each that passes would have taken a half of the time.
        n_steps = min(_MAX_STEPS, 2 * n_within / _STEP)
        transaction.driver_cursor().execute(_GRAPH_SETTINGS, {"steps": str(int(n_steps))})
        condition = self._condition(transaction, within, looked_up)
        ids, vectors = self._fetch(transaction, query, k, condition, _GRAPH.format(dim=self.dim))
        return (ids, vectors, _score(vectors, query)) if len(ids) >= k else None

    def _scan_few(
        self, transaction: PostgresTransaction, query: Vector, k: int, within: SampleIds | Scope | None, most: float
    ) -> _Found | None:
        """Return the best ``k`` and more, looked up by the ids that pass; None where these are more than ``most``."""
        if not isinstance(within, Scope):
            return self._scan(transaction, query, k, self._condition(transaction, within, joined))
        passing, values = transaction.selecting(within.selection, samples_within)
        values = values | {"most": int(most)}
        passing = _PASSING.format(passing)
        found = self._scan(transaction, query, k, _Condition(f"{self._present} AND {_LISTED}", values, passing))
        if len(found[0]):
            return found
        row = transaction.driver_cursor().execute(f"{passing} {_COUNTED}", values).fetchone()
        return found if row and row[0] <= most else None

    def _scan(self, transaction: PostgresTransaction, query: Vector, k: int, condition: _Condition) -> _Found:
        """Return the best ``k`` and more, of which one may have the score of the last."""
        rounded = query.astype(np.float16).astype(np.float32)
        error = float(np.linalg.norm(query - rounded)) * 1.001 + 2 * _SUM_ERROR
        n_wanted = k + max(_N_SPARE, k // 8)
        while True:
            ids, vectors = self._fetch(transaction, query, n_wanted, condition, _EXACT)
            scores = _score(vectors, query)
            if len(ids) < n_wanted:
                return ids, vectors, scores
            kth_best = np.partition(scores, -k)[-k]
            if _score(vectors[-1:], rounded)[0] + error < kth_best:  # they come in the order of the rounded scores
                return ids, vectors, scores
            n_wanted *= 4

    def _fetch(
        self, transaction: PostgresTransaction, query: Vector, n: int, condition: _Condition, order: str
    ) -> tuple[SampleIds, Matrix]:
        select = "SELECT sample_id, vector FROM embeddings"
        rows = f"({condition.before} {select} WHERE {condition.sql} ORDER BY {order} LIMIT {min(n, _MOST_ROWS)})"
        return transaction.vectors(f"{rows} AS nearest", condition.values | {"query": _as_text(query)}, self.dim)

    def _condition(
        self, transaction: PostgresTransaction, within: SampleIds | Scope | None, build: Build
    ) -> _Condition:
        if within is None:
            return _Condition(self._present, {})
        if not isinstance(within, Scope):
            return _Condition(f"{self._present} AND {_AMONG}", sent({"ids": np.unique(within)}))
        selected, values = transaction.selecting(within.selection, build)
        return _Condition(f"{self._present} AND {selected}", values)

    def _estimate(self, transaction: PostgresTransaction, within: SampleIds | Scope | None) -> float:
        """Return about how many vectors are searched, as the server's planner guesses."""
        if within is None:
            return np.inf
        if not isinstance(within, Scope):
            return len(within)
        selected, values = transaction.selecting(within.selection, samples_within)
        row = transaction.driver_cursor().execute(f"EXPLAIN (FORMAT JSON) {selected}", values).fetchone()
        return float(row[0][0]["Plan"]["Plan Rows"]) if row else 0.0

    def _size(self, transaction: PostgresTransaction) -> tuple[float, bool]:
        """Return about how many vectors there are, and whether they have a graph."""
        n, has_graph, asked = self._known_size
        if time.monotonic() - asked > _REMEMBERED_SECONDS:
            row = transaction.driver_cursor().execute(_SIZE, {"part": f"embeddings_{self._encoder_id}"}).fetchone()
            n, has_graph = (max(float(row[0]), 1.0), bool(row[1])) if row and row[0] is not None else (0.0, False)
            self._known_size = n, has_graph, time.monotonic()
        return n, has_graph

    def _read(self, ids: SampleIds, condition: _Condition) -> tuple[SampleIds, Matrix]:
        """Return, and remember, the vectors of those samples that meet a condition, as they are stored."""
        if self._encoder_id is None:
            return np.empty(0, np.int64), np.empty((0, self.dim), np.float32)
        select = f"SELECT sample_id, vector FROM embeddings WHERE {condition.sql} AND {_AMONG}"  # noqa: S608
        with self._database.read() as transaction:
            found = transaction.vectors(f"({select}) AS read", condition.values | sent({"ids": ids}), self.dim)
        self._remembered.add(*found)
        return found


def _score(vectors: Matrix, query: Vector) -> Scores:
    """Return inner products, each by itself: a product of matrices gives equal rows unequal last bits."""
    scores: Scores = np.einsum("ij,j->i", vectors, query.astype(np.float32))
    return scores


def _as_text(query: Vector) -> str:
    return "[" + ",".join(map(repr, query.astype(np.float16).astype(np.float64).tolist())) + "]"
