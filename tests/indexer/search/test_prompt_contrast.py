import numpy as np
import pytest

from db.types import Matrix
from indexer.encoders.base import EncoderTraits
from indexer.encoders.prompts import describe, unit
from indexer.encoders.registry import BUILT_IN, load_text_encoder
from indexer.search.prompt_contrast import competing_matches, contrast


def _rows(n: int, seed: int = 3, dim: int = 16) -> Matrix:
    return unit(np.random.default_rng(seed).standard_normal((n, dim)).astype(np.float32))


def test_the_stored_prompts_are_the_names_of_all_types_that_the_model_can_tell() -> None:
    encoder = load_text_encoder(BUILT_IN)
    prompts = encoder.traits.contrast_prompts
    assert prompts is not None
    today = describe(encoder, list(encoder.traits.calibration.offsets))
    assert np.abs(prompts - today).max() < 1e-3, "write them again: python -m training.prompts"


def test_nothing_competes_where_an_encoder_has_no_prompts() -> None:
    assert not competing_matches(_rows(3), EncoderTraits()).any()
    assert competing_matches(_rows(3), EncoderTraits(contrast_prompts=_rows(5, 4))).any()


def test_of_two_equal_hits_the_one_that_matches_a_competing_prompt_comes_second() -> None:
    wanted, competing, other = np.eye(3, 16, dtype=np.float32)
    rows = unit(np.stack([wanted + competing, wanted + other]))
    scores = contrast(rows @ wanted, competing_matches(rows, EncoderTraits(contrast_prompts=competing[None])))
    assert scores[0] < scores[1]


def test_the_first_hits_keep_their_score_on_average() -> None:
    rows, wanted = _rows(100), _rows(1, 5)[0]
    cosines, competing = rows @ wanted, competing_matches(rows, EncoderTraits(contrast_prompts=_rows(5, 4)))
    assert contrast(cosines, competing).mean() == pytest.approx(cosines.mean(), abs=1e-5)
    assert np.array_equal(contrast(cosines[:0], competing[:0]), cosines[:0])


def test_the_soft_maximum_lies_between_mean_and_maximum() -> None:
    rows, prompts = _rows(50), _rows(7, 4)
    cosines = rows @ prompts.T
    competing = competing_matches(rows, EncoderTraits(contrast_prompts=prompts))
    assert (competing >= cosines.mean(axis=1) - 1e-5).all()
    assert (competing <= cosines.max(axis=1) + 1e-5).all()
