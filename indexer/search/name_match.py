"""Names of files and folders as evidence beside the sound."""

import numpy as np

from indexer.search.candidates import Candidates, Floats
from indexer.search.plan import SearchPlan

# `python -m benchmarks ablation --sweep` tries others.
_WEIGHT = 0.8  # all words in the file name beat any likeness of the sound alone
_WEIGHT_BESIDE_EXAMPLE = 0.5  # names choose among the neighbours of a sound


class NameMatch:
    """Raise the score of sounds whose names hold the words of the query; one stage of ranking.

    Either evidence alone raises the score, and a name that holds half of the words counts a quarter.
    """

    def rescore(self, candidates: Candidates, plan: SearchPlan) -> Floats:
        """Return the scores of the candidates, 0 to 1, shape ``(n,)``."""
        weight = _WEIGHT_BESIDE_EXAMPLE if plan.has_example else _WEIGHT
        by_sound, by_name = candidates.scores.clip(0, 1), np.float32(weight) * candidates.name_matches**2
        return (1 - (1 - by_sound) * (1 - by_name)).astype(np.float32)
