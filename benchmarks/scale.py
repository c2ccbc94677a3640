"""A million sounds: questions to a library in a folder (FAISS), and on a server by a scan and by its graph.

Questions are asked as the app and the command line ask them: `SearchService` from a vector to hits with all that is
known of them. `benchmarks.scale_rows` says what the sounds are like.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from benchmarks.figures import Figure, at_least, at_most
from benchmarks.scale_rows import clustered, fill_folder, fill_server
from db.engines.postgres.database import PostgresDatabase
from db.engines.postgres.place import LibraryPlace
from db.engines.postgres.vector_graph import build_graph, without_graph
from db.library import Library
from db.query.parser import parse_query
from db.types import Matrix, SampleIds, Vector
from indexer.encoders.compact.model import INFO
from indexer.encoders.registry import load_text_encoder
from indexer.search.request import SearchRequest
from indexer.search.service import SearchService
from tests.postgres import running_server

_N_SOUNDS = 1_000_000
_N_QUERIES = 60
_N_OTHER_QUERIES = 20
_K = 20
_LINES = {"": "", ", filter of 10 %": "type:kick", ", filter of 1 %": "len:<0.1"}  # with limits for their times
_OTHERS = {
    ", length, 0.1 %": "len:<0.01",
    ", length, 4 %": "len:<0.4",  # where the graph and a scan of few take as long
    ", length, 10 %": "len:<1",
    ", length, 50 %": "len:<5",
    ", type and length, 1 %": "type:kick len:<1",
    ", type and length, 5 %": "type:kick len:<5",
    ", all but a type, 90 %": "-type:kick",
    ", name, 10 %": "name:kick",
    ", name and length, 1 %": "name:kick len:<1",
}
_SETTINGS = (  # of a machine with 8 GB; docs/scale.md
    "shared_buffers = 2GB\nwork_mem = 64MB\nmaintenance_work_mem = 1GB\nmax_parallel_workers_per_gather = 2\n"
    "effective_cache_size = 6GB\nmax_wal_size = 8GB\n"
)


@dataclass(frozen=True)
class _Asked:
    """What one engine answered.

    Attributes:
        nearest: Ids of the nearest vectors for each query.
        n_hits: Hits of whole questions, of all queries together.
        milliseconds: Of each question.
    """

    nearest: list[SampleIds]
    n_hits: int
    milliseconds: list[float]

    @property
    def p95(self) -> float:
        return float(np.percentile(self.milliseconds, 95))


def measure(work_dir: Path, *, is_quick: bool, n: int | None = None) -> list[Figure]:
    """Ask both engines, with filters and without.

    Args:
        work_dir: Where the library is made.
        is_quick: Of 20,000 sounds.
        n: How many sounds; 1,000,000 by default.
    """
    n = n or (20_000 if is_quick else _N_SOUNDS)
    _, queries = next(clustered(_N_QUERIES, 2))
    folder = work_dir / "library"
    filling = _timed(lambda: fill_folder(folder, n))
    opening = _timed(lambda: _open(folder))
    reopening = _timed(lambda: _open(folder))
    with get_context("spawn").Pool(1) as program:  # this one has memory to spare
        memory = program.apply(_memory_of_search, (folder, queries[0]))
    ours = _ask_all(folder, queries, _LINES) | _ask_all(folder, queries[:_N_OTHER_QUERIES], _OTHERS)
    with running_server(_SETTINGS) as server, server.library() as place:
        loading = _timed(lambda: fill_server(place, n))
        with _database(place) as database:
            size, in_vectors = _size(database, "pg_database_size(current_database())"), _size(database, _VECTORS)
            scanned = _ask_all(place, queries, _LINES)
            (vectors,) = without_graph(database, n)
            building = _timed(lambda: build_graph(database, vectors))
            in_graph = _size(database, "pg_relation_size('embeddings_1_graph')")
        found = _ask_all(place, queries, _LINES) | _ask_all(place, queries[:_N_OTHER_QUERIES], _OTHERS)
    stored = sum(file.stat().st_size for file in folder.iterdir())
    return [
        Figure(f"rows of {n:,} sounds in a folder", filling, "s", "on a server, with its indexes", loading),
        Figure("first search there, which writes the cache", opening, "s", "later starts", reopening),
        Figure("memory of a program that searched the folder, per sound", memory / n, "bytes"),
        Figure(f"building the graph of {n:,} vectors", building, "s"),
        Figure("a sound in a folder, with cache", stored / n, "bytes", "on a server, without graph", size / n),
        Figure("of that its vector on a server", in_vectors / n, "bytes", "in the graph", in_graph / n),
        *(
            figure
            for what in _LINES
            for figure in _compare(f"over {n:,}{what}", ours[what], scanned[what], found[what])
        ),
        *(figure for what in _OTHERS for figure in _compare_other(f"over {n:,}{what}", ours[what], found[what])),
    ]


_VECTORS = "pg_table_size('embeddings_1')"


def _compare(where: str, ours: _Asked, scanned: _Asked, found: _Asked) -> Iterator[Figure]:
    yield at_most(f"question {where}, FAISS, p95", ours.p95, "ms", 150)
    yield at_most(f"question {where}, a server's scan, p95", scanned.p95, "ms", 600)
    yield at_most(f"question {where}, its graph or a scan of few, p95", found.p95, "ms", 60)
    yield at_least(f"recall@{_K} of the scan {where}", _recall(scanned, ours), "", 0.999)  # but for equal scores
    yield at_least(f"recall@{_K} of the graph {where}", _recall(found, ours), "", 0.98)
    yield at_least(f"hits by the graph {where}, of those by FAISS", found.n_hits / ours.n_hits, "", 1)


def _compare_other(where: str, ours: _Asked, found: _Asked) -> Iterator[Figure]:
    yield Figure(f"question {where}, its graph or a scan of few, p95", found.p95, "ms", "FAISS", ours.p95)
    yield at_least(f"recall@{_K} of it {where}", _recall(found, ours), "", 0.98)
    yield at_least(f"hits of it {where}, of those by FAISS", found.n_hits / ours.n_hits, "", 1)


def _ask_all(place: LibraryPlace, queries: Matrix, lines: dict[str, str]) -> dict[str, _Asked]:
    with Library.open(place) as library:
        service = SearchService(library, load_text_encoder())
        return {what: _ask(service, line, queries) for what, line in lines.items()}


def _ask(service: SearchService, line: str, queries: Matrix) -> _Asked:
    library, index = service.library, service.library.vectors(INFO)
    service.hits(service.search(SearchRequest(line, (queries[0],), k=_K)))
    nearest, n_hits, milliseconds = [], 0, []
    for query in queries:
        began = time.perf_counter()
        with library.read_together():
            n_hits += len(service.hits(service.search(SearchRequest(line, (query,), k=_K))))
        milliseconds.append(1000 * (time.perf_counter() - began))
        nearest.append(index.search(query, _K, library.scope(parse_query(line).filters))[0])
    return _Asked(nearest, n_hits, milliseconds)


def _open(folder: Path) -> None:
    with Library.open(folder) as library:
        library.vectors(INFO)


@contextmanager
def _database(place: LibraryPlace) -> Iterator[PostgresDatabase]:
    assert not isinstance(place, Path)
    database = PostgresDatabase(place)
    try:
        yield database
    finally:
        database.close()


def _size(database: PostgresDatabase, what: str) -> int:
    with database.read() as transaction:
        row = transaction.driver_cursor().execute(f"SELECT {what}").fetchone()  # type: ignore[call-overload]
        return int(row[0]) if row else 0


def _memory_of_search(folder: Path, query: Vector) -> int:
    """Return how many bytes a library takes that is open and was searched."""
    import psutil  # noqa: PLC0415 (comes with a development package)

    before = psutil.Process().memory_info().rss
    with Library.open(folder) as library:
        library.vectors(INFO).search(query, _K)
        return int(psutil.Process().memory_info().rss - before)


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _recall(found: _Asked, wanted: _Asked) -> float:
    pairs = zip(found.nearest, wanted.nearest, strict=True)
    return float(np.mean([len(np.intersect1d(one, other)) / len(other) for one, other in pairs]))
