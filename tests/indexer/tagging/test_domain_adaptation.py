import json

import numpy as np
import pytest

from indexer.encoders.prompts import unit
from indexer.tagging import domain_adaptation
from indexer.tagging.domain_adaptation import ReferenceSounds, adapt, choose_references
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


def of_names(vectors: np.ndarray, labels: np.ndarray) -> ReferenceSounds:
    return choose_references(vectors, np.full((len(vectors), N_TYPES), 1 / N_TYPES, np.float32), labels)


def test_named_sounds_teach_what_others_are() -> None:
    named, labels, _ = library(200, 0)
    vectors, types, shares = library(300, 1)
    adapted = adapt(shares, vectors, of_names(named, labels))
    assert (shares.argmax(axis=1) == types).mean() < 0.4
    assert (adapted.argmax(axis=1) == types).mean() > 0.9
    np.testing.assert_allclose(adapted.sum(axis=1), 1, atol=1e-5)


def test_sounds_that_are_like_no_other_keep_their_likeliest_type() -> None:
    vectors, types, shares = library(300, 0)
    named = types == 0
    adapted = adapt(shares, vectors, of_names(vectors[named], types[named]))
    far = (vectors @ vectors[named].T).max(axis=1) < 0.5
    assert far.any()
    np.testing.assert_array_equal(adapted[far].argmax(axis=1), shares[far].argmax(axis=1))
    assert (adapted[named].argmax(axis=1) == 0).all()


def test_a_name_counts_less_where_sounds_without_one_lie_nearer() -> None:
    named, pack = unit(np.array([[1, 0.55, 0.0]])), unit(np.array([[1, 0.0, 0.1], [1, 0.0, -0.1], [1, 0.05, 0.0]]))
    unsure, tom = np.array([[0.4, 0.6]]), np.array([[0.1, 0.9]])
    sound = unit(np.array([[1, 0.0, 0.0]]))
    alone = choose_references(named, unsure, np.array([0]))
    in_pack = choose_references(np.concatenate([named, pack]), np.repeat(tom, 4, axis=0), np.array([0, -1, -1, -1]))
    assert adapt(unsure, sound, alone)[0].argmax() == 0
    assert adapt(unsure, sound, in_pack)[0].argmax() == 1


def test_a_sound_is_no_neighbour_of_itself_but_a_named_copy_is_one() -> None:
    rows = unit(np.eye(2, 3))
    shares = np.array([[0.6, 0.4], [0.5, 0.5]])
    nameless = choose_references(rows[:1], shares[:1], np.array([-1]))
    far = choose_references(rows[1:], shares[1:], np.array([-1]))
    np.testing.assert_allclose(adapt(shares[:1], rows[:1], nameless), adapt(shares[:1], rows[:1], far), atol=1e-4)
    copy = choose_references(rows[:1], shares[:1], np.array([1]))
    assert adapt(shares[:1], rows[:1], copy)[0, 1] > 0.98


def test_the_order_of_sounds_makes_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(domain_adaptation, "_MAX_SOUNDS", 20)
    vectors, types, shares = library(60, 0)
    other = np.random.default_rng(1).permutation(60)
    types[::2] = -1
    one = choose_references(vectors, shares, types)
    another = choose_references(vectors[other], shares[other], types[other])
    assert len(one.vectors) == 20
    np.testing.assert_array_equal(one.vectors, another.vectors)
    np.testing.assert_array_equal(one.probabilities, another.probabilities)


def test_a_profile_comes_back_from_json() -> None:
    vectors, types, shares = library(80, 0)
    known = build_profile(Survey(vectors, shares, np.where(np.arange(80) < 40, types, -1)), NAMES)
    again = LibraryProfile.from_dict(json.loads(json.dumps(known.as_dict())))
    assert (again.prior, again.n_labelled) == (known.prior, known.n_labelled)
    assert isinstance(known.references, ReferenceSounds)
    assert isinstance(again.references, ReferenceSounds)
    np.testing.assert_allclose(again.references.vectors, known.references.vectors, atol=1e-3)
    np.testing.assert_allclose(again.references.probabilities, known.references.probabilities, atol=1e-3)
    assert ((again.references.probabilities == 1).sum(axis=1) == 1).sum() == 40
    assert not again.has_drifted(known)
    assert sum(known.n_labelled.values()) == 40


def test_few_sounds_teach_nothing_and_many_new_names_are_a_drift() -> None:
    vectors, types, shares = library(200, 0)
    assert build_profile(Survey(vectors[:10], shares[:10], types[:10]), NAMES).references is None
    few = build_profile(Survey(vectors, shares, np.where(np.arange(200) < 10, types, -1)), NAMES)
    many = build_profile(Survey(vectors, shares, types), NAMES)
    assert many.has_drifted(few)
    assert not build_profile(Survey(vectors, shares, types), NAMES).has_drifted(many)
    assert build_profile(Survey(vectors[:0], shares[:0], types[:0]), NAMES) == LibraryProfile()
