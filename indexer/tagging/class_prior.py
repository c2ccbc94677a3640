"""How frequent each type is in a library, estimated without labels.

A library of drum machines holds more snares than flutes, and a sound that could be either is a snare there. The prior
is the one that explains the model's probabilities best, found by expectation maximization: Saerens, Latinne and
Decaestecker, "Adjusting the outputs of a classifier to new a priori probabilities" (2002). It counts by half (on a
logarithmic scale), since the probabilities it is estimated from are uncertain themselves.
"""

import numpy as np
import numpy.typing as npt

_ROUNDS = 20
_PSEUDO_COUNT = 2.0  # sounds of each type, so that a type that is missing among few sounds stays possible
_STRENGTH = 0.5


def estimate_prior(probabilities: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    """Return the weight of each type, shape ``(n_types,)``, 1 on average.

    Args:
        probabilities: Of each type for each sound, where all types are equally frequent; shape ``(n, n_types)``.
    """
    n, n_types = probabilities.shape
    likelihoods = probabilities.astype(np.float64)
    weights = np.ones(n_types)
    for _ in range(_ROUNDS):
        posterior = likelihoods * weights
        posterior /= posterior.sum(axis=1, keepdims=True)
        frequency = (posterior.sum(axis=0) + _PSEUDO_COUNT) / (n + _PSEUDO_COUNT * n_types)
        weights = (frequency * n_types) ** _STRENGTH
    prior: npt.NDArray[np.float64] = weights / weights.mean()
    return prior
