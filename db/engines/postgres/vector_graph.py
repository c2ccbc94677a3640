"""Graphs (HNSW) over the vectors of large libraries, in which pgvector finds the nearest without a scan of all."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection, text

from db.engines.postgres.database import PostgresDatabase

MIN_VECTORS = 300_000
"""From so many on a scan takes longer than people wait; ``python -m benchmarks scale`` measures both ways."""
# Neighbours of a vector, and how many are looked at for them: recall@20 of at least 0.98 (python -m benchmarks scale).
_M, _EF_CONSTRUCTION = 16, 100
# Of a vector in the graph, beside its numbers; a graph that does not fit takes ten times as long to build.
_NODE_BYTES = 800
_POLL_SECONDS = 0.5

_SIZES = text("SELECT e.id, e.dim, (SELECT count(*) FROM embeddings WHERE encoder_id = e.id) FROM encoders AS e")
_GRAPHS = text(
    "SELECT indexrelid::regclass::text, indisvalid FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid "
    "WHERE indrelid = to_regclass(:part) AND relam = (SELECT oid FROM pg_am WHERE amname = 'hnsw')"
)
_CREATE = (
    "CREATE INDEX CONCURRENTLY {part}_graph ON {part} USING hnsw ((vector::halfvec({dim})) halfvec_ip_ops) "
    f"WITH (m = {_M}, ef_construction = {_EF_CONSTRUCTION})"
)
# What its administrator allows for, or half of what the server is told it has.
_MEMORY = text(
    "SELECT greatest(pg_size_bytes(current_setting('maintenance_work_mem')), "
    "least(:needed, pg_size_bytes(current_setting('effective_cache_size')) / 2))"
)
_PROGRESS = text(
    "SELECT coalesce(max(tuples_done), 0) FROM pg_stat_progress_create_index WHERE relid = to_regclass(:part)"
)


@dataclass(frozen=True, slots=True)
class Vectors:
    """The vectors of one encoder."""

    encoder_id: int
    dim: int
    n: int


def without_graph(database: PostgresDatabase, min_vectors: int = MIN_VECTORS) -> list[Vectors]:
    """Return the encoders with at least so many vectors that have no graph yet, or an unfinished one."""
    with database.read() as transaction:
        found = [Vectors(*row) for row in transaction.connection.execute(_SIZES)]
        large = [one for one in found if one.n >= min_vectors]
        return [one for one in large if not any(is_valid for _, is_valid in _graphs(transaction.connection, one))]


def build_graph(
    database: PostgresDatabase, vectors: Vectors, on_progress: Callable[[int, int], None] = lambda _done, _total: None
) -> None:
    """Build a graph, from then on kept up to date by the server; searches and writes go on meanwhile.

    Args:
        database: Of the library's owner.
        vectors: Of one encoder.
        on_progress: Told how many of how many vectors are in it.

    Raises:
        LibraryReadOnlyError: Whoever asks does not own the tables.
    """
    part = f"embeddings_{vectors.encoder_id}"
    needed = vectors.n * (2 * vectors.dim + _NODE_BYTES)
    with database.read() as transaction:
        memory = int(transaction.connection.scalar(_MEMORY, {"needed": needed}) or 0)
        unfinished = _graphs(transaction.connection, vectors)
    statements = (
        *(f"DROP INDEX CONCURRENTLY {name}" for name, _ in unfinished),
        f"SET maintenance_work_mem = '{memory // 1024}kB'",
        _CREATE.format(part=part, dim=vectors.dim),
        "RESET maintenance_work_mem",
    )
    is_done = threading.Event()
    watching = threading.Thread(target=_watch, args=(database, part, vectors.n, on_progress, is_done))
    watching.start()
    try:
        with database.outside_transactions() as connection:
            for statement in statements:
                connection.execute(text(statement))
    finally:
        is_done.set()
        watching.join()


def _graphs(connection: Connection, vectors: Vectors) -> list[tuple[str, bool]]:
    """Return the graphs of an encoder by name, and whether each is finished."""
    found = connection.execute(_GRAPHS, {"part": f"embeddings_{vectors.encoder_id}"})
    return [(str(name), bool(is_valid)) for name, is_valid in found]


def _watch(
    database: PostgresDatabase, part: str, total: int, on_progress: Callable[[int, int], None], is_done: threading.Event
) -> None:
    while not is_done.wait(_POLL_SECONDS):
        with database.read() as transaction:
            on_progress(int(transaction.connection.scalar(_PROGRESS, {"part": part}) or 0), total)
