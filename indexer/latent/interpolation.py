"""Points between unit vectors: on the great circle of two of them, or the mean of several."""

import numpy as np
import numpy.typing as npt

from db.types import Matrix, Vector
from indexer.encoders.prompts import unit
from indexer.latent.sphere import PRECISION, angles

_OPPOSITE = -1 + 1e-6
_MEAN_ROUNDS = 32


def slerp(start: Vector, end: Vector, t: float) -> Vector:
    """Return the point at ``t`` of the great circle from one unit vector (0) to another (1).

    Shoemake, "Animating rotation with quaternion curves", SIGGRAPH 1985.

    Raises:
        ValueError: The ends are opposite, so no single shortest path exists.
    """
    if float(start @ end) <= _OPPOSITE:
        raise ValueError("the ends are opposite: no single shortest path lies between them")
    angle = float(angles(start[None], end)[0])
    if angle < PRECISION:
        return start
    return unit(np.sin((1 - t) * angle) * start + np.sin(t * angle) * end)


def interpolation_path(start: Vector, end: Vector, n_steps: int) -> Matrix:
    """Return points in equal steps on the great circle between two embeddings.

    Args:
        start: Unit-norm embedding, shape ``(dim,)``.
        end: Unit-norm embedding of the same space, shape ``(dim,)``.
        n_steps: Points on the path, both ends included; at least 2.

    Returns:
        Unit rows, shape ``(n_steps, dim)``; the first is ``start``, the last is ``end``.

    Raises:
        ValueError: The ends are opposite, or there are less than two steps.
    """
    if n_steps < 2:
        raise ValueError("a path has at least two steps: its ends")
    inner = [slerp(start, end, t) for t in np.linspace(0, 1, n_steps)[1:-1]]
    return np.stack([start, *inner, end])


def spherical_mean(rows: Matrix, weights: npt.ArrayLike) -> Vector:
    """Return the unit vector whose squared angles to the rows, weighted, sum to the least.

    For two rows this is `slerp`. Found by stepping along the mean of the logarithms: Buss and Fillmore, "Spherical
    averages and applications to spherical splines and interpolation", ACM Transactions on Graphics 20(2), 2001.

    Args:
        rows: Unit vectors, shape ``(n, dim)``.
        weights: Not negative, at least one of them positive, shape ``(n,)``; only their proportion counts.

    Raises:
        ValueError: The weights are none, or the rows cancel each other out.
    """
    shares = np.asarray(weights, np.float32)
    if not len(shares) or (shares < 0).any() or not shares.any():
        raise ValueError("weights are 0 or more, and not all 0")
    shares = shares / shares.sum()
    point = shares @ rows
    if np.linalg.norm(point) < PRECISION:
        raise ValueError("the ends cancel each other out: no point lies between them")
    point = unit(point)
    for _ in range(_MEAN_ROUNDS):
        step = shares @ _logarithms(point, rows)
        length = float(np.linalg.norm(step))
        if length < PRECISION:
            break
        point = unit(np.cos(length) * point + np.sin(length) / length * step)
    return point


def _logarithms(point: Vector, rows: Matrix) -> Matrix:
    """Return the tangents at a point that lead to each row, as long as the angle to it."""
    tangents = rows - (rows @ point)[:, None] * point
    return unit(tangents) * angles(rows, point)[:, None]
