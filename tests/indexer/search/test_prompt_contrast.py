from dataclasses import replace

import numpy as np
import pytest

from db.types import Matrix
from indexer.encoders.compact.model import INFO
from indexer.encoders.prompts import describe, unit
from indexer.encoders.registry import COMPACT, load_text_encoder
from indexer.search.prompt_contrast import fit, handicaps, known_rivals, outdo
from indexer.tagging.taxonomy import sound_types


def _rows(n: int, seed: int = 3, dim: int = 16) -> Matrix:
    return unit(np.random.default_rng(seed).standard_normal((n, dim)).astype(np.float32))


def test_the_stored_rivals_are_the_names_of_all_types() -> None:
    rivals = known_rivals(INFO)
    assert rivals is not None
    today = describe(load_text_encoder(COMPACT), [kind.name for kind in sound_types()])
    assert np.abs(rivals - today).max() < 1e-3, "write them again: python -m training.rivals"


def test_no_rivals_are_known_of_other_models() -> None:
    other = replace(INFO, name="laion-music")
    assert known_rivals(other) is None
    assert not handicaps(_rows(3, dim=INFO.dim), other).any()
    assert handicaps(_rows(3, dim=INFO.dim), INFO).any()


def test_of_two_equal_hits_the_one_that_answers_to_a_rival_comes_second() -> None:
    wanted, rival, other = np.eye(3, 16, dtype=np.float32)
    rows = unit(np.stack([wanted + rival, wanted + other]))
    corrected = outdo(rows @ wanted, rows, rival[None])
    assert corrected[0] < corrected[1]


def test_the_first_hits_answer_as_well_as_before_on_average() -> None:
    rows, rivals, wanted = _rows(100), _rows(5, 4), _rows(1, 5)[0]
    cosines = rows @ wanted
    assert outdo(cosines, rows, rivals).mean() == pytest.approx(cosines.mean(), abs=1e-5)
    assert np.array_equal(outdo(cosines[:0], rows[:0], rivals), cosines[:0])


def test_the_soft_maximum_lies_between_mean_and_maximum() -> None:
    rows, rivals = _rows(50), _rows(7, 4)
    answers = rows @ rivals.T
    fits = fit(rows, rivals)
    assert (fits >= answers.mean(axis=1) - 1e-5).all()
    assert (fits <= answers.max(axis=1) + 1e-5).all()
