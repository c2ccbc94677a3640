"""Learn a tag from a few examples, measured against the sounds of the whole library.

Three witnesses speak. How alike a sound is to the examples: directions in which all sounds differ say little about a
tag, so they are scaled down by the covariance of the library, which needs no labels (Hariharan, Malik, Ramanan,
"Discriminative decorrelation for clustering and classification", 2012). What was measured on it, where the examples
agree (a Gaussian for each trait, its variance held near the library's). And how it fits the name of the tag, as far as
the examples fit it: nobody knows what "for the bridge" sounds like, everybody what "rimshot" does.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from db.types import Matrix, Vector
from indexer.encoders.prompts import unit

_SHRINKAGE = 0.4  # of the covariance towards a ball, as a share of its mean variance
_SHARPNESS = 4.0  # how much nearer examples count: 0 is the mean of all, and far above only the nearest counts
_PSEUDO_NO = 20.0  # of the counterexamples: few of them move the score little
_N_BACKGROUND = 4000  # sounds that a library's mean and covariance are taken from: 40 ms
_TRAIT_WEIGHT = 0.4  # of what was measured, beside likeness
_PSEUDO_YES = 6.0  # examples of variance 1 that each trait is given
_MOST_OF_A_TRAIT = 6.0  # log odds; one trait alone decides nothing
_MOST_OF_A_NAME = 1.3  # weight of the name, beside likeness
_LEAST_SPREAD = 1e-3  # a witness that says the same of all sounds is not asked
_PRIOR = 0.1  # share of a library that a tag is expected on
_ROUNDS = 6
_NEWTON_STEPS = 12
_RIDGE = 1e-4  # keeps the slope finite where examples are told apart without an error

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Sounds:
    """Some sounds as a tag is learned from them.

    Attributes:
        rows: Whitened embeddings, shape ``(n, dim)``.
        traits: What was measured, in standard deviations from the library's mean, shape ``(n, n_traits)``; 0 where it
            is not known.
        hints: How each fits the name of the tag, likewise, shape ``(n,)``; 0 where the name says nothing.
    """

    rows: Matrix
    traits: Floats
    hints: Floats

    def __len__(self) -> int:
        return len(self.rows)

    def take(self, places: Any) -> "Sounds":
        """Return those at some places."""
        return Sounds(self.rows[places], self.traits[places], self.hints[places])


@dataclass(frozen=True, slots=True)
class Background:
    """How the embeddings of a library lie.

    Attributes:
        mean: Shape ``(dim,)``.
        whitening: Makes the shrunken covariance a ball, shape ``(dim, dim)``.
    """

    mean: Vector
    whitening: Matrix

    def whiten(self, rows: Matrix) -> Matrix:
        """Return unit directions from the middle of the library, shape ``(n, dim)``; 0.2 s for 100,000."""
        return unit((rows - self.mean) @ self.whitening)


@dataclass(frozen=True, slots=True)
class Detector:
    """A learned tag.

    Attributes:
        yes: The examples.
        avoided: Where the counterexamples lie, shape ``(dim,)``.
        scales: Mean and standard deviation over the library: of the likeness, of what was measured, of both together.
        name_weight: How much the name of the tag counts.
        slope, offset: From score to log odds.
    """

    yes: Sounds
    avoided: Vector
    scales: tuple[tuple[float, float], ...]
    name_weight: float
    slope: float = 1.0
    offset: float = 0.0

    def log_odds(self, sounds: Sounds) -> Floats:
        """Return how likely each sound is meant, shape ``(n,)``; others who know something may add to it."""
        odds: Floats = np.float32(self.slope) * self.scores(sounds) + np.float32(self.offset)
        return odds

    def scores(self, sounds: Sounds, likeness: Floats | None = None, measured: Floats | None = None) -> Floats:
        """Weigh the witnesses, shape ``(n,)``; what two of them say may be given."""
        likeness = _likeness(sounds.rows @ self.yes.rows.T) if likeness is None else likeness
        measured = _agreement(sounds.traits, self.yes.traits) if measured is None else measured
        alike = _scaled(likeness - sounds.rows @ self.avoided, self.scales[0])
        both = _scaled(alike + _TRAIT_WEIGHT * _scaled(measured, self.scales[1]), self.scales[2])
        scores: Floats = both + np.float32(self.name_weight) * sounds.hints
        return scores


def shares(log_odds: Floats) -> Floats:
    """Return likelihoods, 0 to 1."""
    found: Floats = _sigmoid(log_odds).astype(np.float32)
    return found


def survey(rows: Matrix) -> Background:
    """Describe a library by evenly spaced rows of it; at least one."""
    rows = rows[evenly(len(rows))]
    mean: Vector = rows.mean(axis=0)
    covariance = (rows - mean).T @ (rows - mean) / len(rows)
    spread = max(float(np.trace(covariance)) / len(covariance), 1e-12)
    shrunken = (1 - _SHRINKAGE) * covariance + _SHRINKAGE * spread * np.eye(len(covariance), dtype=np.float32)
    variances, directions = np.linalg.eigh(shrunken)
    return Background(mean, (directions / np.sqrt(variances)).astype(np.float32))


def evenly(n: int) -> slice:
    """Return which of ``n`` sounds stand for all."""
    return slice(0, n, max(1, n // _N_BACKGROUND))


def standardized(values: Floats) -> Floats:
    """Return columns in standard deviations from their mean over a library; 0 where a value is not known."""
    known = np.isfinite(values)
    counts = np.maximum(known.sum(axis=0), 1)
    means = np.where(known, values, 0).sum(axis=0) / counts
    spreads = np.sqrt(np.where(known, (values - means) ** 2, 0).sum(axis=0) / counts)
    found: Floats = np.where(known, (values - means) / np.maximum(spreads, 1e-6), 0).astype(np.float32)
    return found


def learn(yes: Sounds, no: Sounds, library: Sounds) -> Detector:
    """Fit a detector; 10 ms.

    Args:
        yes: Sounds that are meant; at least one.
        no: Sounds that are not meant; may be none.
        library: Sounds that stand for the library that it is for.
    """
    avoided: Vector = no.rows.sum(axis=0) / (len(no) + _PSEUDO_NO)
    alike = _likeness(library.rows @ yes.rows.T) - library.rows @ avoided
    measured = _agreement(library.traits, yes.traits)
    scales = [_scale(alike), _scale(measured)]
    scales.append(_scale(_scaled(alike, scales[0]) + _TRAIT_WEIGHT * _scaled(measured, scales[1])))
    name_weight = min(max(float(yes.hints.mean()), 0.0), _MOST_OF_A_NAME)
    detector = Detector(yes, avoided, tuple(scales), name_weight)
    positives = detector.scores(yes, _left_out_likeness(yes.rows), _left_out_agreement(yes.traits))
    line = _platt(positives, detector.scores(no), detector.scores(library))
    return Detector(yes, avoided, tuple(scales), name_weight, *line)


def _scale(values: Floats) -> tuple[float, float]:
    spread = float(values.std())
    return float(values.mean()), spread if spread > _LEAST_SPREAD else np.inf


def _scaled(values: Floats, scale: tuple[float, float]) -> Floats:
    scaled: Floats = (values - np.float32(scale[0])) / np.float32(scale[1])
    return scaled


def _agreement(traits: Floats, examples: Floats) -> Floats:
    """Return the log odds of traits to be those of the examples, not of any sound of the library, shape ``(n,)``."""
    n = len(examples)
    means = examples.sum(axis=0) / (n + 1)
    variances = (((examples - means) ** 2).sum(axis=0) + _PSEUDO_YES) / (n + _PSEUDO_YES)
    odds = -0.5 * ((traits - means) ** 2 / variances + np.log(variances) - traits**2)
    agreement: Floats = np.clip(odds, -_MOST_OF_A_TRAIT, _MOST_OF_A_TRAIT).sum(axis=1)
    return agreement


def _left_out_agreement(traits: Floats) -> Floats:
    """Compare the traits of each example with those of the others only."""
    if len(traits) < 2:
        return _agreement(traits, traits)
    return np.concatenate([_agreement(traits[[i]], np.delete(traits, i, axis=0)) for i in range(len(traits))])


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
