"""Vectors on a server: the hits of a scan in this process, also where a graph finds them."""

import numpy as np
import pytest

from db.compiled.filters import BETWEEN, HIDDEN
from db.compiled.samples import ABSENT
from db.engines.postgres import vector_index
from db.engines.postgres.binary import INT64, new_rows, row_type, vector_type, write_rows
from db.engines.postgres.database import PostgresDatabase
from db.engines.postgres.selection import looked_up
from db.engines.postgres.vector_graph import build_graph, without_graph
from db.engines.postgres.vector_index import PgvectorIndex
from db.engines.selection import Condition, Match, Scope, Selection
from db.types import Matrix, SampleIds
from db.vectors.flat_index import FlatIndex
from tests.db.factories import unit_rows

DIM = 16
N = 1200


def store(database: PostgresDatabase, rows: Matrix) -> None:
    """Store vectors of the samples 1, 2, ..., each of which lies in one file."""
    kind = row_type([("sample_id", INT64), ("encoder_id", INT64), ("vector", vector_type(DIM))])
    given = new_rows(len(rows), kind, DIM)
    given["sample_id"] = np.arange(1, len(rows) + 1)
    given["encoder_id"] = 1
    given["vector"]["values"] = rows
    with database.write() as transaction:
        cursor = transaction.driver_cursor()
        cursor.execute("INSERT INTO encoders (fingerprint, name, revision, dim) VALUES ('e', 'e', '1', %s)", (DIM,))
        cursor.execute(
            "INSERT INTO samples (audio_hash, size_bytes, created_at, n_files, duration_seconds, n_channels, "
            "sample_rate_hz, format, n_onsets) SELECT sha256(n::text::bytea), 1, 1, 1, 1, 1, 1, 'wav', 1 "
            "FROM generate_series(1, %s) AS n ORDER BY n",
            (len(rows),),
        )
        write_rows(cursor, "COPY embeddings (sample_id, encoder_id, vector) FROM STDIN (FORMAT binary)", given)


def flat(rows: Matrix) -> FlatIndex:
    index = FlatIndex(DIM)
    index.append(np.arange(1, len(rows) + 1), rows.astype(np.float16).view(np.uint8))
    return index


@pytest.fixture
def rows(database: PostgresDatabase) -> Matrix:
    """Store vectors of which some are the same, and some nearly."""
    rows = unit_rows(N, dim=DIM)
    rows[100:150] = rows[100]
    rows[150:250] = rows[150] + np.random.default_rng(1).normal(0, 1e-4, (100, DIM))
    store(database, rows)
    return rows


@pytest.fixture
def index(database: PostgresDatabase, rows: Matrix) -> PgvectorIndex:
    return PgvectorIndex(database, 1, DIM)


def test_hits_are_those_of_the_flat_index_in_its_order(index: PgvectorIndex, rows: Matrix) -> None:
    expected = flat(rows)
    within = np.random.default_rng(2).permutation(N)[:300] + 1
    for seed, k, ids in [(11, 20, None), (12, 5000, None), (13, 7, within), (14, 300, within), (15, 10**20, None)]:
        query = unit_rows(1, seed, DIM)[0]
        found, scores = index.search(query, k, ids)
        wanted, wanted_scores = expected.search(query, k, ids)
        np.testing.assert_allclose(scores, wanted_scores, atol=1e-6)
        assert found.tolist() == wanted.tolist() or _differ_by_ties(found, wanted, wanted_scores)
    for place in (100, 150):  # all of these tie or nearly do
        found, scores = index.search(rows[place], 30)
        np.testing.assert_allclose(scores, expected.search(rows[place], 30)[1], atol=1e-6)
    assert index.search(rows[100], 30)[0].tolist() == list(range(101, 131))


def _differ_by_ties(found: SampleIds, wanted: SampleIds, scores: np.ndarray) -> bool:
    """Say whether only neighbours whose scores are the same but for the last bits have changed places."""
    return all(
        abs(scores[place] - scores[other]) < 1e-6
        for place, sample_id in enumerate(wanted.tolist())
        for other in np.flatnonzero(found == sample_id)
    )


def test_a_query_between_two_float16_finds_the_nearest_of_vectors_that_differ_less(
    database: PostgresDatabase,
) -> None:
    """Rounded to float16, the query would prefer others: differences of the last bit decide among these."""
    base = unit_rows(1, 3, DIM)[0]
    rows = np.repeat(base[None], 400, axis=0).astype(np.float16)
    bits = rows.view(np.uint16)
    bits += np.random.default_rng(4).integers(0, 2, bits.shape, np.uint16)
    store(database, rows.astype(np.float32))
    query = base + np.random.default_rng(5).normal(0, 1e-5, DIM).astype(np.float32)
    exact = rows.astype(np.float64) @ query.astype(np.float64)
    found, scores = PgvectorIndex(database, 1, DIM).search(query, 5)
    np.testing.assert_allclose(np.sort(exact)[::-1][:5], scores, atol=3e-7)
    assert exact[found - 1].min() > np.sort(exact)[-6] - 3e-7


def test_a_filter_of_one_percent_has_as_many_hits_by_the_graph_as_by_a_scan(
    index: PgvectorIndex, rows: Matrix, database: PostgresDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    (vectors,) = without_graph(database, N)
    assert (vectors.dim, vectors.n) == (DIM, N)
    build_graph(database, vectors)
    assert without_graph(database, N) == []
    monkeypatch.setattr(vector_index, "_STEP", 1e-9)  # of a graph that costs nothing
    used = []
    search = PgvectorIndex._search_graph
    monkeypatch.setattr(PgvectorIndex, "_search_graph", lambda *given: used.append(1) or search(*given))
    within = np.arange(1, N, 100)
    found, _ = index.search(unit_rows(1, 21, DIM)[0], 20, within)
    assert sorted(found.tolist()) == within.tolist()
    found, _ = index.search(unit_rows(1, 22, DIM)[0], 8, within)
    assert found.tolist() == flat(rows).search(unit_rows(1, 22, DIM)[0], 8, within)[0].tolist()
    hits = [set(index.search(query, 20)[0].tolist()) for query in unit_rows(10, 23, DIM)]
    exact = [set(flat(rows).search(query, 20)[0].tolist()) for query in unit_rows(10, 23, DIM)]
    assert len(used) == 12
    assert sum(len(one & other) for one, other in zip(hits, exact, strict=True)) >= 0.98 * 200


def test_a_filter_is_a_condition_of_the_statement_that_asks_the_graph(
    index: PgvectorIndex, rows: Matrix, database: PostgresDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    (vectors,) = without_graph(database, N)
    build_graph(database, vectors)
    with database.write() as transaction:
        transaction.driver_cursor().execute("UPDATE samples SET duration_seconds = 9 WHERE id % 3 = 0")
        transaction.driver_cursor().execute("UPDATE samples SET n_files = 0 WHERE id = 3")
        transaction.driver_cursor().execute("INSERT INTO annotations VALUES (6, 0, '', true)")
    with database.outside_transactions() as connection:
        connection.exec_driver_sql("ANALYZE")
    long = Condition((Match(BETWEEN["len"], {"low": 5.0, "high": 10.0}),))
    hidden = Condition((Match(HIDDEN, {}),), is_excluded=True)
    absent = Condition((Match(ABSENT, {}),), is_excluded=True)
    read: list[Selection] = []
    scope = Scope(Selection((long, hidden, absent)), lambda selection: read.append(selection) or np.empty(0, np.int64))
    within = np.arange(9, N + 1, 3)
    with database.read() as transaction:
        condition = index._condition(transaction, scope, looked_up)
        asked = f"EXPLAIN SELECT 1 FROM embeddings WHERE {condition.sql}"
        plan = str(transaction.driver_cursor().execute(asked, condition.values).fetchall())
        assert "Join" not in plan
        assert plan.count("hashed SubPlan") == 1  # the sounds without files
    found = [index.search(query, 20, scope)[0] for query in unit_rows(10, 24, DIM)]
    exact = [flat(rows).search(query, 20, within)[0] for query in unit_rows(10, 24, DIM)]
    assert all(len(ids) == 20 and np.isin(ids, within).all() for ids in found)
    assert sum(len(np.intersect1d(*pair)) for pair in zip(found, exact, strict=True)) >= 0.98 * 200
    assert index.known(np.array([12, 3, 6, 9, 10]), scope).tolist() == [12, 9]
    assert not read
    used = []
    search = PgvectorIndex._search_graph
    monkeypatch.setattr(PgvectorIndex, "_search_graph", lambda *given: used.append(1) or search(*given))
    monkeypatch.setattr(PgvectorIndex, "_estimate", lambda *_: 1.0)  # wrong: 398 pass, more than are looked up for 20
    assert [index.search(query, 20, scope)[0].tolist() for query in unit_rows(10, 24, DIM)] == [
        ids.tolist() for ids in found
    ]
    assert len(used) == 10
    nothing = Scope(Selection((Condition((Match(BETWEEN["len"], {"low": 50.0, "high": 60.0}),)),)), lambda _: within)
    for guess in (1.0, 1000.0):
        monkeypatch.setattr(PgvectorIndex, "_estimate", lambda *_, guess=guess: guess)
        assert index.search(rows[0], 20, nothing)[0].tolist() == []
        assert sorted(index.search(rows[0], 500, scope)[0].tolist()) == within.tolist()


def test_sounds_without_files_are_not_found_and_known_and_get_agree(
    index: PgvectorIndex, rows: Matrix, database: PostgresDatabase
) -> None:
    query = rows[4]
    assert index.search(query, 1)[0].tolist() == [5]
    with database.write() as transaction:
        transaction.driver_cursor().execute("UPDATE samples SET n_files = 0 WHERE id IN (5, 6)")
    assert 5 not in index.search(query, N)[0]
    assert index.n == N - 2
    assert index.known(np.array([9, 5, 7, 99999])).tolist() == [9, 7]
    assert len(index.known()) == N - 2
    np.testing.assert_array_equal(index.get(np.array([9, 5, 9])), flat(rows).get(np.array([9, 5, 9])))
    with pytest.raises(KeyError, match="99999"):
        index.get(np.array([9, 99999]))


def test_what_a_search_found_is_got_without_asking_the_server(index: PgvectorIndex, database: PostgresDatabase) -> None:
    found, _ = index.search(unit_rows(1, 31, DIM)[0], 20)
    expected = index.get(found)
    index._database = None  # type: ignore[assignment]
    np.testing.assert_array_equal(index.get(found), expected)


def test_an_encoder_without_vectors_has_no_hits_and_bad_queries_are_refused(database: PostgresDatabase) -> None:
    index = PgvectorIndex(database, None, DIM)
    assert index.search(unit_rows(1, 1, DIM)[0], 5)[0].tolist() == []
    assert (index.n, index.known().tolist(), index.get(np.empty(0, np.int64)).shape) == (0, [], (0, DIM))
    for bad in (np.full(DIM, np.nan, np.float32), np.zeros(DIM + 1, np.float32)):
        with pytest.raises(ValueError, match="not a finite vector of length 16"):
            index.search(bad, 5)


def test_a_small_library_gets_no_graph_and_an_unfinished_one_is_built_anew(
    index: PgvectorIndex, database: PostgresDatabase
) -> None:
    assert without_graph(database) == []
    (vectors,) = without_graph(database, N)
    build_graph(database, vectors)
    with database.write() as transaction:
        transaction.driver_cursor().execute(
            "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'embeddings_1_graph'::regclass"
        )
    assert without_graph(database, N) == [vectors]
    assert len(index.search(unit_rows(1, 3, DIM)[0], 5)[0]) == 5
    build_graph(database, vectors)
    assert without_graph(database, N) == []
