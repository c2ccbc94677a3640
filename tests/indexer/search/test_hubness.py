import numpy as np
import pytest

from db.types import Matrix
from indexer.encoders.prompts import unit
from indexer.search.hubness import N_CANDIDATES, local_scaling, nearest_neighbours, skewness


def _with_hubs(n: int = 300, dim: int = 24) -> Matrix:
    """Draw rows around a common middle, where those near the middle are near to all."""
    rng = np.random.default_rng(5)
    middle = np.zeros(dim)
    middle[0] = 1.0
    spread = rng.uniform(0.2, 2.0, (n, 1))
    return unit((middle + spread * rng.standard_normal((n, dim)) / np.sqrt(dim)).astype(np.float32))


def test_hubs_are_fewer_with_the_correction() -> None:
    rows = _with_hubs()
    before, after = (skewness(nearest_neighbours(rows, 10, is_scaled=is_scaled)) for is_scaled in (False, True))
    assert before > 2.0
    assert after < 0.9 * before


def test_on_average_candidates_stay_as_near_and_the_rest_untouched() -> None:
    rows = _with_hubs()
    cosines = np.sort(rows @ rows[0])[::-1].astype(np.float32)
    order = np.argsort(-(rows @ rows[0]), kind="stable")
    corrected = local_scaling(cosines, rows[order])
    assert corrected[1:N_CANDIDATES].mean() == pytest.approx(cosines[1:N_CANDIDATES].mean(), abs=1e-3)
    assert np.array_equal(corrected[N_CANDIDATES:], cosines[N_CANDIDATES:])


def test_a_sound_is_as_near_to_itself_as_can_be_however_crowded_it_is() -> None:
    rows = _with_hubs()
    for hub in np.argsort(-(rows @ rows.mean(axis=0)))[:5]:
        order = np.argsort(-(rows @ rows[hub]), kind="stable")
        assert local_scaling((rows @ rows[hub])[order], rows[order])[0] == pytest.approx(1.0, abs=1e-6)


def test_without_the_correction_the_nearest_are_those_of_the_smallest_angle() -> None:
    rows = _with_hubs(40)
    likeness = rows @ rows.T
    np.fill_diagonal(likeness, -2)
    assert np.array_equal(
        nearest_neighbours(rows, 39, is_scaled=False), np.argsort(-likeness, axis=1, kind="stable")[:, :39]
    )


def test_every_other_sound_is_listed_once() -> None:
    found = nearest_neighbours(_with_hubs(30), 29, is_scaled=True)
    assert all(sorted([place, *row]) == list(range(30)) for place, row in enumerate(found.tolist()))


def test_even_lists_have_no_hubs() -> None:
    ring = np.stack([np.roll(np.arange(12), -1), np.roll(np.arange(12), 1)], axis=1)
    assert skewness(ring) == 0.0


@pytest.mark.parametrize("n", [0, 1, 2])
def test_few_candidates_are_left_as_they_are(n: int) -> None:
    rows = _with_hubs(300)[:n]
    cosines = np.linspace(1, 0, n, dtype=np.float32)
    assert np.array_equal(local_scaling(cosines, rows), cosines)
