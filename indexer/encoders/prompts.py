"""From words to a query vector."""

from collections.abc import Sequence

import numpy as np

from db.types import Matrix, Vector
from indexer.encoders.base import TextEncoder

# Several phrasings of one description, averaged: steadier than one (FACTS: 4-6 generic phrasings beat prose).
PHRASINGS = ("{}", "{} sound", "a {} sample", "the sound of a {}")

_TINY = np.finfo(np.float32).tiny


def unit(rows: Matrix) -> Matrix:
    """Scale vectors to unit norm along the last axis; a zero vector stays zero."""
    norms = np.sqrt(np.einsum("...i,...i->...", rows, rows))[..., None]
    return (rows / np.maximum(norms, _TINY)).astype(np.float32, copy=False)


def describe(encoder: TextEncoder, texts: Sequence[str]) -> Matrix:
    """Embed descriptions as directions away from the middle of the text cone.

    Without its centre a text vector says only what sets it apart from other descriptions. The score of a sound then
    loses the share that it would have with any text, so that dull sounds do not turn up in every result.

    Returns:
        Unit rows, shape ``(len(texts), dim)``.
    """
    phrases = [phrasing.format(text) for text in texts for phrasing in PHRASINGS]
    means = encoder.embed_text(phrases).reshape(len(texts), len(PHRASINGS), -1).mean(axis=1)
    return unit(means - encoder.text_center)


def combine(encoder: TextEncoder, text: str, plus: Sequence[str], minus: Sequence[str]) -> Vector | None:
    """Add and subtract descriptions: ``snare +reverb -bright``.

    Text encoders do not understand "without": a word to avoid is subtracted as a direction instead.

    Returns:
        One unit vector, shape ``(dim,)``, or None where nothing is described.
    """
    weighted = [(text, 1.0)] * bool(text) + [(word, 0.5) for word in plus] + [(word, -0.5) for word in minus]
    if not weighted:
        return None
    rows = describe(encoder, [word for word, _ in weighted])
    weights = np.array([weight for _, weight in weighted], np.float32)
    return unit(weights @ rows)
