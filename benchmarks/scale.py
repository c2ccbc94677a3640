"""A million sounds: the nearest vectors by FAISS, by a server's scan and by its graph, with and without filters.

Vectors are synthetic and lie in clusters, as those of drums do: a thousand centres, around which rows scatter so that
the nearest neighbours of one have cosines of about 0.9. Rows are made by the benchmark; names and files are left out.
"""

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.figures import Figure, at_least, at_most
from db.engines.postgres.binary import INT64, new_rows, row_type, vector_type, write_rows
from db.engines.postgres.database import PostgresDatabase
from db.engines.postgres.vector_graph import build_graph, without_graph
from db.engines.postgres.vector_index import PgvectorIndex
from db.types import Matrix, SampleIds
from db.vectors.flat_index import FlatIndex, VectorIndex
from tests.postgres import running_server

_DIM = 384
_N_CENTRES = 1000
_SCATTER = 0.35  # beside a centre of length 1
_N_QUERIES = 60
_K = 20
_CHUNK = 20_000
_SETTINGS = (  # of a machine with 8 GB; docs/scale.md
    "shared_buffers = 2GB\nwork_mem = 64MB\nmaintenance_work_mem = 1GB\nmax_parallel_workers_per_gather = 2\n"
    "effective_cache_size = 4GB\nmax_wal_size = 8GB\n"
)


def measure(work_dir: Path, *, is_quick: bool) -> list[Figure]:
    """Load 1,000,000 vectors (20,000 when quick) and ask for 20 neighbours, with filters of none, 10 % and 1 %."""
    n = 20_000 if is_quick else 1_000_000
    rng = np.random.default_rng(0)
    centres = _unit(rng.standard_normal((_N_CENTRES, _DIM)).astype(np.float32))
    flat = FlatIndex(_DIM)
    with running_server(_SETTINGS) as server, server.library() as place:
        database = PostgresDatabase(place)
        loading = _load(database, flat, n, centres, rng)
        queries = _scattered(centres, _N_QUERIES, rng)
        withins = {"": None, ", filter of 10 %": _part(n, 0.1, rng), ", filter of 1 %": _part(n, 0.01, rng)}
        index = PgvectorIndex(database, 1, _DIM)
        wanted = {name: _ask(flat, queries, within) for name, within in withins.items()}
        scanned = {name: _ask(index, queries, within) for name, within in withins.items()}
        (vectors,) = without_graph(database, n)
        building = _timed(lambda: build_graph(database, vectors))
        found = {name: _ask(index, queries, within) for name, within in withins.items()}
        size = _bytes(database)
        database.close()
    figures = [
        Figure(f"loading {n:,} vectors", loading, "s"),
        Figure(f"building the graph of {n:,} vectors", building, "s"),
        Figure("vector on a server with its graph", size / n, "bytes"),
    ]
    for name in withins:
        where = f"over {n:,}{name}"
        figures += [
            at_most(f"nearest {_K} {where}, FAISS, p95", _p95(wanted[name]), "ms", 150),
            at_most(f"nearest {_K} {where}, a server's scan, p95", _p95(scanned[name]), "ms", 600),
            at_most(f"nearest {_K} {where}, its graph, p95", _p95(found[name]), "ms", 60),
            at_least(f"recall@{_K} of the scan {where}", _recall(scanned[name], wanted[name]), "", 1),
            at_least(f"recall@{_K} of the graph {where}", _recall(found[name], wanted[name]), "", 0.98),
            at_least(f"hits of the graph {where}, of those of a scan", _share(found[name], wanted[name]), "", 1),
        ]
    return figures


_Answers = list[tuple[SampleIds, float]]


def _ask(index: VectorIndex, queries: Matrix, within: SampleIds | None) -> _Answers:
    index.search(queries[0], _K, within)
    answers = []
    for query in queries:
        began = time.perf_counter()
        ids, _ = index.search(query, _K, within)
        answers.append((ids, time.perf_counter() - began))
    return answers


def _load(database: PostgresDatabase, flat: FlatIndex, n: int, centres: Matrix, rng: np.random.Generator) -> float:
    kind = row_type([("sample_id", INT64), ("encoder_id", INT64), ("vector", vector_type(_DIM))])
    with database.write() as transaction:
        cursor = transaction.driver_cursor()
        cursor.execute("INSERT INTO encoders (fingerprint, name, revision, dim) VALUES ('e', 'e', '1', %s)", (_DIM,))
        cursor.execute(
            "INSERT INTO samples (audio_hash, size_bytes, created_at, n_files, duration_seconds, n_channels, "
            "sample_rate_hz, format, n_onsets) SELECT sha256(n::text::bytea), 1, 1, 1, 1, 1, 1, 'wav', 1 "
            "FROM generate_series(1, %s) AS n ORDER BY n",
            (n,),
        )
    seconds = 0.0
    for start in range(0, n, _CHUNK):
        vectors = _scattered(centres, min(_CHUNK, n - start), rng).astype(np.float16)
        ids = np.arange(start + 1, start + len(vectors) + 1)
        flat.append(ids, vectors.view(np.uint8))
        rows = new_rows(len(vectors), kind, _DIM)
        rows["sample_id"], rows["encoder_id"], rows["vector"]["values"] = ids, 1, vectors
        began = time.perf_counter()
        with database.write() as transaction:
            copy = "COPY embeddings (sample_id, encoder_id, vector) FROM STDIN (FORMAT binary)"
            write_rows(transaction.driver_cursor(), copy, rows)
        seconds += time.perf_counter() - began
    with database.outside_transactions() as connection:
        connection.exec_driver_sql("VACUUM (ANALYZE) samples, embeddings")
    return seconds


def _scattered(centres: Matrix, n: int, rng: np.random.Generator) -> Matrix:
    noise = _unit(rng.standard_normal((n, _DIM)).astype(np.float32)) * _SCATTER
    return _unit(centres[rng.integers(0, len(centres), n)] + noise)


def _part(n: int, share: float, rng: np.random.Generator) -> SampleIds:
    ids: SampleIds = np.sort(rng.choice(n, int(n * share), replace=False)) + 1
    return ids


def _unit(rows: Matrix) -> Matrix:
    unit: Matrix = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return unit


def _bytes(database: PostgresDatabase) -> int:
    with database.read() as transaction:
        row = transaction.driver_cursor().execute("SELECT pg_total_relation_size('embeddings_1')").fetchone()
        return int(row[0]) if row else 0


def _timed(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _p95(answers: _Answers) -> float:
    return float(np.percentile([seconds for _, seconds in answers], 95)) * 1000


def _recall(found: _Answers, wanted: _Answers) -> float:
    pairs = zip(found, wanted, strict=True)
    return float(np.mean([len(np.intersect1d(one, other)) / len(other) for (one, _), (other, _) in pairs]))


def _share(found: _Answers, wanted: _Answers) -> float:
    return sum(len(ids) for ids, _ in found) / sum(len(ids) for ids, _ in wanted)
