"""Adapt the classifier of types to one library, from the sounds whose type is known by name or from the user.

The embedding of a phrase lies beside the real sounds of its type, elsewhere in each library. So the weights of the
types that have labelled sounds are moved towards those: a multinomial logistic regression on top of the model's log
odds, with a ridge penalty on every change, so that few labels change little.

Only the probability that such types have together is shared out anew among them. What nobody named keeps what the model
gives it: without that, the sounds of packs of other types are called by the types that other packs happen to name.
`python -m benchmarks ablation` measures it for sounds of packs that are named in part, and of packs without names.
"""

import numpy as np
import numpy.typing as npt

from db.types import Matrix

_RIDGE = 0.5
_MIN_OF_TYPE = 5  # labelled sounds; a type with fewer is left alone
_MAX_STEPS = 60
_MAX_SOUNDS = 2000  # 0.5 s

Labels = npt.NDArray[np.int64]


def adapt(probabilities: Matrix, vectors: Matrix, adaptation: Matrix) -> Matrix:
    """Return the probabilities of types in a library, rows that sum to 1.

    Args:
        probabilities: What the model makes of each sound, rows that sum to 1, shape ``(n, n_types)``.
        vectors: Embeddings of the sounds, shape ``(n, dim)``.
        adaptation: As `fit_adaptation` returns it.
    """
    places = np.flatnonzero(adaptation.any(axis=1))
    log_odds = vectors @ adaptation[places].T
    before = probabilities[:, places]
    after = before * np.exp(log_odds - log_odds.max(axis=1, keepdims=True, initial=-np.inf))
    after *= before.sum(axis=1, keepdims=True) / np.maximum(after.sum(axis=1, keepdims=True), 1e-30)
    adapted = probabilities.copy()
    adapted[:, places] = after
    return adapted


def fit_adaptation(vectors: Matrix, labels: Labels, probabilities: Matrix) -> Matrix:
    """Return what to add to the weights of each type; the order of the sounds makes no difference.

    Args:
        vectors: Embeddings of labelled sounds, unit rows, shape ``(n, dim)``.
        labels: Type of each, below ``n_types``, shape ``(n,)``.
        probabilities: What the model makes of each, rows that sum to 1, shape ``(n, n_types)``.

    Returns:
        Shape ``(n_types, dim)``: `adapt` adds ``vectors @ adaptation.T`` to log odds. Zero for types of which too few
        sounds are labelled.
    """
    from scipy.optimize import minimize  # 0.1 s, needed only here

    adaptation = np.zeros((probabilities.shape[1], vectors.shape[1]), np.float32)
    counts = np.bincount(labels, minlength=len(adaptation))
    places = np.flatnonzero(counts >= _MIN_OF_TYPE)
    order = np.lexsort((labels, *vectors.T[:3]))
    order = order[np.isin(labels[order], places)]
    if not len(order):
        return adaptation
    order = order[:: -(-len(order) // _MAX_SOUNDS)]
    rows, labels = vectors[order].astype(np.float32), np.searchsorted(places, labels[order])
    log_odds = np.log(np.maximum(probabilities[np.ix_(order, places)], 1e-9)).astype(np.float32)
    n, shape = len(rows), (len(places), vectors.shape[1])
    truth = np.zeros_like(log_odds)
    truth[np.arange(n), labels] = 1

    def loss(flat: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        change = flat.reshape(shape).astype(np.float32)
        adapted = log_odds + rows @ change.T
        adapted -= adapted.max(axis=1, keepdims=True)
        exponentials = np.exp(adapted)
        sums = exponentials.sum(axis=1, keepdims=True)
        cross_entropy = float((np.log(sums[:, 0]) - adapted[np.arange(n), labels]).sum(dtype=np.float64))
        gradient = (exponentials / sums - truth).T @ rows + _RIDGE * change
        return cross_entropy + 0.5 * _RIDGE * float(flat @ flat), gradient.ravel().astype(np.float64)

    found = minimize(loss, np.zeros(shape).ravel(), jac=True, method="L-BFGS-B", options={"maxiter": _MAX_STEPS})
    adaptation[places] = found.x.reshape(shape)
    return adaptation
