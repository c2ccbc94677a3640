"""Laws of the choice of real sounds for a path, against trying out every choice."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.types import Matrix, Vector
from indexer.encoders.prompts import unit
from indexer.latent.interpolation import interpolation_path
from indexer.latent.path_selection import PathEnds, select_path
from indexer.latent.sphere import angles, progress
from tests.indexer.directions import DIM, pairs

_COPY = 0.9
seeds = st.integers(0, 2**32 - 1)


def _cost(rows: Matrix, points: Matrix) -> float:
    return sum(float(angles(row[None], point)[0]) for row, point in zip(rows, points, strict=True))


def _sounds(seed: int, n: int = 6) -> Matrix:
    """Return sounds of which the last two are near-copies of the first two."""
    rows = np.random.default_rng(seed).standard_normal((n, DIM)).astype(np.float32)
    rows[-2:] = rows[:2] + 0.05
    return unit(rows)


def _rising(rows: Matrix, points: Matrix) -> list[tuple[int, ...]]:
    """Return every choice of rows whose progress never falls."""
    along = progress(rows, points[0], points[-1])
    orders = itertools.permutations(range(len(rows)), len(points))
    return [order for order in orders if all(along[a] <= along[b] for a, b in itertools.pairwise(order))]


def _has_copies(rows: Matrix) -> bool:
    return bool((np.triu(rows @ rows.T, 1) >= _COPY).any())


@settings(max_examples=40)
@given(pairs(), seeds)
def test_chosen_steps_advance_never_repeat_and_are_the_best(pair: tuple[Vector, Vector], seed: int) -> None:
    rows, points = _sounds(seed), interpolation_path(*pair, 4)
    chosen = select_path(rows, points)
    assert chosen is not None
    assert len(set(chosen)) == 4
    assert (np.diff(progress(rows[chosen], *pair)) >= -1e-5).all()
    best = min(_cost(rows[list(order)], points) for order in _rising(rows, points))
    assert _cost(rows[chosen], points) == pytest.approx(best, abs=1e-4)


@settings(max_examples=40)
@given(pairs(), seeds)
def test_steps_apart_hold_no_copies_and_are_the_best_of_those(pair: tuple[Vector, Vector], seed: int) -> None:
    rows, points = _sounds(seed), interpolation_path(*pair, 3)
    allowed = [order for order in _rising(rows, points) if not _has_copies(rows[list(order)])]
    chosen = select_path(rows, points, max_cosine=_COPY)
    assert (chosen is None) == (not allowed)
    if chosen is not None:
        assert not _has_copies(rows[chosen])
        best = min(_cost(rows[list(order)], points) for order in allowed)
        assert _cost(rows[chosen], points) == pytest.approx(best, abs=1e-4)


@settings(max_examples=40)
@given(seeds)
def test_chosen_ends_stand_first_and_last_and_what_lies_between_comes_between(seed: int) -> None:
    rows = _sounds(seed, 30)
    points = interpolation_path(rows[0], rows[1], 4)
    chosen = select_path(rows, points, max_cosine=_COPY, ends=PathEnds(0, 1))
    along = progress(rows, rows[0], rows[1])
    assert chosen is not None or ((along > 0) & (along < 1)).sum() < 6
    if chosen is not None:
        assert (chosen[0], chosen[-1]) == (0, 1)
        assert not _has_copies(rows[chosen[:-1]])
        assert (np.diff(along[chosen]) >= -1e-5).all()


@settings(max_examples=40)
@given(seeds)
def test_the_way_back_has_the_same_steps(seed: int) -> None:
    rows = _sounds(seed, 20)
    there = select_path(rows, interpolation_path(rows[0], rows[1], 5), max_cosine=_COPY, ends=PathEnds(0, 1))
    back = select_path(rows, interpolation_path(rows[1], rows[0], 5), max_cosine=_COPY, ends=PathEnds(1, 0))
    assert there == (back and back[::-1])


def test_each_folder_gives_one_step_but_for_chosen_ends() -> None:
    rows = unit(np.random.default_rng(3).standard_normal((40, DIM)).astype(np.float32))
    folders = np.arange(40) % 6
    points = interpolation_path(rows[0], rows[1], 5)
    chosen = select_path(rows, points, groups=folders)
    assert chosen is not None
    assert len(set(folders[chosen])) == 5
    pinned = select_path(rows, points, groups=folders, ends=PathEnds(0, 6))
    assert pinned is not None
    assert (pinned[0], pinned[-1]) == (0, 6)
    assert len(set(folders[pinned])) == 4
    assert select_path(rows, points, groups=folders % 4) is None


def test_too_few_sounds_give_no_steps() -> None:
    points = interpolation_path(*np.eye(2, DIM, dtype=np.float32), 4)
    assert select_path(points[:3], points) is None
    assert select_path(points[:0], points) is None
