"""Scale the scores of words to those of examples."""

import numpy as np

from indexer.search.candidates import Candidates, Floats
from indexer.search.plan import SearchPlan


class TextScale:
    """Divide by the largest cosine that words can have; one stage of ranking, for words without an example."""

    def rescore(self, candidates: Candidates, plan: SearchPlan) -> Floats:
        """Return the scores of the candidates, shape ``(n,)``: 1 is as well as any sound can match words."""
        scale = 1.0 if plan.has_example else plan.encoder.traits.max_text_cosine
        return candidates.scores / np.float32(scale)
