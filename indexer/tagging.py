"""What a sound is, from three witnesses: what the model hears, what was measured, and what its name says."""

from collections.abc import Iterator, Sequence
from functools import cache, cached_property

import numpy as np
import numpy.typing as npt

from db.records import Features, Matrix, Reading, Source, TagMark, Vector
from indexer.calibration import calibration_of
from indexer.describe import describe, unit
from indexer.encoder import TextEncoder
from indexer.form import form_of
from indexer.names import words_in
from indexer.vocabulary import SoundType, opposites, sound_types

_NAME_CONFIDENCE = 0.95  # of a word in the file name; in a folder it is one step further away
_FOLDER_CONFIDENCE = 0.9
_FAMILY_CONFIDENCE = 0.5  # below it nothing is said of the type
_TYPE_CONFIDENCE = 0.5  # below it only the family is said
_CHARACTER_CONFIDENCE = 0.75
_MAX_TERM_WORDS = 3
_WRONG_FORM = 0.1  # what a loop counts as a one-shot, and the other way round

Shares = npt.NDArray[np.float32]


class Tagger:
    """Tag sounds as they come in.

    Args:
        encoder: Its text half describes the types; its vectors are the ones tagged.
    """

    def __init__(self, encoder: TextEncoder) -> None:
        self._encoder = encoder
        self._calibration = calibration_of(encoder.info)

    def tags(self, vector: Vector, features: Features) -> tuple[TagMark, ...]:
        """Say what one sound is, from what is heard.

        Args:
            vector: Its embedding, shape ``(dim,)``.
            features: What was measured on it.
        """
        return self.tag_all(vector[None], [features.duration_seconds], [features.n_onsets])[0]

    def tag_all(
        self, vectors: Matrix, durations_seconds: Sequence[float], onset_counts: Sequence[int]
    ) -> list[tuple[TagMark, ...]]:
        """Say what many sounds are; what is not sure enough is not said.

        Args:
            vectors: Their embeddings, shape ``(n, dim)``.
            durations_seconds: Length of each.
            onset_counts: Onsets in each.
        """
        forms = [form_of(*measured) for measured in zip(durations_seconds, onset_counts, strict=True)]
        types = self._type_marks(self.type_shares(vectors, [form.name for form in forms]))
        characters = self._character_marks(vectors)
        return [(*kind, form, *words) for kind, form, words in zip(types, forms, characters, strict=True)]

    def type_shares(self, vectors: Matrix, forms: Sequence[str]) -> Shares:
        """Return how likely each sound is of each type, shape ``(n, n_types)``; rows sum to 1."""
        odds = self._calibration.scale * (vectors @ self.type_rows.T) + self._offsets
        shares = np.exp(odds - odds.max(axis=1, keepdims=True))
        for number, kind in enumerate(sound_types()):
            if kind.form is not None:
                shares[[form == "one-shot" for form in forms], number] *= _WRONG_FORM
        shares /= shares.sum(axis=1, keepdims=True)
        return shares.astype(np.float32)

    @cached_property
    def type_rows(self) -> Matrix:
        """One unit row per type: the mean of its phrases."""
        return np.stack([self._direction(kind.phrases) for kind in sound_types()])

    @cached_property
    def character_rows(self) -> Matrix:
        """One row per pair of opposites: from the second word to the first."""
        return np.stack([self._direction(pair.phrases[0]) - self._direction(pair.phrases[1]) for pair in opposites()])

    @cached_property
    def _offsets(self) -> Vector:
        return np.array([self._calibration.offsets.get(kind.name, 0.0) for kind in sound_types()], np.float32)

    def _direction(self, phrases: Sequence[str]) -> Vector:
        return unit(describe(self._encoder, phrases).mean(axis=0))

    def _type_marks(self, shares: Shares) -> Iterator[tuple[TagMark, ...]]:
        """Yield the likeliest type, only the family where the type is not sure, nothing where neither is."""
        families = sorted({kind.family for kind in sound_types()})
        belongs = np.array([[kind.family == family for family in families] for kind in sound_types()], np.float32)
        by_family = shares @ belongs
        best_family = by_family.argmax(axis=1)
        family_share = by_family.max(axis=1).astype(np.float64).round(3)
        within = np.where(belongs.T[best_family] > 0, shares, 0)
        best_type = within.argmax(axis=1)
        type_share = within.max(axis=1).astype(np.float64).round(3)
        kinds = sound_types()
        for family, share, kind, kind_share in zip(
            best_family.tolist(), family_share.tolist(), best_type.tolist(), type_share.tolist(), strict=True
        ):
            if kind_share >= _TYPE_CONFIDENCE:
                yield (_type_mark(kinds[kind], Source.MODEL, kind_share),)
            elif share >= _FAMILY_CONFIDENCE:
                yield (TagMark("type", families[family], Source.MODEL, share),)
            else:
                yield ()

    def _character_marks(self, vectors: Matrix) -> list[tuple[TagMark, ...]]:
        likeness = vectors @ self.character_rows.T
        marks: list[tuple[TagMark, ...]] = [()] * len(vectors)
        for pair, column in zip(opposites(), likeness.T, strict=True):
            if pair.names[0] not in self._calibration.characters:
                continue
            slope, offset = self._calibration.characters[pair.names[0]]
            share = 1 / (1 + np.exp(-(slope * column.astype(np.float64) + offset)))
            for name, confidence in ((pair.names[0], share), (pair.names[1], 1 - share)):
                rounded = confidence.round(3)
                for place in np.flatnonzero(confidence >= _CHARACTER_CONFIDENCE).tolist():
                    marks[place] += (TagMark("character", name, Source.MODEL, float(rounded[place])),)
        return marks


def tags_from_name(name: str) -> tuple[TagMark, ...]:
    """Find the type in the file name, else in the nearest folder that names one; longer terms win.

    Args:
        name: Path below its root as shown to the user.
    """
    for depth, part in enumerate(reversed(name.split("/"))):
        words = words_in(part)
        terms = {" ".join(words[i:j]) for i in range(len(words)) for j in range(i + 1, i + 1 + _MAX_TERM_WORDS)}
        found = {term: kind for term in terms & _kinds_by_term().keys() if (kind := _kind_of(term, terms)) is not None}
        if found:
            longest = max(map(len, found))
            kinds = [kind for term, kind in sorted(found.items()) if len(term) == longest]
            confidence = _FOLDER_CONFIDENCE if depth else _NAME_CONFIDENCE
            return (_type_mark(kinds[0], Source.FILENAME, confidence / len(kinds)),)
    return ()


def pitched_readings(readings: Sequence[Reading], tags: Sequence[TagMark]) -> tuple[Reading, ...]:
    """Leave out the key that was found in a drum: toms and kicks hold a pitch, but nobody looks for their key."""
    best = max((mark for mark in tags if mark.facet == "type"), key=lambda mark: mark.source, default=None)
    is_drum = best is not None and "drums" in {best.name, best.parent}
    return tuple(
        reading for reading in readings if not (is_drum and reading.name == "key" and reading.source is Source.ANALYSIS)
    )


def _kind_of(term: str, terms: set[str]) -> SoundType | None:
    """Return what a term means beside the others, if anything: "no kick" holds a kick and means none."""
    kind = _kinds_by_term()[term]
    return None if terms.intersection(kind.must_not) else kind


@cache
def _kinds_by_term() -> dict[str, SoundType]:
    return {word: kind for kind in reversed(sound_types()) for word in kind.words}


def _type_mark(kind: SoundType, source: Source, confidence: float) -> TagMark:
    return TagMark("type", kind.name, source, confidence, parent=kind.family)
