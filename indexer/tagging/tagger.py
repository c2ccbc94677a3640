"""Tags from embeddings: the type, opposites such as dark and bright, and tags of the user's facets."""

from collections.abc import Iterator, Sequence
from copy import copy
from functools import cache, cached_property

import numpy as np
import numpy.typing as npt

from db.types import Matrix, Source, Tag, Vector
from indexer.encoders.base import Calibration, TextEncoder
from indexer.encoders.prompts import describe, unit
from indexer.tagging.domain_adaptation import adapt
from indexer.tagging.library_profile import LibraryProfile
from indexer.tagging.relative_attributes import MEASURED_PAIRS
from indexer.tagging.taxonomy import SoundType, Taxonomy, built_in, sound_types

# Below it no type is given: of soundfonts that the model was not trained on, 0.95 are right above it.
FAMILY_CONFIDENCE = 0.7
_TYPE_CONFIDENCE = 0.5  # below it only the family is given
_CHARACTER_CONFIDENCE = 0.75
_USER_TAG_CONFIDENCE = 0.75
_LOOP_TYPE_OF_ONE_SHOT = 0.1  # factor on the probability that a one-shot is of a type whose sounds are loops

Probabilities = npt.NDArray[np.float32]


class Tagger:
    """Tag sounds by their embeddings.

    Args:
        encoder: Its text half embeds the phrases of the taxonomy; its audio vectors are the ones tagged.
        taxonomy: The tags there are; the built-in ones where it is left out.
        profile: Statistics of the library.
        calibration: Of the encoder; its own where it is left out.

    Attributes:
        types: Those that the encoder can recognise; others come only from names and users.
    """

    def __init__(
        self,
        encoder: TextEncoder,
        taxonomy: Taxonomy | None = None,
        profile: LibraryProfile | None = None,
        calibration: Calibration | None = None,
    ) -> None:
        self.info = encoder.info
        self.calibration = calibration or encoder.traits.calibration
        self.taxonomy = taxonomy or built_in()
        self.types = tuple(kind for kind in self.taxonomy.types if _can_tell(self.calibration, kind))
        self._directions = _Directions(encoder, self.taxonomy, self.types)
        self._use(profile or LibraryProfile())

    def with_profile(self, profile: LibraryProfile) -> "Tagger":
        """Return a tagger with the profile of a library; it shares the embedded phrases."""
        tagger = copy(self)
        tagger._use(profile)  # noqa: SLF001 (of its own class)
        return tagger

    def _use(self, profile: LibraryProfile) -> None:
        self.profile = profile
        self._prior = np.array([profile.prior.get(kind.name, 1.0) for kind in self.types], np.float32)

    def place_of(self, name: str) -> int:
        """Return the place of a type in `types`, else that of its nearest broader type there; -1 for none."""
        places = (self._places.get(wider, -1) for wider in (name, *self.taxonomy.broader(name)))
        return next((place for place in places if place >= 0), -1)

    @cached_property
    def _places(self) -> dict[str, int]:
        return {kind.name: place for place, kind in enumerate(self.types)}

    def tag(self, vectors: Matrix, forms: Sequence[str]) -> list[tuple[Tag, ...]]:
        """Return the tags of many sounds; those that are not sure enough are left out.

        Args:
            vectors: Their embeddings, shape ``(n, dim)``.
            forms: The form of each: "one-shot", "loop" or "long".
        """
        types = self._type_tags(self.type_probabilities(vectors, forms))
        return [
            (*of_type, *characters, *others)
            for of_type, characters, others in zip(
                types, self._character_tags(vectors), self._user_tags(vectors), strict=True
            )
        ]

    def type_probabilities(self, vectors: Matrix, forms: Sequence[str]) -> Probabilities:
        """Return the probability of each type, shape ``(n, n_types)``; arguments as in `tag`."""
        log_odds = vectors @ (np.float32(self.calibration.scale) * self.type_rows).T + self._offsets
        probabilities = self._prior * np.exp(log_odds - log_odds.max(axis=1, keepdims=True))
        is_one_shot = np.array([form == "one-shot" for form in forms])
        for number, kind in enumerate(self.types):
            if kind.form is not None:
                probabilities[is_one_shot, number] *= _LOOP_TYPE_OF_ONE_SHOT
        probabilities /= probabilities.sum(axis=1, keepdims=True)
        if self.profile.references is not None:
            probabilities = adapt(probabilities, vectors, self.profile.references)
        return probabilities.astype(np.float32)

    def likeliest_types(self, vectors: Matrix, forms: Sequence[str]) -> list[Tag]:
        """Return the likeliest type of each sound, however unsure; arguments as in `tag`."""
        probabilities = self.type_probabilities(vectors, forms)
        best = probabilities.argmax(axis=1).tolist()
        confidences = probabilities.max(axis=1).astype(np.float64).round(3).tolist()
        kinds = [self.types[place] for place in best]
        return [_type_tag(kind.name, sure, kind.family) for kind, sure in zip(kinds, confidences, strict=True)]

    @property
    def type_rows(self) -> Matrix:
        """Direction of each type, unit rows: the mean of its phrases."""
        return self._directions.types

    @property
    def character_rows(self) -> Matrix:
        """Direction of each pair of opposites, from the second to the first."""
        return self._directions.pairs

    @cached_property
    def _offsets(self) -> Vector:
        return np.array([self.calibration.offsets.get(kind.name, 0.0) for kind in self.types], np.float32)

    def _type_tags(self, probabilities: Probabilities) -> Iterator[tuple[Tag, ...]]:
        """Yield the likeliest type of the likeliest family, the family alone where the type is not sure, or nothing."""
        types = self.types
        families = sorted({kind.family for kind in types})
        is_of_family = np.array([[kind.family == family for family in families] for kind in types], np.float32)
        of_family = probabilities @ is_of_family
        best_family = of_family.argmax(axis=1)
        family_confidence = of_family.max(axis=1).astype(np.float64).round(3)
        within = np.where(is_of_family.T[best_family] > 0, probabilities, 0)
        best_type = within.argmax(axis=1)
        type_confidence = within.max(axis=1).astype(np.float64).round(3)
        columns = (best_family, family_confidence, best_type, type_confidence)
        for family, of_family, kind, of_kind in zip(*(column.tolist() for column in columns), strict=True):
            if of_family < FAMILY_CONFIDENCE:
                yield ()
            elif of_kind >= _TYPE_CONFIDENCE:
                yield (_type_tag(types[kind].name, of_kind, families[family]),)
            else:
                yield (_type_tag(families[family], of_family, None),)

    def _character_tags(self, vectors: Matrix) -> list[tuple[Tag, ...]]:
        cosines = vectors @ self.character_rows.T
        tags: list[tuple[Tag, ...]] = [()] * len(vectors)
        for pair, column in zip(self.taxonomy.pairs, cosines.T, strict=True):
            if pair.names in MEASURED_PAIRS or pair.names[0] not in self.calibration.characters:
                continue
            slope, offset = self.calibration.characters[pair.names[0]]
            first = 1 / (1 + np.exp(-(slope * column.astype(np.float64) + offset)))
            for name, confidence in ((pair.names[0], first), (pair.names[1], 1 - first)):
                rounded = confidence.round(3)
                for place in np.flatnonzero(confidence >= _CHARACTER_CONFIDENCE).tolist():
                    tags[place] += (Tag("character", name, Source.MODEL, float(rounded[place])),)
        return tags

    def _user_tags(self, vectors: Matrix) -> list[tuple[Tag, ...]]:
        """Return the tag of each of the user's facets that fits best, where it is clearly best and fits at all.

        It fits where it beats most types: of two tags that have nothing to do with a sound, one is nearer all the same.
        """
        tags: list[tuple[Tag, ...]] = [()] * len(vectors)
        if not self._directions.user_tags:
            return tags
        of_types = vectors @ self.type_rows.T
        none = (of_types.mean(axis=1) + of_types.std(axis=1))[:, None]
        for facet, (names, rows) in self._directions.user_tags.items():
            log_odds = self.calibration.scale * np.concatenate([vectors @ rows.T, none], axis=1)
            probabilities = np.exp(log_odds - log_odds.max(axis=1, keepdims=True))
            probabilities /= probabilities.sum(axis=1, keepdims=True)
            of_tags = probabilities[:, :-1]
            best, confidence = of_tags.argmax(axis=1), of_tags.max(axis=1).astype(np.float64).round(3)
            for place in np.flatnonzero(confidence >= _USER_TAG_CONFIDENCE).tolist():
                tags[place] += (Tag(facet, names[best[place]], Source.MODEL, float(confidence[place])),)
        return tags


class _Directions:
    """Directions of the phrases of a taxonomy, embedded (0.1 s) when a sound first needs them; taggers share it.

    Args:
        encoder: Embeds the phrases.
        taxonomy: The tags there are.
        types: Those of its types that have a direction.
    """

    def __init__(self, encoder: TextEncoder, taxonomy: Taxonomy, types: Sequence[SoundType]) -> None:
        self._encoder = encoder
        self._taxonomy = taxonomy
        self._types = types

    @cached_property
    def types(self) -> Matrix:
        return self._of([kind.phrases for kind in self._types])

    @cached_property
    def pairs(self) -> Matrix:
        sides = self._of([phrases for pair in self._taxonomy.pairs for phrases in pair.phrases])
        return sides[::2] - sides[1::2]

    @cached_property
    def user_tags(self) -> dict[str, tuple[list[str], Matrix]]:
        """Names and directions of the tags in each of the user's facets.

        A facet of one tag is left out, since there is nothing to compare it with: it is tagged by name and by examples.
        """
        described = {facet: [tag for tag in tags if tag.phrases] for facet, tags in self._taxonomy.user_facets.items()}
        return {
            facet: ([tag.name for tag in tags], self._of([tag.phrases for tag in tags]))
            for facet, tags in described.items()
            if len(tags) > 1
        }

    def _of(self, described: Sequence[Sequence[str]]) -> Matrix:
        """Return one unit row per tag: the mean of its phrases."""
        rows = describe(self._encoder, [phrase for phrases in described for phrase in phrases])
        ends = np.cumsum([0, *map(len, described)])
        return unit(np.add.reduceat(rows, ends[:-1]))


def _can_tell(calibration: Calibration, kind: SoundType) -> bool:
    """Say whether a type has phrases and, if built in, was calibrated."""
    is_calibrated = not calibration.offsets or kind.name in calibration.offsets or kind not in sound_types()
    return bool(kind.phrases) and is_calibrated


@cache
def _type_tag(name: str, confidence: float, parent: str | None) -> Tag:
    """Make a tag once: confidences are rounded, so that there are few different ones."""
    return Tag("type", name, Source.MODEL, confidence, parent)
