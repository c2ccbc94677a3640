"""How frequent each type is in a library, found without a label.

A library of drum machines holds more snares than flutes, and a sound that could be either is a snare there. The shares
of the types are those that explain best what the model hears (Saerens, Latinne and Decaestecker, "Adjusting the outputs
of a classifier to new a priori probabilities", 2002). They count by half, since what they are found from is uncertain.
"""

import numpy as np
import numpy.typing as npt

_ROUNDS = 20
_PSEUDO_SOUNDS = 2.0  # of each type, so that what is missing among few sounds stays possible
_STRENGTH = 0.5

Shares = npt.NDArray[np.float32]


def estimate_prior(shares: Shares) -> npt.NDArray[np.float64]:
    """Return by how much to weigh each type, 1 on average.

    Args:
        shares: How likely each sound is of each type where all are equally frequent, shape ``(n, n_types)``.
    """
    n_types = shares.shape[1]
    shares = shares.astype(np.float64)
    weights = np.ones(n_types)
    for _ in range(_ROUNDS):
        weighed = shares * weights
        weighed /= weighed.sum(axis=1, keepdims=True)
        frequency = (weighed.sum(axis=0) + _PSEUDO_SOUNDS) / (len(shares) + _PSEUDO_SOUNDS * n_types)
        weights = (frequency * n_types) ** _STRENGTH
    found: npt.NDArray[np.float64] = weights / weights.mean()
    return found
