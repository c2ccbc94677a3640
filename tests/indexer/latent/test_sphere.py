"""Laws of the walk between sounds."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.types import Vector
from indexer.encoders.prompts import unit
from indexer.latent.interpolation import interpolation_path, slerp, spherical_mean
from indexer.latent.sphere import CenteredSpace, angles, distinct, is_between, progress
from tests.indexer.directions import DIM, pairs, shares


def _close(one: Vector, other: Vector) -> bool:
    return bool(np.allclose(one, other, atol=2e-3))


@given(pairs())
def test_ends_of_the_walk_are_its_ends(pair: tuple[Vector, Vector]) -> None:
    start, end = pair
    assert _close(slerp(start, end, 0), start)
    assert _close(slerp(start, end, 1), end)
    path = interpolation_path(start, end, 5)
    assert np.array_equal(path[0], start)
    assert np.array_equal(path[-1], end)


@given(pairs(), shares)
def test_walk_stays_on_the_sphere(pair: tuple[Vector, Vector], t: float) -> None:
    assert np.linalg.norm(slerp(*pair, t)) == pytest.approx(1, abs=1e-5)


@given(pairs(), shares)
def test_walk_back_passes_the_same_points(pair: tuple[Vector, Vector], t: float) -> None:
    start, end = pair
    assert _close(slerp(start, end, t), slerp(end, start, 1 - t))


@given(pairs())
def test_steps_are_equal_and_onwards(pair: tuple[Vector, Vector]) -> None:
    path = interpolation_path(*pair, 6)
    strides = [float(angles(one[None], other)[0]) for one, other in itertools.pairwise(path)]
    assert strides == pytest.approx([strides[0]] * 5, abs=2e-3)
    if strides[0] > 0.02:
        assert progress(path, *pair) == pytest.approx(np.linspace(0, 1, 6), abs=1e-2)


@given(pairs(), shares)
def test_mean_of_two_is_the_walk(pair: tuple[Vector, Vector], t: float) -> None:
    assert _close(spherical_mean(np.stack(pair), [1 - t, t]), slerp(*pair, t))


@given(st.permutations(range(3)))
def test_mean_does_not_depend_on_order_or_scale_of_weights(order: list[int]) -> None:
    rows = unit(np.random.default_rng(0).standard_normal((3, DIM)).astype(np.float32) + 0.5)
    weights = np.array([0.5, 0.3, 0.2])
    expected = spherical_mean(rows, weights)
    assert _close(spherical_mean(rows[order], 10 * weights[order]), expected)
    assert np.linalg.norm(expected) == pytest.approx(1, abs=1e-5)


def test_mean_with_all_weight_on_one_is_that_one() -> None:
    rows = unit(np.eye(3, DIM, dtype=np.float32) + 0.1)
    assert _close(spherical_mean(rows, [0, 1, 0]), rows[1])


@pytest.mark.parametrize("weights", [[], [0, 0], [1, -1]])
def test_mean_refuses_weights_that_name_no_point(weights: list[float]) -> None:
    with pytest.raises(ValueError, match="weights"):
        spherical_mean(np.eye(len(weights), DIM, dtype=np.float32), weights)


def test_opposite_ends_have_no_walk() -> None:
    pole = np.eye(1, DIM, dtype=np.float32)[0]
    with pytest.raises(ValueError, match="opposite"):
        slerp(pole, -pole, 0.5)


@given(pairs())
def test_angles_are_symmetric_and_within_half_a_turn(pair: tuple[Vector, Vector]) -> None:
    start, end = pair
    there, back = angles(start[None], end)[0], angles(end[None], start)[0]
    assert there == pytest.approx(back, abs=1e-5)
    assert 0 <= there <= np.pi + 1e-6


def test_aim_leads_back_to_its_direction() -> None:
    rng = np.random.default_rng(1)
    cone = unit(rng.standard_normal((400, 32)).astype(np.float32) * 0.1 + np.eye(1, 32, dtype=np.float32))
    space = CenteredSpace(cone.mean(axis=0))
    directions = space.to_directions(cone)
    aimed = np.stack([space.to_embedding(direction) for direction in directions[:40]])
    nearest = (aimed @ cone.T).argmax(axis=1)
    assert (nearest == np.arange(40)).mean() > 0.9


def test_between_means_nearer_to_both_ends_than_they_are_to_each_other() -> None:
    start, end, away = np.eye(3, DIM, dtype=np.float32)
    rows = np.stack([slerp(start, end, 0.5), start, slerp(start, end, 1.5), -away])
    assert is_between(rows, start, end).tolist() == [True, False, False, False]


def test_near_duplicates_stand_behind_the_first() -> None:
    one, other, _ = np.eye(3, DIM, dtype=np.float32)
    rows = np.stack([one, slerp(one, other, 0.01), other, one])
    assert distinct(rows, 0.99) == [0, 2]
