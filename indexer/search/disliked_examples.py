"""Lower the rank of sounds that resemble a disliked one.

Subtracting disliked sounds from the target vector leads away from everything that is wanted: all sounds lie in one
narrow cone. A penalty on the candidates keeps the target where it is (`python -m benchmarks ablation`).
"""

import numpy as np

from indexer.encoders.prompts import unit
from indexer.search.candidates import Candidates, Floats
from indexer.search.plan import SearchPlan

_WEIGHT = 0.1  # cosines at most; 0.2 hides more of what is disliked, and more of what is wanted (`ablation --sweep`)


class DislikedExamples:
    """Subtract the likeness to the nearest disliked sound; one stage of ranking."""

    def rescore(self, candidates: Candidates, plan: SearchPlan) -> Floats:
        """Return the scores of the candidates, shape ``(n,)``."""
        if not len(plan.dislikes):
            return candidates.scores
        center = plan.encoder.audio_center  # seen from here sounds lie all around, in any model
        likeness = (unit(candidates.rows - center) @ unit(plan.dislikes - center).T).max(axis=1)
        return candidates.scores - np.float32(_WEIGHT) * likeness.clip(0)
