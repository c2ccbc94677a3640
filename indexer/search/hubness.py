"""Hubness: some sounds are near everything and appear in every list of neighbours; local scaling sets them back.

A sound in a dense region is near many others by chance, so likeness counts less there. This is CSLS of Conneau et al.,
"Word translation without parallel data" (2018), among the nearest candidates only: it costs the same in any library.
"""

import numpy as np
import numpy.typing as npt

from db.types import Matrix
from indexer.search.candidates import Candidates, Floats
from indexer.search.plan import SearchPlan

N_CANDIDATES = 200
_N_NEIGHBOURS = 20  # whose mean cosine is the density
# Of the density: `python -m benchmarks ablation --sweep`.
_WEIGHT = 0.3
_COPY_DISTANCE = 0.05  # cosine distance of copies: they stay near, however dense the region


class LocalScaling:
    """Lower the scores of neighbours in dense regions; one stage of ranking, for examples."""

    def rescore(self, candidates: Candidates, plan: SearchPlan) -> Floats:
        """Return the scores of the candidates, shape ``(n,)``."""
        return local_scaling(candidates.scores, candidates.rows) if plan.has_example else candidates.scores


def local_scaling(cosines: Floats, rows: Matrix) -> Floats:
    """Correct the cosines of candidates by the density around each; their mean stays.

    Args:
        cosines: Of the example and each candidate, best first, shape ``(n,)``.
        rows: Unit vectors of the candidates, shape ``(n, dim)``; only the first `N_CANDIDATES` are corrected.
    """
    rows = rows[:N_CANDIDATES]
    if len(rows) <= 2:
        return cosines
    likeness = rows @ rows.T
    np.fill_diagonal(likeness, -1)
    n_neighbours = min(_N_NEIGHBOURS, len(rows) - 1)
    density = np.partition(likeness, -n_neighbours, axis=1)[:, -n_neighbours:].mean(axis=1)
    corrected = cosines.copy()
    share = ((1 - corrected[: len(rows)]) / _COPY_DISTANCE).clip(0, 1)
    corrected[: len(rows)] -= _WEIGHT * (density - density.mean()) * share
    return corrected


def nearest_neighbours(rows: Matrix, n: int, *, is_scaled: bool) -> npt.NDArray[np.int64]:
    """Return the places of the nearest other sounds of each sound, nearest first, shape ``(len(rows), n)``.

    Args:
        rows: Unit vectors, shape ``(n_rows, dim)``.
        n: How many, at most one less than there are rows.
        is_scaled: With local scaling, as `earmark similar` ranks them.
    """
    found = np.empty((len(rows), n), np.int64)
    for place, row in enumerate(rows):
        cosines = rows @ row
        cosines[place] = -2
        order = np.argsort(-cosines, kind="stable")[: max(n, N_CANDIDATES if is_scaled else n)]
        order = order[order != place]
        if is_scaled:
            order = order[np.argsort(-local_scaling(cosines[order], rows[order]), kind="stable")]
        found[place] = order[:n]
    return found


def skewness(neighbours: npt.NDArray[np.int64]) -> float:
    """Return the skewness of how often each sound is among the nearest of others: 0 without hubs.

    Radovanović, Nanopoulos, Ivanović, "Hubs in space" (2010).
    """
    counts = np.bincount(neighbours.ravel(), minlength=len(neighbours)).astype(np.float64)
    spread = counts.std()
    return float(((counts - counts.mean()) ** 3).mean() / spread**3) if spread else 0.0
