"""Adapt the classifier of types to one library, from the sounds whose type is known by name or from the user.

The embedding of a phrase lies beside the real sounds of its type, elsewhere in each library. So the weights of each
type are moved towards the labelled sounds: a multinomial logistic regression on top of the model's log odds, with a
ridge penalty on every change, so that few labels change little and types without labels hardly change.
"""

import numpy as np
import numpy.typing as npt

from db.types import Matrix

_RIDGE = 0.5  # of 0.1 to 3 the best for packs that no name was seen of (python -m benchmarks tagging)
_MAX_STEPS = 60
_MAX_SOUNDS = 2000  # 0.5 s

Labels = npt.NDArray[np.int64]


def fit_adaptation(vectors: Matrix, labels: Labels, probabilities: Matrix) -> Matrix:
    """Return what to add to the weights of each type; the order of the sounds makes no difference.

    Args:
        vectors: Embeddings of labelled sounds, unit rows, shape ``(n, dim)``.
        labels: Type of each, below ``n_types``, shape ``(n,)``.
        probabilities: What the model makes of each, rows that sum to 1, shape ``(n, n_types)``.

    Returns:
        Shape ``(n_types, dim)``: ``vectors @ adaptation.T`` is added to log odds.
    """
    from scipy.optimize import minimize  # 0.1 s, needed only here

    order = np.lexsort((labels, *vectors.T[:3]))
    order = order[:: -(-len(order) // _MAX_SOUNDS)]
    rows, labels = vectors[order].astype(np.float32), labels[order]
    log_odds = np.log(np.maximum(probabilities[order], 1e-9)).astype(np.float32)
    n, shape = len(rows), (probabilities.shape[1], vectors.shape[1])
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
    adaptation: Matrix = found.x.reshape(shape).astype(np.float32)
    return adaptation
