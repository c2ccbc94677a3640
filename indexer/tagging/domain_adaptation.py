"""How the types of one library sound, learned from those of its sounds whose names say what they are.

What a description points at lies beside what real sounds of the type are, another way in each library. So each type is
moved towards the named sounds of its own: a multinomial regression that begins with what the model hears and pays for
every step away from it, so that few names move little, and what no name speaks of hardly moves.
"""

import numpy as np
import numpy.typing as npt

from db.types import Matrix

_RIDGE = 0.5  # on shifts in log odds; of 0.1 to 3 the best for packs that no name was seen of
_MAX_STEPS = 60
_MAX_SOUNDS = 2000  # 0.5 s

Ints = npt.NDArray[np.int64]


def learn_shifts(vectors: Matrix, types: Ints, shares: Matrix) -> Matrix:
    """Return by what to change the log odds of each type, as weights of a vector.

    The order of the sounds makes no difference.

    Args:
        vectors: Of sounds whose type is known, unit rows, shape ``(n, dim)``.
        types: Type of each, below ``n_types``.
        shares: How likely each is of each type as far as the model hears, shape ``(n, n_types)``; rows sum to 1.

    Returns:
        Shape ``(n_types, dim)``: ``vectors @ shifts.T`` is added to log odds.
    """
    from scipy.optimize import minimize  # 0.1 s, needed only here

    order = np.lexsort((types, *vectors.T[:3]))
    order = order[:: -(-len(order) // _MAX_SOUNDS)]
    rows, types = vectors[order].astype(np.float32), types[order]
    odds = np.log(np.maximum(shares[order], 1e-9)).astype(np.float32)
    n, shape = len(rows), (shares.shape[1], vectors.shape[1])
    truth = np.zeros_like(odds)
    truth[np.arange(n), types] = 1

    def loss(flat: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        shifts = flat.reshape(shape).astype(np.float32)
        moved = odds + rows @ shifts.T
        moved -= moved.max(axis=1, keepdims=True)
        likely = np.exp(moved)
        sums = likely.sum(axis=1, keepdims=True)
        surprise = float((np.log(sums[:, 0]) - moved[np.arange(n), types]).sum(dtype=np.float64))
        slope = (likely / sums - truth).T @ rows + _RIDGE * shifts
        return surprise + 0.5 * _RIDGE * float(flat @ flat), slope.ravel().astype(np.float64)

    found = minimize(loss, np.zeros(shape).ravel(), jac=True, method="L-BFGS-B", options={"maxiter": _MAX_STEPS})
    shifts: Matrix = found.x.reshape(shape).astype(np.float32)
    return shifts
