"""A detector for one tag, learned from a few examples against the sounds of the whole library.

The score of a sound is the sum of three components:

* Whitened similarity to the examples. Directions in which all sounds of a library vary say little about one tag, so
  they are scaled down by the library's covariance, which needs no labels (Hariharan, Malik, Ramanan, "Discriminative
  decorrelation for clustering and classification", 2012).
* The likelihood ratio of the measured descriptors (length, attack, brightness...): a Gaussian for each descriptor,
  fitted to the examples with its variance held near the library's, against the library's own.
* Prompt similarity: how well the sound fits the name of the tag as a text, weighted by how well the examples fit it,
  and less the more examples there are. Nobody knows what "for the bridge" sounds like, everybody what "rimshot" does.

A logistic curve turns the score into a confidence. `indexer.few_shot.filename_evidence` adds a fourth component from
file names. ``python -m benchmarks.few_shot`` measures what each is worth.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from db.types import Matrix, Vector
from indexer.encoders.prompts import unit

_SHRINKAGE = 0.4  # of the covariance towards a multiple of the identity
_SHARPNESS = 4.0  # of the soft maximum over examples: 0 is their mean, far above only the nearest counts
_PSEUDO_NEGATIVES = 20.0  # added to the counterexamples: a few of them move the score little
_N_LIBRARY_ROWS = 4000  # sounds that mean, covariance and background scores are taken from: 40 ms
_DESCRIPTOR_WEIGHT = 0.4  # of the likelihood ratio, beside similarity
_PSEUDO_POSITIVES = 6.0  # examples of variance 1 that each descriptor is given
_MAX_LOG_RATIO = 6.0  # of one descriptor: none decides alone
_MAX_PROMPT_SIMILARITY = 1.3  # of the examples, as a weight
# The weight of the prompt falls with the number of examples, as that of a prior does: `python -m benchmarks.few_shot`.
_PROMPT_STRENGTH, _PROMPT_PSEUDO = 4.0, 2.0
_MIN_SPREAD = 1e-3  # of a component over the library; one that is constant does not count
_PRIOR = 0.1  # expected share of a library that has a tag
_N_ROUNDS = 6
_N_NEWTON_STEPS = 12
_RIDGE = 1e-4  # keeps the slope finite where examples are separated without an error

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ScoreInputs:
    """Inputs of the scores of ``n`` sounds.

    Attributes:
        whitened: Whitened embeddings, unit rows, shape ``(n, dim)``.
        descriptors: Measured descriptors in standard deviations from the library's mean, 0 where unknown, shape
            ``(n, n_descriptors)``.
        prompt_similarity: Fit to the name of the tag, likewise, shape ``(n,)``; 0 where it is not used.
    """

    whitened: Matrix
    descriptors: Floats
    prompt_similarity: Floats

    def __len__(self) -> int:
        return len(self.whitened)

    def take(self, places: Any) -> "ScoreInputs":
        """Return those at some places."""
        return ScoreInputs(self.whitened[places], self.descriptors[places], self.prompt_similarity[places])

    def without(self, component: str) -> "ScoreInputs":
        """Return the same without one component: the name of a field. Its scores are the same for all sounds."""
        return replace(self, **{component: np.zeros_like(getattr(self, component))})


@dataclass(frozen=True, slots=True)
class Whitening:
    """Mean of a library's embeddings, shape ``(dim,)``, and the matrix that whitens them, ``(dim, dim)``."""

    mean: Vector
    matrix: Matrix

    def apply(self, rows: Matrix) -> Matrix:
        """Return whitened unit rows, shape ``(n, dim)``; 0.2 s for 100,000."""
        return unit((rows - self.mean) @ self.matrix)


@dataclass(frozen=True, slots=True)
class Detector:
    """A learned tag.

    Attributes:
        positives: The examples.
        negative_mean: Shrunken mean of the whitened counterexamples, shape ``(dim,)``.
        scales: Mean and standard deviation over the library of the similarity, the log likelihood ratio and their sum.
        prompt_weight: Of the prompt similarity.
        slope, offset: From score to log odds.
    """

    positives: ScoreInputs
    negative_mean: Vector
    scales: tuple[tuple[float, float], ...]
    prompt_weight: float
    slope: float = 1.0
    offset: float = 0.0

    def log_odds(self, sounds: ScoreInputs) -> Floats:
        """Return how likely each sound has the tag, shape ``(n,)``; independent evidence may be added."""
        odds: Floats = np.float32(self.slope) * self.scores(sounds) + np.float32(self.offset)
        return odds

    def scores(self, sounds: ScoreInputs, similarity: Floats | None = None, log_ratio: Floats | None = None) -> Floats:
        """Return the sum of the components, shape ``(n,)``.

        Args:
            sounds: To be scored.
            similarity: Of each to the examples, where it is known; shape ``(n,)``.
            log_ratio: Log likelihood ratio of each, where it is known; shape ``(n,)``.
        """
        if similarity is None:
            similarity = _soft_maximum(sounds.whitened @ self.positives.whitened.T)
        if log_ratio is None:
            log_ratio = _log_likelihood_ratio(sounds.descriptors, self.positives.descriptors)
        similarity = _scaled(similarity - sounds.whitened @ self.negative_mean, self.scales[0])
        both = _scaled(similarity + _DESCRIPTOR_WEIGHT * _scaled(log_ratio, self.scales[1]), self.scales[2])
        scores: Floats = both + np.float32(self.prompt_weight) * sounds.prompt_similarity
        return scores


def probabilities(log_odds: Floats) -> Floats:
    """Return log odds as probabilities."""
    found: Floats = _sigmoid(log_odds).astype(np.float32)
    return found


def fit_whitening(rows: Matrix) -> Whitening:
    """Estimate the whitening of a library from evenly spaced embeddings; at least one."""
    rows = rows[evenly_spaced(len(rows))]
    mean: Vector = rows.mean(axis=0)
    covariance = (rows - mean).T @ (rows - mean) / len(rows)
    spread = max(float(np.trace(covariance)) / len(covariance), 1e-12)
    shrunken = (1 - _SHRINKAGE) * covariance + _SHRINKAGE * spread * np.eye(len(covariance), dtype=np.float32)
    variances, directions = np.linalg.eigh(shrunken)
    return Whitening(mean, (directions / np.sqrt(variances)).astype(np.float32))


def evenly_spaced(n: int) -> slice:
    """Return the places of an evenly spaced sample of ``n`` sounds."""
    return slice(0, n, max(1, n // _N_LIBRARY_ROWS))


def standardized(values: Floats) -> Floats:
    """Return columns in standard deviations from their mean over a library; 0 where a value is not known."""
    known = np.isfinite(values)
    counts = np.maximum(known.sum(axis=0), 1)
    means = np.where(known, values, 0).sum(axis=0) / counts
    spreads = np.sqrt(np.where(known, (values - means) ** 2, 0).sum(axis=0) / counts)
    found: Floats = np.where(known, (values - means) / np.maximum(spreads, 1e-6), 0).astype(np.float32)
    return found


def fit_detector(positives: ScoreInputs, negatives: ScoreInputs, library: ScoreInputs) -> Detector:
    """Fit a detector; 10 ms.

    Args:
        positives: Sounds that have the tag; at least one.
        negatives: Sounds that have it not; may be none.
        library: Sounds that stand for the library that it is for.
    """
    negative_mean: Vector = negatives.whitened.sum(axis=0) / (len(negatives) + _PSEUDO_NEGATIVES)
    similarity = _soft_maximum(library.whitened @ positives.whitened.T) - library.whitened @ negative_mean
    log_ratio = _log_likelihood_ratio(library.descriptors, positives.descriptors)
    scales = [_scale(similarity), _scale(log_ratio)]
    scales.append(_scale(_scaled(similarity, scales[0]) + _DESCRIPTOR_WEIGHT * _scaled(log_ratio, scales[1])))
    fit_of_examples = min(max(float(positives.prompt_similarity.mean()), 0.0), _MAX_PROMPT_SIMILARITY)
    prompt_weight = fit_of_examples * _PROMPT_STRENGTH / (len(positives) + _PROMPT_PSEUDO)
    detector = Detector(positives, negative_mean, tuple(scales), prompt_weight)
    of_positives = detector.scores(
        positives, _left_out_similarity(positives.whitened), _left_out_log_ratio(positives.descriptors)
    )
    slope, offset = _fit_curve(of_positives, detector.scores(negatives), detector.scores(library))
    return replace(detector, slope=slope, offset=offset)


def _scale(values: Floats) -> tuple[float, float]:
    spread = float(values.std())
    return float(values.mean()), spread if spread > _MIN_SPREAD else np.inf


def _scaled(values: Floats, scale: tuple[float, float]) -> Floats:
    scaled: Floats = (values - np.float32(scale[0])) / np.float32(scale[1])
    return scaled


def _log_likelihood_ratio(descriptors: Floats, examples: Floats) -> Floats:
    """Return the log likelihood of descriptors under the examples, less that under the library, shape ``(n,)``."""
    n = len(examples)
    means = examples.sum(axis=0) / (n + 1)
    variances = (((examples - means) ** 2).sum(axis=0) + _PSEUDO_POSITIVES) / (n + _PSEUDO_POSITIVES)
    ratios = -0.5 * ((descriptors - means) ** 2 / variances + np.log(variances) - descriptors**2)
    total: Floats = np.clip(ratios, -_MAX_LOG_RATIO, _MAX_LOG_RATIO).sum(axis=1)
    return total


def _left_out_log_ratio(descriptors: Floats) -> Floats:
    """Compare the descriptors of each example with those of the others only."""
    if len(descriptors) < 2:
        return _log_likelihood_ratio(descriptors, descriptors)
    return np.concatenate(
        [_log_likelihood_ratio(descriptors[[i]], np.delete(descriptors, i, axis=0)) for i in range(len(descriptors))]
    )


def _soft_maximum(cosines: Floats) -> Floats:
    """Return a soft maximum over the examples; cosines have shape ``(n, n_examples)``."""
    similarity: Floats = np.log(np.exp(_SHARPNESS * cosines).mean(axis=1)) / _SHARPNESS
    return similarity


def _left_out_similarity(whitened: Matrix) -> Floats:
    """Compare each example with the others only, as a sound that is none of them would be."""
    cosines = whitened @ whitened.T
    if len(whitened) < 2:
        return _soft_maximum(cosines)
    is_other = ~np.eye(len(whitened), dtype=np.bool_)
    return _soft_maximum(cosines[is_other].reshape(len(whitened), len(whitened) - 1))


def _fit_curve(positives: Floats, negatives: Floats, unlabelled: Floats) -> tuple[float, float]:
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
    for _ in range(_N_ROUNDS):
        line = _logistic_regression(inputs, targets, weights)
        is_not = 1 - _sigmoid(inputs[-len(unlabelled) :] @ line)
        weights[-len(unlabelled) :] = (1 - _PRIOR) / n_no * is_not
    steepness = max(float(line[0]), 0.0) / scale
    return steepness, float(line[1]) - steepness * middle


def _logistic_regression(inputs: Doubles, targets: Doubles, weights: Doubles) -> Doubles:
    """Fit by Newton's method: inputs ``(n, 2)``, result ``(2,)``."""
    line: Doubles = np.zeros(2)
    for _ in range(_N_NEWTON_STEPS):
        guess = _sigmoid(inputs @ line)
        slope = inputs.T @ (weights * (guess - targets)) + _RIDGE * line
        curve = (inputs * (weights * guess * (1 - guess))[:, None]).T @ inputs + _RIDGE * np.eye(2)
        line = line - np.linalg.solve(curve, slope)
    return line


def _sigmoid(values: Any) -> Any:
    return 1 / (1 + np.exp(-np.clip(values, -60, 60)))
