"""Tag a sound by its embedding and by what was measured."""

from collections.abc import Iterator, Sequence
from functools import cache, cached_property

import numpy as np
import numpy.typing as npt

from db.types import Features, Matrix, Reading, Source, Tag, Vector
from indexer.encoders.base import Calibration, TextEncoder
from indexer.encoders.prompts import describe, unit
from indexer.features.loop_classifier import form_of
from indexer.tagging.library_profile import LibraryProfile
from indexer.tagging.relative_attributes import MEASURED, best_type
from indexer.tagging.taxonomy import SoundType, Taxonomy, built_in, sound_types

# Below it nothing is said of the type: of soundfonts that the model was not trained on, 0.95 are right above it.
FAMILY_CONFIDENCE = 0.7
_TYPE_CONFIDENCE = 0.5  # below it only the family is said
_CHARACTER_CONFIDENCE = 0.75
_USER_TAG_CONFIDENCE = 0.75
_WRONG_FORM = 0.1  # what a loop counts as a one-shot, and the other way round

Shares = npt.NDArray[np.float32]


class Tagger:
    """Tag sounds as they come in.

    Args:
        encoder: Its text half describes the types; its vectors are the ones tagged.
        taxonomy: What there is to be; the built-in one where it is left out.
        profile: What is known of the library.
        calibration: Of the encoder; what is fitted for it where it is left out.

    Attributes:
        types: Those that the encoder can tell; the others are set by names and users only.
    """

    def __init__(
        self,
        encoder: TextEncoder,
        taxonomy: Taxonomy | None = None,
        profile: LibraryProfile | None = None,
        calibration: Calibration | None = None,
    ) -> None:
        self.info = encoder.info
        self.taxonomy = taxonomy or built_in()
        self._encoder = encoder
        self.calibration = calibration or encoder.traits.calibration
        self.types = tuple(kind for kind in self.taxonomy.types if _can_tell(self.calibration, kind))
        self.meet(profile or LibraryProfile())

    def meet(self, profile: LibraryProfile) -> None:
        """Tag by what is known of a library from now on."""
        self.profile = profile
        rows = np.float32(self.calibration.scale) * self.type_rows
        self._odds_rows = rows if profile.shifts is None else rows + profile.shifts
        prior = profile.prior
        self._prior = np.array([prior.get(kind.name, 1.0) for kind in self.types], np.float32)

    def place_of(self, name: str) -> int:
        """Return the place of a type in `types`, else that of its nearest broader type there; -1 for none."""
        return next(
            (self._places[wider] for wider in (name, *self.taxonomy.broader(name)) if wider in self._places), -1
        )

    @cached_property
    def _places(self) -> dict[str, int]:
        return {kind.name: place for place, kind in enumerate(self.types)}

    def tags(self, vector: Vector, features: Features) -> tuple[Tag, ...]:
        """Say what one sound is, from what is heard.

        Args:
            vector: Its embedding, shape ``(dim,)``.
            features: What was measured on it.
        """
        return self.tag_all(vector[None], [features.duration_seconds], [features.n_onsets])[0]

    def tag_all(
        self, vectors: Matrix, durations_seconds: Sequence[float], onset_counts: Sequence[int]
    ) -> list[tuple[Tag, ...]]:
        """Say what many sounds are; what is not sure enough is not said.

        Args:
            vectors: Their embeddings, shape ``(n, dim)``.
            durations_seconds: Length of each.
            onset_counts: Onsets in each.
        """
        forms = [form_of(*measured) for measured in zip(durations_seconds, onset_counts, strict=True)]
        types = self._type_marks(self.type_shares(vectors, [form.name for form in forms]))
        characters = self._character_marks(vectors)
        own = self._user_tag_marks(vectors)
        return [
            (*kind, form, *words, *others)
            for kind, form, words, others in zip(types, forms, characters, own, strict=True)
        ]

    def type_shares(self, vectors: Matrix, forms: Sequence[str]) -> Shares:
        """Return how likely each sound is of each type, shape ``(n, n_types)``; rows sum to 1."""
        odds = vectors @ self._odds_rows.T + self._offsets
        shares = self._prior * np.exp(odds - odds.max(axis=1, keepdims=True))
        is_hit = np.array([form == "one-shot" for form in forms])
        for number, kind in enumerate(self.types):
            if kind.form is not None:
                shares[is_hit, number] *= _WRONG_FORM
        shares /= shares.sum(axis=1, keepdims=True)
        return shares.astype(np.float32)

    @cached_property
    def type_rows(self) -> Matrix:
        """One unit row per type: the mean of its phrases."""
        return self._directions([kind.phrases for kind in self.types])

    @cached_property
    def character_rows(self) -> Matrix:
        """One row per pair of opposites: from the second word to the first."""
        sides = self._directions([phrases for pair in self.taxonomy.pairs for phrases in pair.phrases])
        return sides[::2] - sides[1::2]

    @cached_property
    def _user_tag_rows(self) -> dict[str, tuple[list[str], Matrix]]:
        """The tags of each of the user's facets, and one unit row for each.

        A facet of one has nothing to compare it with: its name and its teacher speak for it.
        """
        described = {facet: [tag for tag in tags if tag.phrases] for facet, tags in self.taxonomy.user_facets.items()}
        return {
            facet: ([tag.name for tag in tags], self._directions([tag.phrases for tag in tags]))
            for facet, tags in described.items()
            if len(tags) > 1
        }

    @cached_property
    def _offsets(self) -> Vector:
        return np.array([self.calibration.offsets.get(kind.name, 0.0) for kind in self.types], np.float32)

    def _directions(self, described: Sequence[Sequence[str]]) -> Matrix:
        """Return one unit row per tag: the mean of its phrases."""
        rows = describe(self._encoder, [phrase for phrases in described for phrase in phrases])
        ends = np.cumsum([0, *map(len, described)])
        return unit(np.add.reduceat(rows, ends[:-1]))

    def _type_marks(self, shares: Shares) -> Iterator[tuple[Tag, ...]]:
        """Yield the likeliest type, only the family where the type is not sure, nothing where neither is."""
        families = sorted({kind.family for kind in self.types})
        belongs = np.array([[kind.family == family for family in families] for kind in self.types], np.float32)
        by_family = shares @ belongs
        best_family = by_family.argmax(axis=1)
        family_share = by_family.max(axis=1).astype(np.float64).round(3)
        within = np.where(belongs.T[best_family] > 0, shares, 0)
        best_type = within.argmax(axis=1)
        type_share = within.max(axis=1).astype(np.float64).round(3)
        kinds = self.types
        for family, share, kind, kind_share in zip(
            best_family.tolist(), family_share.tolist(), best_type.tolist(), type_share.tolist(), strict=True
        ):
            if share < FAMILY_CONFIDENCE:
                yield ()
            elif kind_share >= _TYPE_CONFIDENCE:
                yield (_type_mark(kinds[kind].name, kind_share, families[family]),)
            else:
                yield (_type_mark(families[family], share, None),)

    def _character_marks(self, vectors: Matrix) -> list[tuple[Tag, ...]]:
        likeness = vectors @ self.character_rows.T
        marks: list[tuple[Tag, ...]] = [()] * len(vectors)
        for pair, column in zip(self.taxonomy.pairs, likeness.T, strict=True):
            if pair.names in MEASURED or pair.names[0] not in self.calibration.characters:
                continue
            slope, offset = self.calibration.characters[pair.names[0]]
            share = 1 / (1 + np.exp(-(slope * column.astype(np.float64) + offset)))
            for name, confidence in ((pair.names[0], share), (pair.names[1], 1 - share)):
                rounded = confidence.round(3)
                for place in np.flatnonzero(confidence >= _CHARACTER_CONFIDENCE).tolist():
                    marks[place] += (Tag("character", name, Source.MODEL, float(rounded[place])),)
        return marks

    def _user_tag_marks(self, vectors: Matrix) -> list[tuple[Tag, ...]]:
        """Mark the tag of each of the user's facets that fits best, where it is clearly best and fits at all.

        It fits where it beats most types: of two words that say nothing of a sound, one is nearer all the same.
        """
        marks: list[tuple[Tag, ...]] = [()] * len(vectors)
        if not self._user_tag_rows:
            return marks
        types = vectors @ self.type_rows.T
        none = (types.mean(axis=1) + types.std(axis=1))[:, None]
        for facet, (names, rows) in self._user_tag_rows.items():
            likeness = vectors @ rows.T
            odds = self.calibration.scale * np.concatenate([likeness, none], axis=1)
            shares = np.exp(odds - odds.max(axis=1, keepdims=True))
            shares /= shares.sum(axis=1, keepdims=True)
            shares = shares[:, :-1]
            best, share = shares.argmax(axis=1), shares.max(axis=1).astype(np.float64).round(3)
            for place in np.flatnonzero(share >= _USER_TAG_CONFIDENCE).tolist():
                marks[place] += (Tag(facet, names[best[place]], Source.MODEL, float(share[place])),)
        return marks


def _can_tell(calibration: Calibration, kind: SoundType) -> bool:
    """Say whether a type has phrases and was calibrated, where built-in types are at all."""
    is_known = not calibration.offsets or kind.name in calibration.offsets or kind not in sound_types()
    return bool(kind.phrases) and is_known


@cache
def _type_mark(name: str, share: float, parent: str | None) -> Tag:
    """Shares are rounded, so there are few different marks: to make one takes 2 us."""
    return Tag("type", name, Source.MODEL, share, parent)


def pitched_readings(readings: Sequence[Reading], tags: Sequence[Tag]) -> tuple[Reading, ...]:
    """Leave out the key that was found in a drum: toms and kicks hold a pitch, but nobody looks for their key."""
    best = best_type(tags)
    is_drum = best is not None and "drums" in {best.name, best.parent}
    return tuple(
        reading for reading in readings if not (is_drum and reading.name == "key" and reading.source is Source.ANALYSIS)
    )
