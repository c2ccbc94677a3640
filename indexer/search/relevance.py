"""Say whether a library holds what is described, or only has something that is nearest.

The cosines of two descriptions cannot be compared: any dog is nearer to "kick drum" than the best dog is to "dog". So
the nearest sounds are compared with what a fixed set of varied sounds, three of each label of the training recordings,
reaches for the same description. `training.relevance` fits the curve, `python -m benchmarks relevance` measures it.
"""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from indexer.search.candidates import Candidates
from indexer.search.plan import SearchPlan

Floats: TypeAlias = npt.NDArray[np.float32]

_N_NEAREST = 3
_N_NEAREST_OF_BACKGROUND = 10  # about as many as there are of a label and its next relatives


def relevance(plan: SearchPlan, candidates: Candidates) -> float | None:
    """Return how likely the library holds what words describe, 0 to 1.

    A name that holds all words is what is described; words that mean nothing describe nothing.

    Returns:
        None where nothing but measurements or an example is asked for, or where the encoder has no background.
    """
    background = plan.encoder.traits.background
    if background is None or plan.has_example or not plan.description.has_words or not len(candidates.ids):
        return None
    if candidates.name_matches.max() >= 1:
        return 1.0
    from indexer.search.spelling import means_something  # most searches start without it

    words = plan.name_words or (plan.description.text,)  # a single letter is a word in some scripts
    if not any(means_something(plan.library, word) for word in words):
        return 0.0
    reached = level(candidates.cosines, background.rows @ plan.target)
    return float(1 / (1 + np.exp(-background.slope * (reached - background.threshold))))


def level(cosines: Floats, background: Floats) -> float:
    """Return how near the nearest sounds are: 0 is the middle of the background, 1 its nearest sounds.

    Args:
        cosines: Of a description and sounds, shape ``(n,)``.
        background: Of the same description and the background, shape ``(n_background,)``.
    """
    middle = float(np.median(background))
    nearest = float(np.sort(background)[-_N_NEAREST_OF_BACKGROUND:].mean())
    return (float(np.sort(cosines)[-_N_NEAREST:].mean()) - middle) / max(nearest - middle, 1e-6)
