"""How well descriptions and likeness find labelled sounds, from their vectors."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from db.types import Matrix
from indexer.encoders.base import Encoder
from indexer.encoders.prompts import describe
from indexer.few_shot.detector import ScoreInputs, fit_detector, fit_whitening, standardized
from indexer.search.hubness import nearest_neighbours, skewness

_N_NEAREST = 10
_N_TAUGHT, _N_DRAWS, _MIN_TO_LEARN = 5, 20, 10

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class LabelFigures:
    """How well one label is recognized. Shares are 0 to 1."""

    label: str
    n: int
    top1: float
    p_at_10: float
    one_nn: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Figures of one model on one labelled folder. Shares are 0 to 1.

    Attributes:
        model: Fingerprint of the encoder.
        n_failed: Labelled files that could not be decoded; they are in no figure.
        top1: Share of sounds whose nearest label text is their own.
        balanced: The same, averaged over labels.
        p_at_10: Each label as a query: its share of the first 10 hits (divided by min(10, its size)), averaged; as
            `earmark search` ranks them.
        one_nn: Share of sounds whose nearest other sound has their label, as `earmark similar` ranks them.
        hubs: Skewness of how often each sound is among the 10 nearest of others, as ranked; 0 without hubs.
        hubs_uncorrected: The same by the angle alone.
        taught: Balanced accuracy of the rest with 5 taught examples a label, the mean of 20 draws, over the labels
            with at least 10 sounds; None where there are not two of them.
        confusion: Row: true label, column: nearest label text, entry: sounds; order of ``per_label``.
    """

    model: str
    n_sounds: int
    n_labels: int
    n_failed: int
    top1: float
    balanced: float
    p_at_10: float
    one_nn: float
    hubs: float
    hubs_uncorrected: float
    taught: float | None
    per_label: tuple[LabelFigures, ...]
    confusion: tuple[tuple[int, ...], ...]

    def as_dict(self) -> dict[str, Any]:
        """Everything as plain numbers, strings and lists, for JSON."""
        return asdict(self)


def measure(encoder: Encoder, vectors: Matrix, labels: list[str], n_failed: int = 0) -> Evaluation:
    """Compute the figures from embeddings.

    Args:
        encoder: Describes the labels.
        vectors: Unit rows, one per sound, shape ``(n, dim)``.
        labels: True label of each row.
        n_failed: Passed on into the result.
    """
    names, truth = np.unique(np.array(labels), return_inverse=True)
    likeness = vectors @ describe(encoder, names.tolist()).T
    guess = likeness.argmax(axis=1)
    sizes = np.bincount(truth)
    neighbours = nearest_neighbours(vectors, min(_N_NEAREST, len(vectors) - 1), is_scaled=True)
    by_angle = nearest_neighbours(vectors, min(_N_NEAREST, len(vectors) - 1), is_scaled=False)
    neighbour = truth[neighbours[:, 0]]
    top1 = _share_by_label(guess == truth, truth)
    one_nn = _share_by_label(neighbour == truth, truth)
    p_at_10 = precision_at_10(likeness, truth, sizes)
    confusion = np.zeros((len(names), len(names)), np.int64)
    np.add.at(confusion, (truth, guess), 1)
    return Evaluation(
        model=encoder.info.fingerprint,
        n_sounds=len(labels),
        n_labels=len(names),
        n_failed=n_failed,
        top1=float((guess == truth).mean()),
        balanced=float(top1.mean()),
        p_at_10=float(p_at_10.mean()),
        one_nn=float((neighbour == truth).mean()),
        hubs=skewness(neighbours),
        hubs_uncorrected=skewness(by_angle),
        taught=_taught(vectors, likeness, truth),
        per_label=tuple(
            LabelFigures(str(name), int(sizes[i]), float(top1[i]), float(p_at_10[i]), float(one_nn[i]))
            for i, name in enumerate(names)
        ),
        confusion=tuple(tuple(map(int, row)) for row in confusion),
    )


def _taught(vectors: Matrix, likeness: Matrix, truth: Ints) -> float | None:
    """Learn each label as `earmark tag learn` does, by vectors and name, and sort the other sounds by what was learned.

    Args:
        vectors: Unit rows, one per sound, shape ``(n, dim)``.
        likeness: Of each sound and label text, shape ``(n, n_labels)``.
        truth: Place of each sound's label.
    """
    labels = np.flatnonzero(np.bincount(truth) >= _MIN_TO_LEARN)
    if len(labels) < 2:
        return None
    rows, similarities = fit_whitening(vectors).apply(vectors), standardized(likeness)
    unmeasured = np.zeros((len(rows), 1), np.float32)
    for_label = {label: ScoreInputs(rows, unmeasured, similarities[:, label]) for label in labels}
    rng = np.random.default_rng(0)
    shares = []
    for _ in range(_N_DRAWS):
        examples = {label: rng.choice(np.flatnonzero(truth == label), _N_TAUGHT, replace=False) for label in labels}
        taught = np.concatenate(list(examples.values()))
        rest = np.setdiff1d(np.flatnonzero(np.isin(truth, labels)), taught)
        scores = []
        for label, sounds in for_label.items():
            others = sounds.take(np.setdiff1d(taught, examples[label]))
            scores.append(fit_detector(sounds.take(examples[label]), others, sounds).scores(sounds.take(rest)))
        is_right = labels[np.stack(scores).argmax(axis=0)] == truth[rest]
        shares.append(np.mean([is_right[truth[rest] == label].mean() for label in labels]))
    return float(np.mean(shares))


def _share_by_label(is_right: npt.NDArray[np.bool_], truth: Ints) -> npt.NDArray[np.float64]:
    return np.bincount(truth, weights=is_right) / np.bincount(truth)


def precision_at_10(likeness: Matrix, truth: Ints, sizes: Ints) -> npt.NDArray[np.float64]:
    """Return the share of the first 10 hits of each label that are right, divided by min(10, its size).

    Args:
        likeness: Of each sound and label text, shape ``(n, n_labels)``.
        truth: Place of each sound's label.
        sizes: How many sounds each label has.
    """
    first = np.argsort(-likeness, axis=0, kind="stable")[:10]  # (10, n_labels)
    n_right = (truth[first] == np.arange(len(sizes))).sum(axis=0)
    return n_right / np.minimum(10, sizes)
