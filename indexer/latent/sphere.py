"""The geometry of blending: unit vectors on a sphere, the walk between two of them, the point between several."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from db.types import Matrix, Vector
from indexer.encoders.prompts import unit

_OPPOSITE = -1 + 1e-6
_MEAN_ROUNDS = 32
_MEAN_PRECISION = 1e-6  # radians; float32 knows no more

Angles = npt.NDArray[np.float32]  # radians


def slerp(start: Vector, end: Vector, t: float) -> Vector:
    """Return the point at ``t`` of the great circle from one unit vector (0) to another (1).

    Shoemake, "Animating rotation with quaternion curves", SIGGRAPH 1985.

    Raises:
        ValueError: The ends are opposite, so no single shortest path exists.
    """
    if float(start @ end) <= _OPPOSITE:
        raise ValueError("the ends are opposite: no single shortest path lies between them")
    angle = float(angles(start[None], end)[0])
    if angle < _MEAN_PRECISION:
        return start
    return unit(np.sin((1 - t) * angle) * start + np.sin(t * angle) * end)


def interpolation_path(start: Vector, end: Vector, n_steps: int) -> Matrix:
    """Walk the great circle between two embeddings in equal steps.

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
    if np.linalg.norm(point) < _MEAN_PRECISION:
        raise ValueError("the ends cancel each other out: no point lies between them")
    point = unit(point)
    for _ in range(_MEAN_ROUNDS):
        step = shares @ _logarithms(point, rows)
        length = float(np.linalg.norm(step))
        if length < _MEAN_PRECISION:
            break
        point = unit(np.cos(length) * point + np.sin(length) / length * step)
    return point


def angles(rows: Matrix, point: Vector) -> Angles:
    """Return the angles between unit rows and a unit vector in radians, exact also for tiny ones.

    By the chord, since the arc cosine loses half of all digits near 0. Shape ``(n,)``.
    """
    near = 2 * np.arcsin(np.minimum(np.linalg.norm(rows - point, axis=-1) / 2, 1))
    far = np.pi - 2 * np.arcsin(np.minimum(np.linalg.norm(rows + point, axis=-1) / 2, 1))
    return np.where(rows @ point >= 0, near, far).astype(np.float32)


def progress(rows: Matrix, start: Vector, end: Vector) -> Angles:
    """Return how far along the walk from ``start`` to ``end`` each row lies: 0 at the start, 1 at the end.

    Measured on the great circle through the ends, onto which the rows are projected; below 0 and above 1 they lie
    outside the walk.
    """
    angle = float(angles(start[None], end)[0])
    if angle < _MEAN_PRECISION:
        return np.zeros(len(rows), np.float32)
    across = unit(end - (end @ start) * start)
    return (np.arctan2(rows @ across, rows @ start) / angle).astype(np.float32)


def is_between(rows: Matrix, start: Vector, end: Vector) -> npt.NDArray[np.bool_]:
    """Say which rows are nearer to both ends than the ends are to each other."""
    apart = angles(start[None], end)[0]
    return (angles(rows, start) < apart) & (angles(rows, end) < apart)


def _logarithms(point: Vector, rows: Matrix) -> Matrix:
    """Return the tangents at a point that lead to each row, as long as the angle to it."""
    tangents = rows - (rows @ point)[:, None] * point
    return unit(tangents) * angles(rows, point)[:, None]


@dataclass(frozen=True)
class SoundSpace:
    """Directions away from the middle of all sounds.

    Sounds lie in a narrow cone of the sphere, so that the angle between any two of them is small and halfway between
    them lies the middle of everything. Seen from the cone's axis they lie all around.

    Attributes:
        center: Mean audio embedding, not unit norm, shape ``(dim,)``.
    """

    center: Vector

    def directions(self, embeddings: Matrix) -> Matrix:
        """Return audio embeddings as unit directions from the centre, shape ``(n, dim)``."""
        return unit(embeddings - self.center)

    def aim(self, direction: Vector) -> Vector:
        """Return the audio embedding that lies in a direction, for a search of its neighbours.

        Unit vectors of mean ``c`` stand on average ``sqrt(1 - |c|^2)`` away from it.
        """
        spread = np.sqrt(max(1 - float(self.center @ self.center), 0.0))
        return unit(spread * direction + self.center)


def distinct(rows: Matrix, likeness: float) -> list[int]:
    """Return the numbers of rows that are no near-duplicate of an earlier one; ``likeness`` is a cosine."""
    kept: list[int] = []
    for number, row in enumerate(rows):
        if not kept or float((rows[kept] @ row).max()) < likeness:
            kept.append(number)
    return kept
