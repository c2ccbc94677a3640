"""Rivals: everything else that a sound may be which answers a description.

A crash answers to "ride" nearly as well as rides do, and better still to "crash". So a description has to win against
the names of all types: a sound is ranked by the log-odds of a softmax over them, as a classifier would. On held-out
synthesized sounds this finds more of the right type in the first ten, and more of what is "bright" or
"short", and on real ones as well: ``python -m benchmarks.phrases`` shows both beside the angle alone.
"""

import numpy as np

from db.types import Matrix
from indexer.encoders.base import EncoderTraits
from indexer.search.hubness import Floats

_N_SHOWN = 100


def outdo(cosines: Floats, rows: Matrix, rivals: Matrix, sharpness: float) -> Floats:
    """Correct how well sounds answer a description by how well they answer to its rivals.

    The first hits answer as well as before on average, so that a score still says how near they are.

    Args:
        cosines: Of the description and each sound, best first, shape ``(n,)``.
        rows: Unit vectors of the sounds, shape ``(n, dim)``.
        rivals: Unit vectors of other descriptions, shape ``(n_rivals, dim)``.
        sharpness: Of the softmax over them.
    """
    fits = fit(rows, rivals, sharpness)
    return cosines - (fits - fits[:_N_SHOWN].mean()) if len(fits) else cosines


def handicaps(rows: Matrix, encoder: EncoderTraits) -> Floats:
    """Return what each sound loses to rivals before it is compared with others, shape ``(len(rows),)``."""
    rivals = encoder.contrast_prompts
    return np.zeros(len(rows), np.float32) if rivals is None else fit(rows, rivals, encoder.contrast_sharpness)


def fit(rows: Matrix, rivals: Matrix, sharpness: float) -> Floats:
    """Return the soft maximum of how well each sound answers to any rival, shape ``(len(rows),)``."""
    odds = np.exp(sharpness * (rows @ rivals.T))
    return (np.log(odds.mean(axis=1)) / sharpness).astype(np.float32)
