"""Prompt contrast: a sound must match a description better than the names of all types.

A crash matches "ride" nearly as well as rides do, and "crash" better still. So a sound is ranked by the log odds of a
softmax over competing prompts, as a zero-shot classifier would. On held-out synthesized sounds and on real ones this
finds more of the right type in the first ten: ``python -m benchmarks.phrases`` shows both beside the cosine alone.
"""

import numpy as np

from db.types import Matrix
from indexer.encoders.base import EncoderTraits
from indexer.search.candidates import Candidates, Floats
from indexer.search.plan import SearchPlan

_N_REFERENCE = 100


class PromptContrast:
    """Set back what matches competing prompts; one stage of ranking, for words without an example."""

    def rescore(self, candidates: Candidates, plan: SearchPlan) -> Floats:
        """Return the scores of the candidates, shape ``(n,)``."""
        if plan.has_example:
            return candidates.scores
        return contrast(candidates.scores, competing_matches(candidates.rows, plan.encoder.traits))


def contrast(scores: Floats, competing: Floats) -> Floats:
    """Subtract how well sounds match competing prompts; the best matches keep their score on average.

    Args:
        scores: Match of the description and each sound, best first, shape ``(n,)``.
        competing: Match of the same sounds and the competing prompts, shape ``(n,)``.
    """
    return scores - (competing - competing[:_N_REFERENCE].mean()) if len(scores) else scores


def competing_matches(rows: Matrix, traits: EncoderTraits) -> Floats:
    """Return how well sounds match the competing prompts of an encoder: a log-sum-exp, a soft maximum.

    Args:
        rows: Unit vectors of the sounds, shape ``(n, dim)``.
        traits: Of the encoder; without prompts nothing competes.

    Returns:
        Shape ``(n,)``.
    """
    prompts, sharpness = traits.contrast_prompts, traits.contrast_sharpness
    if prompts is None:
        return np.zeros(len(rows), np.float32)
    odds = np.exp(sharpness * (rows @ prompts.T))
    return (np.log(odds.mean(axis=1)) / sharpness).astype(np.float32)
