"""Fold near-identical sounds behind the best of them."""

import numpy as np

from db.types import Matrix

_COSINE = 0.998  # other encodings and levels of one sound lie above it
_CHUNK = 256  # rows compared at once


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
        cosines = chunk @ rows[: start + len(chunk)].T
        is_near = cosines >= _COSINE
        for number in range(start, start + len(chunk)):
            near = [other for other in np.flatnonzero(is_near[number - start, :number]).tolist() if other in groups]
            if near:
                groups[max(near, key=lambda other: cosines[number - start, other])].append(number)
            else:
                groups[number] = []
    return dict(list(groups.items())[:k])
