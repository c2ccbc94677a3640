"""Fold near-identical sounds behind the best of them."""

import numpy as np
import numpy.typing as npt

from db.types import Matrix

_COSINE = 0.998  # other encodings and levels of one sound lie above it
_CHUNK = 256  # rows compared at once
_N_COLUMNS = 16  # compared first: in these alone nearly all rows are too far apart already, in a sixth of the time
_HALF_SQUARE = np.float32(1 - _COSINE + 1e-5)  # of the largest distance in any columns, with what float32 may add


def fold(rows: Matrix, k: int | None = None) -> dict[int, list[int]]:
    """Group near-identical rows, each behind the first of its group.

    Args:
        rows: Unit vectors, best first, shape ``(n, dim)``.
        k: How many groups at most; None for all. Rows after the chunk that completes them are not looked at.

    Returns:
        Row numbers of the rest of each group by that of its first, both best first.
    """
    groups: dict[int, list[int]] = {}
    for start in range(0, len(rows), _CHUNK):
        if k is not None and len(groups) >= k:
            break
        chunk = rows[start : start + _CHUNK]
        suspects = np.flatnonzero(_has_near(chunk, rows[: start + len(chunk)]))
        cosines = dict(zip((start + suspects).tolist(), chunk[suspects] @ rows[: start + len(chunk)].T, strict=True))
        for number in range(start, start + len(chunk)):
            first = _nearest_first(cosines[number][:number], groups) if number in cosines else None
            if first is None:
                groups[number] = []
            else:
                groups[first].append(number)
    return dict(list(groups.items())[:k])


def _has_near(chunk: Matrix, rows: Matrix) -> npt.NDArray[np.bool_]:
    """Say which of the last rows may be near-identical to one before it, by a few columns.

    Half of a squared distance is half of both squares less the product: one more column each gives it in one product.
    """
    few = rows[:, :_N_COLUMNS]
    half_squares = (few**2).sum(axis=1, keepdims=True) / 2
    ones = np.ones_like(half_squares)
    n_before = len(rows) - len(chunk)
    own = np.hstack([few, half_squares, ones])[n_before:]
    is_near = own @ np.hstack([few, -ones, -half_squares]).T >= -_HALF_SQUARE
    near: npt.NDArray[np.bool_] = is_near[:, :n_before].any(axis=1) | np.tril(is_near[:, n_before:], -1).any(axis=1)
    return near


def _nearest_first(cosines: Matrix, groups: dict[int, list[int]]) -> int | None:
    """Return the first of a group that is nearest of those that are near enough."""
    near = [other for other in np.flatnonzero(cosines >= _COSINE).tolist() if other in groups]
    return max(near, key=cosines.__getitem__, default=None)
