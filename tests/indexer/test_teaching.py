import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from db.records import Matrix
from indexer.describe import unit
from indexer.teaching import learn, survey

N, DIM = 600, 24


def confidences(rows: Matrix, yes: Matrix, no: Matrix) -> np.ndarray:
    background = survey(rows)
    return learn(background.whiten(yes), background.whiten(no), background).confidences(background.whiten(rows))


def library(seed: int = 0) -> tuple[Matrix, np.ndarray]:
    """Return sounds around twelve centres, and the centre of each; the first dimension is loud and means nothing."""
    rng = np.random.default_rng(seed)
    centres = rng.standard_normal((12, DIM))
    kinds = np.arange(N) % 12
    rows = centres[kinds] + 0.3 * rng.standard_normal((N, DIM))
    rows[:, 0] += 5 * rng.standard_normal(N)
    return unit(rows.astype(np.float32)), kinds


def test_three_examples_find_their_kind() -> None:
    rows, kinds = library()
    members = np.flatnonzero(kinds == 4)
    first = np.argsort(-confidences(rows, rows[members[:3]], rows[:3]))[: len(members)]
    assert (kinds[first] == 4).mean() >= 0.9


def test_few_sounds_of_another_kind_get_the_tag() -> None:
    rows, kinds = library()
    members = np.flatnonzero(kinds == 4)
    is_tagged = confidences(rows, rows[members[:5]], rows[:3]) >= 0.5
    assert is_tagged[members].mean() >= 0.5
    assert is_tagged[kinds != 4].mean() <= 0.02


def test_a_counterexample_lowers_the_confidence_of_its_like() -> None:
    rows, kinds = library()
    yes = rows[np.flatnonzero(kinds == 4)[:3]]
    rival = np.flatnonzero(kinds == 7)
    before = confidences(rows, yes, rows[:0])[rival]
    after = confidences(rows, yes, rows[rival[:8]])[rival]
    assert np.median(after) <= np.median(before)


@given(n_yes=st.integers(1, 8), n_no=st.integers(0, 8), seed=st.integers(0, 20))
def test_a_confidence_is_always_a_share(n_yes: int, n_no: int, seed: int) -> None:
    rows, _ = library(seed)
    found = confidences(rows, rows[:n_yes], rows[n_yes : n_yes + n_no])
    assert np.isfinite(found).all()
    assert ((found >= 0) & (found <= 1)).all()


def test_a_library_of_one_sound_can_be_taught() -> None:
    rows, _ = library()
    assert confidences(rows[:1], rows[:1], rows[:0])[0] >= 0
