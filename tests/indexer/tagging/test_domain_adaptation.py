import numpy as np
import pytest

from indexer.encoders.prompts import unit
from indexer.tagging.domain_adaptation import adapt, fit_adaptation
from indexer.tagging.library_profile import LibraryProfile, Survey, build_profile

N_TYPES, DIM = 4, 16


def library(n: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Make sounds that lie beside what their types' descriptions point at, and what a model hears of them."""
    rng = np.random.default_rng(seed)
    described = np.eye(N_TYPES, DIM)
    real = described + 1.2 * np.roll(described, 1, axis=0) + 0.8 * np.eye(N_TYPES, DIM, k=8)
    types = rng.integers(0, N_TYPES, n)
    vectors = unit((real[types] + 0.2 * rng.standard_normal((n, DIM))).astype(np.float32))
    odds = np.exp(10 * vectors @ described.T)
    return vectors, types, (odds / odds.sum(axis=1, keepdims=True)).astype(np.float32)


def right(vectors: np.ndarray, types: np.ndarray, shares: np.ndarray, shifts: np.ndarray) -> float:
    return float((adapt(shares, vectors, shifts).argmax(axis=1) == types).mean())


def test_named_sounds_teach_what_others_are() -> None:
    shifts = fit_adaptation(*library(200, 0))
    vectors, types, shares = library(300, 1)
    assert right(vectors, types, shares, np.zeros_like(shifts)) < 0.4
    assert right(vectors, types, shares, shifts) > 0.9


def test_types_that_nobody_named_keep_what_the_model_gives_them() -> None:
    vectors, types, shares = library(300, 0)
    is_named = np.isin(types, [0, 1])
    adapted = adapt(shares, vectors, fit_adaptation(vectors[is_named], types[is_named], shares[is_named]))
    np.testing.assert_array_equal(adapted[:, 2:], shares[:, 2:])
    np.testing.assert_allclose(adapted.sum(axis=1), 1, atol=1e-5)
    assert np.abs(adapted[:, :2] - shares[:, :2]).max() > 0.1


def test_a_few_sounds_of_a_type_say_nothing_of_it() -> None:
    vectors, types, shares = library(40, 0)
    first = np.concatenate([np.flatnonzero(types == kind)[: 4 if kind == 3 else 40] for kind in range(N_TYPES)])
    adaptation = fit_adaptation(vectors[first], types[first], shares[first])
    assert not adaptation[3].any()
    assert adaptation[:3].any(axis=1).all()
    none = fit_adaptation(vectors[:4], np.arange(4), shares[:4])
    np.testing.assert_array_equal(adapt(shares, vectors, none), shares)


def test_the_order_of_sounds_makes_no_difference() -> None:
    vectors, types, shares = library(60, 0)
    other = np.random.default_rng(1).permutation(60)
    np.testing.assert_array_equal(
        fit_adaptation(vectors, types, shares), fit_adaptation(vectors[other], types[other], shares[other])
    )


def test_what_is_heard_right_already_hardly_moves() -> None:
    vectors, types, _ = library(100, 0)
    sure = np.full((100, N_TYPES), 1e-6, np.float32)
    sure[np.arange(100), types] = 1
    assert np.abs(fit_adaptation(vectors, types, sure)).max() < 1e-3


def test_a_profile_comes_back_from_json() -> None:
    vectors, types, shares = library(80, 0)
    names = ["kick", "snare", "tom", "ride"]
    known = build_profile(Survey(vectors, shares, types), names)
    assert known.adaptation is not None
    again = LibraryProfile.from_dict(known.as_dict())
    assert (again.prior, again.n_labelled) == (known.prior, known.n_labelled)
    assert again.adaptation == pytest.approx(known.adaptation, abs=2e-3)
    assert not again.has_drifted(known)
    assert sum(known.n_labelled.values()) == 80


def test_few_names_teach_nothing_and_many_new_ones_are_a_drift() -> None:
    vectors, types, shares = library(200, 0)
    names = ["kick", "snare", "tom", "ride"]
    few = build_profile(Survey(vectors, shares, np.where(np.arange(200) < 10, types, -1)), names)
    assert few.adaptation is None
    many = build_profile(Survey(vectors, shares, types), names, adapts=False)
    assert many.adaptation is None
    assert many.has_drifted(few)
    assert not build_profile(Survey(vectors, shares, types), names).has_drifted(many)
    assert build_profile(Survey(vectors[:0], shares[:0], types[:0]), names) == LibraryProfile()
