"""Adapt the classifier of types to one library, from the sounds whose type is known by name or from the user.

A sound that is very like labelled ones probably has their type, whatever the model makes of it. Each labelled sound
adds to the probability of its type, by its cosine: Zhang et al., "Tip-Adapter: training-free adaption of CLIP for
few-shot classification" (2022). Sounds that are like none of them keep what the model gives them.

A classifier that is fitted to the labels does not do that: it calls the sounds of packs without names by the types that
other packs happen to name, and is right less often than the model alone.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from db.types import Matrix

# Chosen on recordings of sources that the weights were not trained on (`python -m benchmarks ablation`).
_STRENGTH = 20.0  # of an equal sound, beside the model's probabilities, which sum to 1
_SHARPNESS = 25.0  # per unit of cosine
_MAX_SOUNDS = 600  # labelled ones, evenly spaced: 0.7 s for 100,000 sounds that are tagged

Labels = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class LabelledSounds:
    """Sounds whose type is known.

    Attributes:
        vectors: Unit rows, shape ``(n, dim)``.
        labels: Type of each, shape ``(n,)``.
    """

    vectors: Matrix
    labels: Labels


def choose_labelled(vectors: Matrix, labels: Labels) -> LabelledSounds:
    """Return some of the labelled sounds; their order makes no difference."""
    order = np.lexsort((labels, *vectors.T[:3]))
    order = order[:: -(-len(order) // _MAX_SOUNDS)]
    return LabelledSounds(vectors[order], labels[order])


def adapt(probabilities: Matrix, vectors: Matrix, labelled: LabelledSounds) -> Matrix:
    """Return the probabilities of types in a library, rows that sum to 1, shape ``(n, n_types)``.

    Args:
        probabilities: What the model makes of each sound, rows that sum to 1, shape ``(n, n_types)``.
        vectors: Embeddings of the sounds, unit rows, shape ``(n, dim)``.
        labelled: Sounds of the library whose type is known.
    """
    weights = np.float32(_STRENGTH) * np.exp(np.float32(_SHARPNESS) * (vectors @ labelled.vectors.T - 1))
    adapted: Matrix = probabilities + weights @ np.eye(probabilities.shape[1], dtype=np.float32)[labelled.labels]
    return adapted / adapted.sum(axis=1, keepdims=True)
