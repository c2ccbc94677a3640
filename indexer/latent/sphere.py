"""The geometry of unit vectors: angles, progress from one to another, and directions from the centre of all sounds."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from db.types import Matrix, Vector
from indexer.encoders.prompts import unit

PRECISION = 1e-6  # radians; float32 knows no more

Angles = npt.NDArray[np.float32]  # radians


def angles(rows: Matrix, point: Vector) -> Angles:
    """Return the angles between unit rows and a unit vector in radians, exact also for tiny ones.

    By the chord, since the arc cosine loses half of all digits near 0. Shape ``(n,)``.
    """
    near = 2 * np.arcsin(np.minimum(np.linalg.norm(rows - point, axis=-1) / 2, 1))
    far = np.pi - 2 * np.arcsin(np.minimum(np.linalg.norm(rows + point, axis=-1) / 2, 1))
    return np.where(rows @ point >= 0, near, far).astype(np.float32)


def progress(rows: Matrix, start: Vector, end: Vector) -> Angles:
    """Return how far from ``start`` (0) to ``end`` (1) each row lies, shape ``(n,)``.

    Measured on the great circle through both, onto which the rows are projected; below 0 and above 1 they lie outside.
    """
    angle = float(angles(start[None], end)[0])
    if angle < PRECISION:
        return np.zeros(len(rows), np.float32)
    across = unit(end - (end @ start) * start)
    return (np.arctan2(rows @ across, rows @ start) / angle).astype(np.float32)


def is_between(rows: Matrix, start: Vector, end: Vector) -> npt.NDArray[np.bool_]:
    """Say which rows are nearer to both ends than the ends are to each other."""
    apart = angles(start[None], end)[0]
    return (angles(rows, start) < apart) & (angles(rows, end) < apart)


@dataclass(frozen=True)
class CenteredSpace:
    """Directions from the centre of all sounds.

    Audio embeddings lie in a narrow cone: the angle between any two is small, and halfway between them lies the centre
    of everything. Seen from the centre they lie all around, and a sound and a description of it meet.

    Attributes:
        center: Mean audio embedding, not unit norm, shape ``(dim,)``.
    """

    center: Vector

    def to_directions(self, embeddings: Matrix) -> Matrix:
        """Return audio embeddings as unit directions from the centre, shape ``(n, dim)``."""
        return unit(embeddings - self.center)

    def to_embedding(self, direction: Vector) -> Vector:
        """Return the audio embedding that lies in a direction, to search for its neighbours.

        Unit vectors of mean ``c`` stand on average ``sqrt(1 - |c|^2)`` away from it.
        """
        spread = np.sqrt(max(1 - float(self.center @ self.center), 0.0))
        return unit(spread * direction + self.center)


def distinct(rows: Matrix, max_cosine: float) -> list[int]:
    """Return the numbers of the rows whose cosine with every earlier one of them is below a limit."""
    kept: list[int] = []
    for number, row in enumerate(rows):
        if not kept or float((rows[kept] @ row).max()) < max_cosine:
            kept.append(number)
    return kept
