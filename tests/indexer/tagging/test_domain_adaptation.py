import numpy as np
import pytest

from indexer.encoders.prompts import unit
from indexer.tagging import domain_adaptation
from indexer.tagging.domain_adaptation import LabelledSounds, adapt, choose_labelled
from indexer.tagging.library_profile import LibraryProfile, Survey, build_profile

N_TYPES, DIM = 4, 16
NAMES = ["kick", "snare", "tom", "ride"]


def library(n: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Make sounds that lie beside what their types' descriptions point at, and what a model makes of them."""
    rng = np.random.default_rng(seed)
    described = np.eye(N_TYPES, DIM)
    real = described + 1.2 * np.roll(described, 1, axis=0) + 0.8 * np.eye(N_TYPES, DIM, k=8)
    types = rng.integers(0, N_TYPES, n)
    vectors = unit((real[types] + 0.05 * rng.standard_normal((n, DIM))).astype(np.float32))
    odds = np.exp(10 * vectors @ described.T)
    return vectors, types, (odds / odds.sum(axis=1, keepdims=True)).astype(np.float32)


def test_named_sounds_teach_what_others_are() -> None:
    named, labels, _ = library(200, 0)
    vectors, types, shares = library(300, 1)
    adapted = adapt(shares, vectors, choose_labelled(named, labels))
    assert (shares.argmax(axis=1) == types).mean() < 0.4
    assert (adapted.argmax(axis=1) == types).mean() > 0.9
    np.testing.assert_allclose(adapted.sum(axis=1), 1, atol=1e-5)


def test_sounds_that_are_like_no_named_one_keep_what_the_model_gives_them() -> None:
    vectors, types, shares = library(300, 0)
    named = types == 0
    adapted = adapt(shares, vectors, choose_labelled(vectors[named], types[named]))
    far = (vectors @ vectors[named].T).max(axis=1) < 0.5
    assert far.any()
    np.testing.assert_allclose(adapted[far], shares[far], atol=0.02)
    assert (adapted[named].argmax(axis=1) == 0).all()


def test_the_order_of_sounds_makes_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(domain_adaptation, "_MAX_SOUNDS", 20)
    vectors, types, _ = library(60, 0)
    other = np.random.default_rng(1).permutation(60)
    one, another = choose_labelled(vectors, types), choose_labelled(vectors[other], types[other])
    assert len(one.labels) == 20
    np.testing.assert_array_equal(one.vectors, another.vectors)
    np.testing.assert_array_equal(one.labels, another.labels)


def test_a_profile_comes_back_from_json() -> None:
    vectors, types, shares = library(80, 0)
    known = build_profile(Survey(vectors, shares, types), NAMES)
    again = LibraryProfile.from_dict(known.as_dict())
    assert (again.prior, again.n_labelled) == (known.prior, known.n_labelled)
    assert isinstance(known.labelled, LabelledSounds)
    assert isinstance(again.labelled, LabelledSounds)
    np.testing.assert_allclose(again.labelled.vectors, known.labelled.vectors, atol=1e-3)
    np.testing.assert_array_equal(again.labelled.labels, known.labelled.labels)
    assert not again.has_drifted(known)
    assert sum(known.n_labelled.values()) == 80


def test_few_names_teach_nothing_and_many_new_ones_are_a_drift() -> None:
    vectors, types, shares = library(200, 0)
    few = build_profile(Survey(vectors, shares, np.where(np.arange(200) < 10, types, -1)), NAMES)
    assert few.labelled is None
    many = build_profile(Survey(vectors, shares, types), NAMES)
    assert many.has_drifted(few)
    assert not build_profile(Survey(vectors, shares, types), NAMES).has_drifted(many)
    assert build_profile(Survey(vectors[:0], shares[:0], types[:0]), NAMES) == LibraryProfile()
