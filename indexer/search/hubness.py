"""Hubs: sounds that are near everything and turn up in every list of similar ones.

A sound in a crowd is near to many by chance, so likeness counts less there: the correction of Conneau et al., "Word
translation without parallel data" (2018), within the nearest candidates, so that it costs the same in any library.
"""

import numpy as np
import numpy.typing as npt

from db.types import Matrix

N_CANDIDATES = 200
_N_NEIGHBOURS = 20  # that make a crowd
# Of the crowd, beside likeness. On held-out synthesized sounds 0.5 leaves less of the hubs, and finds fewer of a kind.
_WEIGHT = 0.3
_NEAR = 0.05  # copies lie nearer than this: what is the same is so in a crowd, too

Floats = npt.NDArray[np.float32]


def calm(cosines: Floats, rows: Matrix) -> Floats:
    """Correct how near candidates are by how crowded it is around each; on average they stay as near.

    Args:
        cosines: Of the example and each candidate, best first, shape ``(n,)``.
        rows: Unit vectors of the candidates, shape ``(n, dim)``; only the first ``N_CANDIDATES`` are corrected.
    """
    rows = rows[:N_CANDIDATES]
    if len(rows) <= 2:
        return cosines
    likeness = rows @ rows.T
    np.fill_diagonal(likeness, -1)
    n_neighbours = min(_N_NEIGHBOURS, len(rows) - 1)
    crowd = np.partition(likeness, -n_neighbours, axis=1)[:, -n_neighbours:].mean(axis=1)
    corrected = cosines.copy()
    corrected[: len(rows)] -= _WEIGHT * (crowd - crowd.mean()) * ((1 - corrected[: len(rows)]) / _NEAR).clip(0, 1)
    return corrected


def nearest(rows: Matrix, n: int, *, calmed: bool) -> npt.NDArray[np.int64]:
    """Return the places of the nearest others of each sound, nearest first, shape ``(len(rows), n)``.

    Args:
        rows: Unit vectors, shape ``(n_rows, dim)``.
        n: How many, at most one less than there are rows.
        calmed: With the correction, as `earmark similar` ranks them.
    """
    found = np.empty((len(rows), n), np.int64)
    for place, row in enumerate(rows):
        cosines = rows @ row
        cosines[place] = -2
        order = np.argsort(-cosines, kind="stable")[: max(n, N_CANDIDATES if calmed else n)]
        order = order[order != place]
        if calmed:
            order = order[np.argsort(-calm(cosines[order], rows[order]), kind="stable")]
        found[place] = order[:n]
    return found


def skewness(neighbours: npt.NDArray[np.int64]) -> float:
    """Return the skewness of how often each sound is among the nearest of others: 0 without hubs.

    Radovanović, Nanopoulos, Ivanović, "Hubs in space" (2010).
    """
    counts = np.bincount(neighbours.ravel(), minlength=len(neighbours)).astype(np.float64)
    spread = counts.std()
    return float(((counts - counts.mean()) ** 3).mean() / spread**3) if spread else 0.0
