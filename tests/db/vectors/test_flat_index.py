"""The index against brute force."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.types import Matrix, SampleIds
from db.vectors.flat_index import FlatIndex
from tests.db.factories import unit_rows

DIM = 8


def make_index(ids: SampleIds, rows: Matrix) -> FlatIndex:
    index = FlatIndex(DIM)
    half = len(ids) // 2
    for part in (slice(0, half), slice(half, None)):
        index.append(ids[part], rows[part].astype(np.float16).view(np.uint8))
    return index


@st.composite
def collections(draw: st.DrawFn) -> tuple[SampleIds, Matrix]:
    """Draw vectors under shuffled ids; small seeds repeat, so that scores tie."""
    n = draw(st.integers(1, 60))
    ids = draw(st.lists(st.integers(1, 500), min_size=n, max_size=n, unique=True))
    seeds = draw(st.lists(st.integers(0, 12), min_size=n, max_size=n))
    return np.array(ids, np.int64), np.concatenate([unit_rows(1, seed) for seed in seeds])


def brute_force(ids: SampleIds, rows: Matrix, query: np.ndarray, k: int, allowed: set[int]) -> list[int]:
    scores = dict(zip(ids.tolist(), rows.astype(np.float16).astype(np.float64) @ query, strict=True))
    return sorted(allowed & scores.keys(), key=lambda sample_id: (-round(scores[sample_id], 6), sample_id))[:k]


@settings(max_examples=150)
@given(collection=collections(), seed=st.integers(20, 40), k=st.integers(0, 70), data=st.data())
def test_search_is_brute_force(collection: tuple[SampleIds, Matrix], seed: int, k: int, data: st.DataObject) -> None:
    ids, rows = collection
    query = unit_rows(1, seed)[0]
    index = make_index(ids, rows)
    some_ids = st.lists(st.integers(1, 500)) | st.lists(st.sampled_from(ids.tolist()))
    hidden, within = data.draw(some_ids), data.draw(st.none() | some_ids)
    index.hide(np.array(hidden, np.int64))
    found, scores = index.search(query, k, None if within is None else np.array(within, np.int64))
    allowed = (set(ids.tolist()) if within is None else set(within)) - set(hidden)
    assert found.tolist() == brute_force(ids, rows, query, k, allowed)
    assert (np.diff(scores) <= 0).all()
    assert index.n == len(set(ids.tolist()) - set(hidden))


def test_ties_beyond_k_are_cut_by_id() -> None:
    ids = np.random.default_rng(0).permutation(1000) + 1
    index = make_index(ids, np.repeat(unit_rows(1), 1000, axis=0))
    assert index.search(unit_rows(1)[0], 10)[0].tolist() == list(range(1, 11))


@given(collection=collections())
def test_get_returns_unit_vectors_in_the_order_asked(collection: tuple[SampleIds, Matrix]) -> None:
    ids, rows = collection
    index = make_index(ids, rows)
    np.testing.assert_allclose(index.get(ids[::-1]), rows[::-1], atol=1e-3)
    np.testing.assert_allclose(np.linalg.norm(index.get(ids), axis=1), 1, atol=1e-6)


def test_an_unknown_id_is_a_key_error() -> None:
    index = make_index(np.array([3, 5]), unit_rows(2))
    with pytest.raises(KeyError, match="4"):
        index.get(np.array([3, 4]))


def test_known_ids_keep_their_order_and_hidden_ones_are_not_known() -> None:
    index = make_index(np.array([5, 3, 9]), unit_rows(3))
    index.hide(np.array([3]))
    assert index.known().tolist() == [5, 9]
    assert index.known(np.array([9, 4, 3, 5])).tolist() == [9, 5]


def test_an_empty_index_answers() -> None:
    index = FlatIndex(DIM)
    assert [len(part) for part in index.search(unit_rows(1)[0], 5)] == [0, 0]
    assert index.get(np.array([], np.int64)).shape == (0, DIM)
    assert len(index.known()) == 0


@pytest.mark.parametrize("query", [np.ones(7, np.float32), np.full(DIM, np.nan, np.float32)])
def test_a_query_that_does_not_fit_is_refused(query: np.ndarray) -> None:
    with pytest.raises(ValueError, match="finite vector of length 8"):
        make_index(np.array([1]), unit_rows(1)).search(query, 1)
