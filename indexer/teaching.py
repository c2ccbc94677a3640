"""Learn a tag from a few examples, measured against the sounds of the whole library.

Directions in which all sounds differ say little about a tag: they are scaled down by the covariance of the library,
which needs no labels, so that three examples are enough (Hariharan, Malik and Ramanan, "Discriminative decorrelation
for clustering and classification", ECCV 2012).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from db.records import Matrix, Vector
from indexer.describe import unit

_SHRINKAGE = 0.1  # of the covariance towards a ball, as a share of its mean variance
_SHARPNESS = 4.0  # how much nearer examples count: 0 is the mean of all, and far above only the nearest counts
_PSEUDO_NO = 20.0  # of the counterexamples: few of them move the score little
_N_BACKGROUND = 4000  # sounds that a library's mean and covariance are taken from: 40 ms
_PRIOR = 0.1  # share of a library that a tag is expected on
_ROUNDS = 6
_NEWTON_STEPS = 12
_RIDGE = 1e-4  # keeps the slope finite where examples are told apart without an error

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Background:
    """How the sounds of a library lie.

    Attributes:
        mean: Shape ``(dim,)``.
        whitening: Makes the shrunken covariance a ball, shape ``(dim, dim)``.
        rows: Evenly spaced sounds of the library, whitened, shape ``(n, dim)``.
    """

    mean: Vector
    whitening: Matrix
    rows: Matrix

    def whiten(self, rows: Matrix) -> Matrix:
        """Return unit directions from the middle of the library, shape ``(n, dim)``; 0.2 s for 100,000."""
        return _whiten(rows, self.mean, self.whitening)


@dataclass(frozen=True, slots=True)
class Detector:
    """A learned tag, on whitened rows.

    Attributes:
        yes: Examples, whitened, shape ``(n_yes, dim)``.
        avoided: Where the counterexamples lie, shape ``(dim,)``.
        slope, offset: From score to log odds.
    """

    yes: Matrix
    avoided: Vector
    slope: float
    offset: float

    def confidences(self, rows: Matrix) -> Floats:
        """Return how likely each whitened row is meant, shape ``(n,)``."""
        scores = _likeness(rows @ self.yes.T) - rows @ self.avoided
        return _sigmoid(self.slope * scores + self.offset).astype(np.float32)


def survey(rows: Matrix) -> Background:
    """Describe a library by evenly spaced rows of it; at least one."""
    rows = rows[:: max(1, len(rows) // _N_BACKGROUND)]
    mean: Vector = rows.mean(axis=0)
    covariance = (rows - mean).T @ (rows - mean) / len(rows)
    spread = max(float(np.trace(covariance)) / len(covariance), 1e-12)
    shrunken = (1 - _SHRINKAGE) * covariance + _SHRINKAGE * spread * np.eye(len(covariance), dtype=np.float32)
    variances, directions = np.linalg.eigh(shrunken)
    whitening: Matrix = (directions / np.sqrt(variances)).astype(np.float32)
    return Background(mean, whitening, _whiten(rows, mean, whitening))


def learn(yes: Matrix, no: Matrix, background: Background) -> Detector:
    """Fit a detector.

    Args:
        yes: Whitened rows of sounds that are meant; at least one.
        no: Whitened rows of sounds that are not meant; may be none.
        background: The library that it is for.
    """
    avoided: Vector = no.sum(axis=0) / (len(no) + _PSEUDO_NO)
    positives = _left_out_likeness(yes) - yes @ avoided
    rivals = _likeness(no @ yes.T) - no @ avoided
    unlabelled = _likeness(background.rows @ yes.T) - background.rows @ avoided
    return Detector(yes, avoided, *_platt(positives, rivals, unlabelled))


def _whiten(rows: Matrix, mean: Vector, whitening: Matrix) -> Matrix:
    return unit((rows - mean) @ whitening)


def _likeness(cosines: Floats) -> Floats:
    """Return a soft maximum over the examples; cosines have shape ``(n, n_yes)``."""
    likeness: Floats = np.log(np.exp(_SHARPNESS * cosines).mean(axis=1)) / _SHARPNESS
    return likeness


def _left_out_likeness(yes: Matrix) -> Floats:
    """Compare each example with the others only, as a sound that is none of them would be."""
    if len(yes) < 2:
        return _likeness(yes @ yes.T)
    is_other = ~np.eye(len(yes), dtype=np.bool_)
    return _likeness((yes @ yes.T)[is_other].reshape(len(yes), len(yes) - 1))


def _platt(positives: Floats, negatives: Floats, unlabelled: Floats) -> tuple[float, float]:
    """Fit a logistic curve from scores to confidence.

    With the targets of Platt, "Probabilistic outputs for support vector machines" (1999), which stay short of 0 and 1
    by as much as there are few examples. Unlabelled sounds count against the tag as far as they do not have it by the
    curve of the round before: Elkan and Noto, "Learning classifiers from only positive and unlabeled data" (2008).

    Returns:
        Slope, never negative, and offset.
    """
    scores = np.concatenate([positives, negatives, unlabelled]).astype(np.float64)
    middle, scale = float(scores.mean()), max(float(scores.std()), 1e-9)
    inputs = np.stack([(scores - middle) / scale, np.ones(len(scores))], axis=1)
    n_yes, n_no = len(positives), len(scores) - len(positives)
    targets = np.repeat([(n_yes + 1) / (n_yes + 2), 1 / (n_no + 2)], [n_yes, n_no])
    weights = np.repeat([_PRIOR / n_yes, (1 - _PRIOR) / n_no], [n_yes, n_no])
    line = np.zeros(2)
    for _ in range(_ROUNDS):
        line = _fit_curve(inputs, targets, weights)
        is_not = 1 - _sigmoid(inputs[-len(unlabelled) :] @ line)
        weights[-len(unlabelled) :] = (1 - _PRIOR) / n_no * is_not
    steepness = max(float(line[0]), 0.0) / scale
    return steepness, float(line[1]) - steepness * middle


def _fit_curve(inputs: Doubles, targets: Doubles, weights: Doubles) -> Doubles:
    """Fit a logistic curve by Newton's method: inputs ``(n, 2)``, result ``(2,)``."""
    line: Doubles = np.zeros(2)
    for _ in range(_NEWTON_STEPS):
        guess = _sigmoid(inputs @ line)
        slope = inputs.T @ (weights * (guess - targets)) + _RIDGE * line
        curve = (inputs * (weights * guess * (1 - guess))[:, None]).T @ inputs + _RIDGE * np.eye(2)
        line = line - np.linalg.solve(curve, slope)
    return line


def _sigmoid(values: Any) -> Any:
    return 1 / (1 + np.exp(-np.clip(values, -60, 60)))
