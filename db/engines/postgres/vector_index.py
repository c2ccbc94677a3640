"""Nearest vectors of one encoder, found by pgvector on the server.

The server compares float16 with float16, so that the query is rounded too, by which a score is off by up to the length
of what was rounded away. So a few more than asked for come back, with their vectors, and are scored here; where the
last of them could still be among the best, more are fetched. Hits are those of `FlatIndex`, and searches need one
round trip, since what is done with hits needs their vectors.
"""

import threading
import time
from collections import OrderedDict
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import BigInteger, ColumnElement, and_, literal_column, true

from db.engines.postgres.binary import INT64, vector_type
from db.engines.postgres.database import PostgresDatabase
from db.engines.postgres.selection import passing
from db.engines.postgres.transaction import PostgresTransaction
from db.engines.selection import Scope
from db.types import Matrix, SampleIds, Vector

Scores = npt.NDArray[np.float32]

_N_SPARE = 32  # fetched beyond what is asked for
_SUM_ERROR = 4e-6  # of two sums of 512 products in float32
_N_REMEMBERED = 8192  # vectors of hits, 8 MB
_EF_SEARCH = 800  # candidates that the graph keeps: recall@20 of at least 0.98 (python -m benchmarks scale)
_MAX_SCANNED = 40_000  # where a filter leaves out all that is near; a scan of all takes no longer then
_GRAPH_MEMORY = "256MB"  # of the ids that pass a filter, hashed: ten million; used where there are so many
_MOST_ROWS = 2**63 - 1  # that a server can be asked for
_REMEMBERED_SECONDS = 60.0  # whether there is a graph
_MANY, _COUNTED_SECONDS = 5_000, 10.0  # a count of so many is good for so long
_MAX_AHEAD = 4096  # ids whose vectors come along when it is asked which of them are known: a search needs them next

_SAMPLE_ID: ColumnElement[int] = literal_column("embeddings.sample_id", BigInteger)
_PRESENT = "encoder_id = {encoder} AND sample_id NOT IN (SELECT id FROM samples WHERE n_files = 0)"
_AMONG = "sample_id = ANY(%(ids)s::bigint[])"
# The sum keeps the planner from the graph: a scan is exact.
_EXACT = "(vector <#> %(query)s::halfvec) + 0.0"
_GRAPH = "(vector::halfvec({dim})) <#> %(query)s::halfvec({dim})"
_SENT = ("int8send(sample_id)", "halfvec_send(vector)")
_GRAPH_SETTINGS = (
    "SELECT set_config('hnsw.ef_search', %(ef)s, true), set_config('hnsw.iterative_scan', 'relaxed_order', true), "
    "set_config('hnsw.max_scan_tuples', %(scanned)s, true), set_config('work_mem', %(memory)s, true)"
)
_GRAPH_OF = (
    "SELECT (SELECT reltuples FROM pg_class WHERE oid = to_regclass(%(part)s)), "
    "EXISTS (SELECT 1 FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid WHERE indisvalid AND "
    "indrelid = to_regclass(%(part)s) AND relam = (SELECT oid FROM pg_am WHERE amname = 'hnsw'))"
)


class PgvectorIndex:
    """The vectors of one encoder on a server, as of each call: `db.vectors.flat_index.VectorIndex`.

    Vectors of samples never change, so those of hits are remembered.
    """

    def __init__(self, database: PostgresDatabase, encoder_id: int | None, dim: int) -> None:
        self.dim = dim
        self._database = database
        self._encoder_id = encoder_id  # None where nothing was stored by this encoder yet
        self._hit = np.dtype([("id", INT64), ("vector", vector_type(dim))])
        self._remembered: OrderedDict[int, Vector] = OrderedDict()
        self._graph = 0.0, -np.inf  # how many vectors are in it, about, and when that was asked
        self._count = 0, -np.inf  # how many there are, and until when that is good
        self._lock = threading.Lock()

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
        nothing = np.empty(0, np.int64), np.empty(0, np.float32)
        if k <= 0 or self._encoder_id is None:
            return nothing
        with self._database.read() as transaction:
            if self._prefers_graph(transaction, k, within):
                found = self._search_graph(transaction, query, k, within)
            else:
                found = self._search_all(transaction, query, k, within)
        ids, vectors = found["id"].astype(np.int64), found["vector"]["values"].astype(np.float16)
        self._remember(ids, vectors)
        scores = _score(vectors, query)
        best = np.lexsort((ids, -scores))[:k]
        return ids[best], scores[best]

    def known(self, ids: SampleIds | None = None) -> SampleIds:
        if self._encoder_id is None or (ids is not None and not len(ids)):
            return np.empty(0, np.int64)
        if ids is not None and len(ids) <= _MAX_AHEAD:
            return ids[np.isin(ids, list(self._read(ids.tolist(), self._present)))]
        rows = f"(SELECT sample_id FROM embeddings WHERE {self._present} ORDER BY 1) AS known"  # noqa: S608
        with self._database.read() as transaction:
            known = transaction.records(rows, {}, ["int8send(sample_id)"], np.dtype(INT64)).astype(np.int64)
        return known if ids is None else ids[np.isin(ids, known)]

    def get(self, ids: SampleIds) -> Matrix:
        wanted = ids.tolist()
        with self._lock:
            rows = {sample_id: self._remembered.get(sample_id) for sample_id in wanted}
        if missing := [sample_id for sample_id, row in rows.items() if row is None]:
            rows |= self._read(missing, f"encoder_id = {self._encoder_id}")
        lost = next((sample_id for sample_id, row in rows.items() if row is None), None)
        if lost is not None:
            raise KeyError(lost)
        vectors: Matrix = np.array([rows[sample_id] for sample_id in wanted], np.float32).reshape(len(ids), self.dim)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)  # float16 moves a norm by up to 2e-4
        return vectors

    def _search_all(
        self, transaction: PostgresTransaction, query: Vector, k: int, within: SampleIds | Scope | None
    ) -> npt.NDArray[Any]:
        """Return the best ``k`` and more, of which one may have the score of the last."""
        rounded = query.astype(np.float16).astype(np.float32)
        error = float(np.linalg.norm(query - rounded)) * 1.001 + _SUM_ERROR
        n_wanted = k + max(_N_SPARE, k // 8)
        while True:
            found = self._fetch(transaction, query, n_wanted, within, _EXACT)
            if len(found) < n_wanted:
                return found
            vectors = found["vector"]["values"].astype(np.float16)
            kth_best = np.partition(_score(vectors, query), -k)[-k]
            if _score(vectors, rounded).min() + error < kth_best:
                return found
            n_wanted *= 4

    def _search_graph(
        self, transaction: PostgresTransaction, query: Vector, k: int, within: SampleIds | Scope | None
    ) -> npt.NDArray[Any]:
        n_wanted = k + _N_SPARE
        settings = {
            "ef": str(min(max(_EF_SEARCH, n_wanted), 1000)),
            "scanned": str(_MAX_SCANNED),
            "memory": _GRAPH_MEMORY,
        }
        transaction.driver_cursor().execute(_GRAPH_SETTINGS, settings)
        found = self._fetch(transaction, query, n_wanted, within, _GRAPH.format(dim=self.dim))
        # The graph gives up after so many: then all are scanned, so that a filter never has fewer hits.
        return found if len(found) >= k else self._search_all(transaction, query, k, within)

    def _fetch(
        self, transaction: PostgresTransaction, query: Vector, n: int, within: SampleIds | Scope | None, order: str
    ) -> npt.NDArray[Any]:
        n = min(n, _MOST_ROWS)
        condition, values = self._condition(transaction, within, is_joined=order == _EXACT)  # joins keep from graphs
        select = f"SELECT sample_id, vector FROM embeddings WHERE {condition} ORDER BY {order} LIMIT {n}"  # noqa: S608
        return transaction.records(f"({select}) AS nearest", values | {"query": _as_text(query)}, _SENT, self._hit)

    def _condition(
        self, transaction: PostgresTransaction, within: SampleIds | Scope | None, *, is_joined: bool
    ) -> tuple[str, dict[str, object]]:
        """Return which vectors are searched, as SQL with its values."""
        if within is None:
            return self._present, {}
        if not isinstance(within, Scope):
            return f"{self._present} AND {_AMONG}", {"ids": np.unique(within).tolist()}
        conditions = passing(_SAMPLE_ID, within.selection, is_joined=is_joined)
        selected, values = transaction.compile(and_(true(), *conditions))
        return f"{self._present} AND {selected}", values

    def _prefers_graph(self, transaction: PostgresTransaction, k: int, within: SampleIds | Scope | None) -> bool:
        """Say whether the graph has to pass fewer vectors than pass the filter, each of which a scan looks up."""
        n = self._size_of_graph(transaction)
        return n > 0 and self._estimate(transaction, within) ** 2 > (k + _N_SPARE) * n

    def _estimate(self, transaction: PostgresTransaction, within: SampleIds | Scope | None) -> float:
        """Return about how many vectors are searched, as the server's planner guesses."""
        if within is None:
            return np.inf
        if not isinstance(within, Scope):
            return len(within)
        selected, values = transaction.compile(and_(true(), *passing(_SAMPLE_ID, within.selection, is_joined=True)))
        asked = f"EXPLAIN (FORMAT JSON) SELECT FROM embeddings WHERE encoder_id = {self._encoder_id} AND {selected}"
        row = transaction.driver_cursor().execute(asked, values).fetchone()
        return float(row[0][0]["Plan"]["Plan Rows"]) if row else 0.0

    def _size_of_graph(self, transaction: PostgresTransaction) -> float:
        """Return about how many vectors the graph has; 0 where there is none."""
        n, asked = self._graph
        if time.monotonic() - asked > _REMEMBERED_SECONDS:
            row = transaction.driver_cursor().execute(_GRAPH_OF, {"part": f"embeddings_{self._encoder_id}"}).fetchone()
            n = max(float(row[0]), 1.0) if row and row[1] else 0.0
            self._graph = n, time.monotonic()
        return n

    def _read(self, ids: list[int], condition: str) -> dict[int, Vector]:
        """Return, and remember, the vectors of those samples that meet a condition."""
        if self._encoder_id is None:
            return {}
        select = f"SELECT sample_id, vector FROM embeddings WHERE {condition} AND {_AMONG}"  # noqa: S608
        with self._database.read() as transaction:
            found = transaction.records(f"({select}) AS read", {"ids": ids}, _SENT, self._hit)
        sample_ids, vectors = found["id"].astype(np.int64), found["vector"]["values"].astype(np.float16)
        self._remember(sample_ids, vectors)
        return dict(zip(sample_ids.tolist(), vectors, strict=True))

    def _remember(self, ids: SampleIds, vectors: npt.NDArray[np.float16]) -> None:
        with self._lock:
            for sample_id, vector in zip(ids.tolist(), vectors, strict=True):
                self._remembered[sample_id] = vector
                self._remembered.move_to_end(sample_id)
            while len(self._remembered) > _N_REMEMBERED:
                self._remembered.popitem(last=False)


def _score(vectors: npt.NDArray[np.float16], query: Vector) -> Scores:
    """Return inner products, each by itself: a product of matrices gives equal rows unequal last bits."""
    scores: Scores = (vectors.astype(np.float32) * query.astype(np.float32)).sum(axis=1)
    return scores


def _as_text(query: Vector) -> str:
    return "[" + ",".join(map(repr, query.astype(np.float16).astype(np.float64).tolist())) + "]"
