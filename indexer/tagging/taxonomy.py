"""The words that earmark files sounds under: its own, and those that a user adds to a library."""

import hashlib
import tomllib
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class SoundType:
    """One type of sound in the two-level facet ``type``."""

    name: str  # "kick"
    family: str  # "drums"
    phrases: tuple[str, ...]  # how it is described to a model
    words: tuple[str, ...]  # what people write in file names, lower case
    excluded: tuple[str, ...] = ()  # phrases in a name that speak of something else
    form: str | None = None  # the only form in which it comes


@dataclass(frozen=True, slots=True)
class Opposites:
    """Two words of the facet ``character`` that exclude each other; a sound may have neither."""

    names: tuple[str, str]
    phrases: tuple[tuple[str, ...], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class UserTag:
    """One tag of a facet that the user added; the fields are those of `SoundType`."""

    facet: str
    name: str
    phrases: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)  # compared by identity: it is a key of caches
class Taxonomy:
    """All types, pairs of opposites and facets of one library.

    Attributes:
        digest: Changes where any of its words does.
    """

    types: tuple[SoundType, ...]
    pairs: tuple[Opposites, ...]
    digest: str
    user_tags: tuple[UserTag, ...] = ()

    @cached_property
    def types_by_word(self) -> dict[str, SoundType]:
        """Every word of a name that speaks of a type; of two types the first has it."""
        return {word: kind for kind in reversed(self.types) for word in kind.words}

    @cached_property
    def user_tags_by_word(self) -> dict[str, UserTag]:
        return {word: tag for tag in reversed(self.user_tags) for word in tag.words}

    @cached_property
    def longest_by_first_word(self) -> dict[str, int]:
        """How many words a term that begins with a word has at most."""
        longest: dict[str, int] = {}
        for term in self._terms:
            words = term.split()
            longest[words[0]] = max(longest.get(words[0], 0), len(words))
        return longest

    @cached_property
    def user_facets(self) -> dict[str, tuple[UserTag, ...]]:
        return {
            name: tuple(tag for tag in self.user_tags if tag.facet == name)
            for name in {tag.facet for tag in self.user_tags}
        }

    @cached_property
    def numbers(self) -> frozenset[str]:
        """The numbers that mean something in a name."""
        return frozenset(word for term in self._terms for word in term.split() if word.isdigit())

    @property
    def _terms(self) -> tuple[str, ...]:
        return (*self.types_by_word, *self.user_tags_by_word, *self._warnings)

    @property
    def _warnings(self) -> list[str]:
        of_types = [term for kind in self.types for term in kind.excluded]
        return of_types + [term for tag in self.user_tags for term in tag.excluded]


@cache
def built_in() -> Taxonomy:
    """Read the taxonomy that every library has."""
    types = tuple(
        SoundType(
            name,
            family,
            tuple(entry["phrases"]),
            tuple(entry["words"]),
            tuple(entry.get("not", ())),
            entry.get("form"),
        )
        for family, entries in _read("taxonomy.toml").items()
        for name, entry in entries.items()
    )
    pairs = tuple(
        Opposites((name, entry["opposite"]), (tuple(entry["phrases"]), tuple(entry["opposite_phrases"])))
        for name, entry in _read("opposites.toml").items()
    )
    words = repr((types, pairs)).encode()
    return Taxonomy(types, pairs, digest=hashlib.sha256(words).hexdigest()[:16])


def sound_types() -> tuple[SoundType, ...]:
    """Return the built-in types."""
    return built_in().types


def opposites() -> tuple[Opposites, ...]:
    """Return the built-in pairs of characters."""
    return built_in().pairs


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(files("indexer.tagging").joinpath(name).read_text("utf-8"))
