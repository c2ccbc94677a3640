"""A first guess at what a sound is: its type, from its name where that tells, else from the model; and its form."""

from functools import cached_property

import numpy as np

from db.records import Features, Matrix, Source, TagMark, Vector
from indexer.describe import describe, unit
from indexer.encoder import TextEncoder
from indexer.names import words_in
from indexer.vocabulary import SoundType, sound_types

_NAME_CONFIDENCE = 0.9
_MODEL_CONFIDENCE = 0.3  # below it the model's best type is a guess, and a guess is not shown
_TEMPERATURE = 0.05  # of the softmax over types
_LOOP_SECONDS = 0.9
_LOOP_ONSETS = 3
_LONG_SECONDS = 12.0


class Tagger:
    """Tag sounds as they come in.

    Args:
        encoder: Its text half describes the types; its vectors are the ones tagged.
    """

    def __init__(self, encoder: TextEncoder) -> None:
        self._encoder = encoder

    def tags(self, vector: Vector, features: Features) -> tuple[TagMark, ...]:
        """Guess type and form of one sound from what is heard.

        Args:
            vector: Its embedding, shape ``(dim,)``.
            features: What was measured on it.
        """
        kind = self._type_from_model(vector)
        return (_form(features),) if kind is None else (kind, _form(features))

    def _type_from_model(self, vector: Vector) -> TagMark | None:
        likeness = self._type_rows @ vector / _TEMPERATURE
        shares = np.exp(likeness - likeness.max())
        shares /= shares.sum()
        best = int(shares.argmax())
        if shares[best] < _MODEL_CONFIDENCE:
            return None
        return _type_mark(sound_types()[best], Source.MODEL, float(shares[best]))

    @cached_property
    def _type_rows(self) -> Matrix:
        """One unit row per type: the mean of its phrases."""
        return unit(
            np.stack([describe(self._encoder, kind.phrases).mean(axis=0) for kind in sound_types()]).astype(np.float32)
        )


def tags_from_name(name: str) -> tuple[TagMark, ...]:
    """Find the type in the file name, else in the nearest folder that names one; longer terms win.

    Args:
        name: Path below its root as shown to the user.
    """
    for part in reversed(name.split("/")):
        text = f" {' '.join(words_in(part))} "
        found = [(len(word), kind) for kind in sound_types() for word in kind.words if f" {word} " in text]
        if found:
            longest = max(length for length, _ in found)
            kinds = [kind for length, kind in found if length == longest]
            return (_type_mark(kinds[0], Source.FILENAME, _NAME_CONFIDENCE / len(kinds)),)
    return ()


def _type_mark(kind: SoundType, source: Source, confidence: float) -> TagMark:
    return TagMark("type", kind.name, source, confidence, parent=kind.family)


def _form(features: Features) -> TagMark:
    """Tell loops from one-shots by length and onsets (FACTS: 0.89 of loops, 0.985 of one-shots)."""
    if features.duration_seconds > _LONG_SECONDS:
        return TagMark("form", "long", Source.ANALYSIS, 0.9)
    is_loop = features.duration_seconds >= _LOOP_SECONDS and features.n_onsets >= _LOOP_ONSETS
    return TagMark("form", "loop" if is_loop else "one-shot", Source.ANALYSIS, 0.8)
