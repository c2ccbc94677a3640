import numpy as np
import pytest

from db.types import Matrix
from indexer.encoders.base import EncoderTraits
from indexer.encoders.prompts import describe, unit
from indexer.encoders.registry import COMPACT, load_text_encoder
from indexer.search.prompt_contrast import fit, handicaps, outdo

SHARPNESS = 12.0


def _rows(n: int, seed: int = 3, dim: int = 16) -> Matrix:
    return unit(np.random.default_rng(seed).standard_normal((n, dim)).astype(np.float32))


def test_the_stored_prompts_are_the_names_of_all_types_that_the_model_can_tell() -> None:
    encoder = load_text_encoder(COMPACT)
    prompts = encoder.traits.contrast_prompts
    assert prompts is not None
    today = describe(encoder, list(encoder.traits.calibration.offsets))
    assert np.abs(prompts - today).max() < 1e-3, "write them again: python -m training.prompts"


def test_nothing_is_lost_to_prompts_where_an_encoder_has_none() -> None:
    prompts = EncoderTraits(contrast_prompts=_rows(5, 4))
    assert not handicaps(_rows(3), EncoderTraits()).any()
    assert handicaps(_rows(3), prompts).any()


def test_of_two_equal_hits_the_one_that_answers_to_a_rival_comes_second() -> None:
    wanted, rival, other = np.eye(3, 16, dtype=np.float32)
    rows = unit(np.stack([wanted + rival, wanted + other]))
    corrected = outdo(rows @ wanted, rows, rival[None], SHARPNESS)
    assert corrected[0] < corrected[1]


def test_the_first_hits_answer_as_well_as_before_on_average() -> None:
    rows, rivals, wanted = _rows(100), _rows(5, 4), _rows(1, 5)[0]
    cosines = rows @ wanted
    assert outdo(cosines, rows, rivals, SHARPNESS).mean() == pytest.approx(cosines.mean(), abs=1e-5)
    assert np.array_equal(outdo(cosines[:0], rows[:0], rivals, SHARPNESS), cosines[:0])


def test_the_soft_maximum_lies_between_mean_and_maximum() -> None:
    rows, rivals = _rows(50), _rows(7, 4)
    answers = rows @ rivals.T
    fits = fit(rows, rivals, SHARPNESS)
    assert (fits >= answers.mean(axis=1) - 1e-5).all()
    assert (fits <= answers.max(axis=1) + 1e-5).all()
