"""Adapt the probabilities of types to one library, from how its sounds lie beside each other.

Each sound takes over, by their cosines, the types of its neighbours: those that a name or the user gives, and for all
others what the model makes of them. So a name counts less where sounds without one lie nearer, as in a pack without
names, and neighbours help where nothing is named. It is one step of label propagation: Zhou et al., "Learning with
local and global consistency" (2004); Stojnic et al., "Label propagation for zero-shot classification with
vision-language models" (2024). Sounds that are like no other one keep what the model gives them.

A classifier that is fitted to the labels, or a sum over the labelled sounds alone, calls the sounds of packs without
names by the types that other packs happen to name, and is right less often than the model.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from db.types import Matrix

# Chosen on recordings of sources that the weights were not trained on (`python -m benchmarks ablation --sweep`).
_STRENGTH = 100.0  # of an equal sound, beside the model's probabilities, which sum to 1
_SHARPNESS = 20.0  # per unit of cosine
_EXPONENT = 1.2  # of the probabilities: a mean of several is less sure than it could be
_SAME = 0.998  # cosine of a sound with itself, and with copies of it, which say nothing new
_MAX_SOUNDS = 1000  # evenly spaced; `python -m benchmarks tagging` says what they cost ("again")

Labels = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class ReferenceSounds:
    """Sounds of a library that others are compared with.

    Attributes:
        vectors: Unit rows, shape ``(n, dim)``.
        probabilities: Of each type, rows that sum to 1, shape ``(n, n_types)``; a type that is known has 1.
    """

    vectors: Matrix
    probabilities: Matrix


def choose_references(vectors: Matrix, probabilities: Matrix, labels: Labels) -> ReferenceSounds:
    """Return some of the sounds of a library; their order makes no difference.

    Args:
        vectors: Unit rows, shape ``(n, dim)``.
        probabilities: What the model makes of each, rows that sum to 1, shape ``(n, n_types)``.
        labels: The known type of each, -1 for none, shape ``(n,)``.
    """
    order = np.lexsort((labels, *vectors.T[:3]))
    order = order[:: max(1, -(-len(order) // _MAX_SOUNDS))]
    labels, known = labels[order], np.eye(probabilities.shape[1], dtype=np.float32)
    rows = np.where(labels[:, None] >= 0, known[labels], probabilities[order])
    return ReferenceSounds(vectors[order], rows.astype(np.float32))


def adapt(probabilities: Matrix, vectors: Matrix, references: ReferenceSounds) -> Matrix:
    """Return the probabilities of types in a library, rows that sum to 1, shape ``(n, n_types)``.

    Args:
        probabilities: What the model makes of each sound, rows that sum to 1, shape ``(n, n_types)``.
        vectors: Embeddings of the sounds, unit rows, shape ``(n, dim)``.
        references: Sounds of the library.
    """
    cosines = vectors @ references.vectors.T
    weights = np.float32(_STRENGTH) * np.exp(np.float32(_SHARPNESS) * (cosines - 1))
    is_unknown = references.probabilities.max(axis=1) < 1
    weights[(cosines > _SAME) & is_unknown] = 0
    adapted: Matrix = probabilities + weights @ references.probabilities
    adapted = (adapted / adapted.sum(axis=1, keepdims=True)) ** np.float32(_EXPONENT)
    return adapted / adapted.sum(axis=1, keepdims=True)
