import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from db.types import Matrix
from indexer.encoders.prompts import unit
from indexer.few_shot.detector import ScoreInputs, fit_detector, fit_whitening, probabilities, standardized

N, DIM = 600, 24


def confidences(rows: Matrix, yes: Matrix, no: Matrix) -> np.ndarray:
    whitening = fit_whitening(rows)

    def sounds(some: Matrix) -> ScoreInputs:
        unknown = np.zeros((len(some), 2), np.float32)
        return ScoreInputs(whitening.apply(some), unknown, np.zeros(len(some), np.float32))

    return probabilities(fit_detector(sounds(yes), sounds(no), sounds(rows)).log_odds(sounds(rows)))


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
    other = np.flatnonzero(kinds == 7)
    before = confidences(rows, yes, rows[:0])[other]
    after = confidences(rows, yes, rows[other[:8]])[other]
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


def test_what_was_measured_counts_where_the_examples_agree() -> None:
    rng = np.random.default_rng(3)
    nowhere = unit(np.ones((N, DIM), np.float32))
    descriptors = rng.standard_normal((N, 2)).astype(np.float32)
    sounds = ScoreInputs(nowhere, standardized(descriptors), np.zeros(N, np.float32))
    low = np.argsort(descriptors[:, 0])[:40]
    confidences = probabilities(fit_detector(sounds.take(low[:10]), sounds.take([]), sounds).log_odds(sounds))
    assert set(np.argsort(-confidences)[:20].tolist()) <= set(np.argsort(descriptors[:, 0])[:60].tolist())


def test_a_name_counts_as_far_as_the_examples_fit_it() -> None:
    rows, kinds = library()
    whitening = fit_whitening(rows)
    members = np.flatnonzero(kinds == 4)
    similarity = standardized((kinds == 4).astype(np.float32)[:, None])[:, 0]
    unknown = np.zeros((N, 2), np.float32)
    fitting = ScoreInputs(whitening.apply(rows), unknown, similarity)
    misleading = ScoreInputs(whitening.apply(rows), unknown, -similarity)
    first = fit_detector(fitting.take(members[:1]), fitting.take([]), fitting).scores(fitting)
    assert (kinds[np.argsort(-first)[: len(members)]] == 4).all()
    assert fit_detector(misleading.take(members[:1]), misleading.take([]), misleading).prompt_weight == 0


def test_an_unknown_value_is_a_mean_one() -> None:
    values = np.array([[1.0, np.nan], [3.0, np.nan], [np.nan, np.nan]], np.float32)
    assert standardized(values).tolist() == [[-1.0, 0.0], [1.0, 0.0], [0.0, 0.0]]
