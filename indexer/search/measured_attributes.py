"""Rank by measurements where a description asks for them: "short" is what is shorter than most of what else matches."""

from collections.abc import Sequence

import numpy as np

from db.types import Matrix
from indexer.search.candidates import Candidates, Floats
from indexer.search.plan import SearchPlan

# How far a sound moves at most, in cosines.
BESIDE_WORDS = 0.10  # `python -m benchmarks ablation --sweep`
BESIDE_EXAMPLE = 0.15  # neighbours of a sound differ more in how near they are
ALONE = 0.3
_N_REFERENCE = 200  # best matches that all are compared with; a fixed number, so that a longer list begins the same
_SHARPNESS = 12.0  # by how much more they count the better they match


class MeasuredAttributes:
    """Move sounds up or down by what was measured on them; one stage of ranking."""

    def rescore(self, candidates: Candidates, plan: SearchPlan) -> Floats:
        """Return the scores of the candidates, shape ``(n,)``."""
        attributes = plan.description.attributes
        if not attributes:
            return candidates.scores
        values = plan.library.measurements(candidates.ids, tuple(attributes))
        strength = BESIDE_EXAMPLE if plan.has_example else BESIDE_WORDS if plan.description.has_words else ALONE
        return candidates.scores + attribute_offsets(candidates.scores, values, tuple(attributes.values()), strength)


def attribute_offsets(scores: Floats, values: Matrix, signs: Sequence[float], strength: float) -> Floats:
    """Return what to add to the score of each sound, shape ``(n,)``.

    Args:
        scores: How well each sound matches the rest of the description, best first, shape ``(n,)``.
        values: Measurements; NaN where one is not known, shape ``(n, n_measurements)``.
        signs: 1 for each measurement of which high values are wanted, -1 for low ones.
        strength: `BESIDE_WORDS`, `BESIDE_EXAMPLE`, or `ALONE` where nothing else is described.
    """
    added = np.zeros(len(scores), np.float32)
    if not len(scores):
        return added
    weights = np.exp(_SHARPNESS * (scores[:_N_REFERENCE] - scores[:_N_REFERENCE].max()))
    for column, sign in zip(values.T, signs, strict=True):
        added += np.float32(sign) * _signed_percentiles(column, weights)
    return added * np.float32(strength)


def _signed_percentiles(values: Floats, weights: Floats) -> Floats:
    """Return the weighted share of the first ``len(weights)`` values below each, less the share above it; 0 for NaN."""
    reference = values[: len(weights)]
    is_known = np.isfinite(reference)
    order = np.argsort(reference[is_known], kind="stable")
    rising = reference[is_known][order]
    shares = np.concatenate([[0.0], np.cumsum(weights[is_known][order], dtype=np.float64)])
    below, up_to = shares[np.searchsorted(rising, values)], shares[np.searchsorted(rising, values, side="right")]
    percentiles = (below + up_to) / max(shares[-1], 1e-12) - 1
    return np.where(np.isfinite(values), percentiles, 0).astype(np.float32)
