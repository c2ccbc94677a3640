import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.types import Matrix
from indexer.encoders.prompts import unit
from indexer.search.fold import fold


def _copies(owners: list[int], seed: int = 0) -> Matrix:
    """Return a row for each owner; rows of one owner are near-identical."""
    rng = np.random.default_rng(seed)
    originals = unit(rng.standard_normal((max(owners, default=0) + 1, 32)).astype(np.float32))
    rows: Matrix = originals[owners].reshape(-1, 32)
    return unit(rows + 0.002 * rng.standard_normal((len(owners), 32)).astype(np.float32))


owners = st.lists(st.integers(0, 12), max_size=60)


@given(owners)
def test_folding_loses_no_sound(owners: list[int]) -> None:
    groups = fold(_copies(owners))
    assert sorted([*groups, *(row for rest in groups.values() for row in rest)]) == list(range(len(owners)))
    assert [owners[first] for first in groups] == list(dict.fromkeys(owners))
    assert all(owners[row] == owners[first] for first, rest in groups.items() for row in rest)


@given(owners, st.integers(1, 15))
def test_fewer_groups_are_the_first_of_more(owners: list[int], k: int) -> None:
    rows = _copies(owners)
    assert list(fold(rows, k).items()) == list(fold(rows).items())[:k]


@pytest.mark.parametrize("n", [255, 256, 257, 700])
def test_copies_are_found_however_far_apart_they_stand(n: int) -> None:
    numbers = [0, *range(1, n), 0]
    groups = fold(_copies(numbers))
    assert groups[0] == [n]
    assert len(groups) == n


def test_a_sound_stands_behind_the_one_that_it_is_nearest_to() -> None:
    first = unit(np.eye(1, 8, dtype=np.float32))[0]
    aside = np.eye(2, 8, dtype=np.float32)[1]
    rows = unit(np.stack([first, first + 0.08 * aside, first + 0.05 * aside]))  # the third is near to both
    assert fold(rows) == {0: [], 1: [2]}
