import numpy as np
import pytest

from indexer.tagging.class_prior import estimate_prior


def shares_of(truth: np.ndarray, n_types: int) -> np.ndarray:
    """Return probabilities of sounds: their own type, and another one that is nearly as likely."""
    shares = np.full((len(truth), n_types), 0.01, np.float32)
    shares[np.arange(len(truth)), truth] += 0.5
    shares[np.arange(len(truth)), (truth + 1) % n_types] += 0.4
    return shares / shares.sum(axis=1, keepdims=True)


def test_what_is_frequent_weighs_more() -> None:
    truth = np.repeat([0, 1, 2, 3], [700, 200, 90, 10])
    prior = estimate_prior(shares_of(truth, 4))
    assert prior.mean() == pytest.approx(1)
    assert prior[0] > prior[3]
    assert (prior > 0).all()


def test_what_is_even_stays_even() -> None:
    assert estimate_prior(shares_of(np.arange(800) % 8, 8)) == pytest.approx(np.ones(8), abs=1e-6)


def test_a_few_sounds_hardly_count() -> None:
    assert np.ptp(estimate_prior(shares_of(np.zeros(2, int), 60))) < 0.5
