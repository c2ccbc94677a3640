"""The taxonomy: which tags sounds are filed under, built in and added by a user of a library."""

import hashlib
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

TYPE_LISTS = ("phrases", "words", "weak", "with", "not")  # keys of a type, in the order of the fields of `SoundType`
TYPE_TEXTS = ("group", "default", "form")


@dataclass(frozen=True, slots=True)
class SoundType:
    """One type of sound in the two-level facet ``type``; the fields are explained in ``taxonomy.toml``.

    Attributes:
        phrases: Empty for a broader type, which the model never chooses.
        words: What names of files and folders call it.
        weak_words: Those that count only where no other word does.
        with_words: Words that make it of a sound of its group.
        excluded: Words in a name that exclude it.
        group: Name of a broader type of the same family.
        default: Of a broader type, the type that is meant where a name says no more.
        form: The only form in which it comes.
    """

    name: str  # "kick"
    family: str  # "drums"
    phrases: tuple[str, ...]
    words: tuple[str, ...]
    weak_words: tuple[str, ...]
    with_words: tuple[str, ...]
    excluded: tuple[str, ...]
    group: str | None
    default: str | None
    form: str | None


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
        digest: Changes where anything in it does.
    """

    types: tuple[SoundType, ...]
    pairs: tuple[Opposites, ...]
    digest: str
    user_tags: tuple[UserTag, ...] = ()

    @cached_property
    def types_by_word(self) -> dict[str, SoundType]:
        """Every word of a name that speaks of a type; of two types the first has it."""
        glued = {
            form: member
            for group, members in self.members.items()
            for member in members
            for beside in member.with_words
            for word in self.by_name[group].words
            for form in _glued(beside, word.replace(" ", ""))
        }
        return {**glued, **_by_word(self.types, "weak_words"), **_by_word(self.types)}

    @cached_property
    def weak_words(self) -> frozenset[str]:
        """The words of `types_by_word` that other names hold as well."""
        return frozenset(_by_word(self.types, "weak_words").keys() - _by_word(self.types).keys())

    @cached_property
    def user_tags_by_word(self) -> dict[str, UserTag]:
        return {word: tag for tag in reversed(self.user_tags) for word in tag.words}

    @cached_property
    def groups(self) -> dict[str, str]:
        """The next broader type of each type that has one, by name."""
        return {kind.name: kind.group for kind in self.types if kind.group}

    def broader(self, name: str) -> tuple[str, ...]:
        """Return the broader types of a type, the nearest first; without its family."""
        found: list[str] = []
        while (group := self.groups.get(found[-1] if found else name)) is not None:
            found.append(group)
        return tuple(found)

    @cached_property
    def by_name(self) -> dict[str, SoundType]:
        return {kind.name: kind for kind in self.types}

    @cached_property
    def members(self) -> dict[str, tuple[SoundType, ...]]:
        """The types of each group and of the groups in it, by its name."""
        found: dict[str, tuple[SoundType, ...]] = {}
        for kind in self.types:
            for group in self.broader(kind.name):
                found[group] = (*found.get(group, ()), kind)
        return found

    def qualifies(self, term: str, kinds: Iterable[SoundType]) -> bool:
        """Whether a term makes a type of its group of one of some types: "bell" of a ride."""
        return any(term in member.with_words for kind in kinds for member in self.members.get(kind.name, ()))

    def is_near(self, name: str, other: str) -> bool:
        """Whether a type is another one or one of its group: closed and open hi-hats are."""
        return bool({name, *self.broader(name)} & {other, *self.broader(other)})

    @cached_property
    def longest_by_first_word(self) -> dict[str, int]:
        """How many words a term that begins with a word has at most."""
        longest: dict[str, int] = {}
        for term in self._terms:
            words = term.split()
            longest[words[0]] = max(longest.get(words[0], 0), len(words))
        return longest

    @cached_property
    def longest_term(self) -> int:
        """How many words a term has at most."""
        return max(self.longest_by_first_word.values())

    @cached_property
    def user_facets(self) -> dict[str, tuple[UserTag, ...]]:
        facets: dict[str, tuple[UserTag, ...]] = {}
        for tag in self.user_tags:
            facets[tag.facet] = (*facets.get(tag.facet, ()), tag)
        return facets

    @cached_property
    def numbers(self) -> frozenset[str]:
        """The numbers that mean something in a name."""
        return frozenset(word for term in self._terms for word in term.split() if word.isdigit())

    @property
    def _terms(self) -> tuple[str, ...]:
        others = [term for kind in self.types for term in (*kind.excluded, *kind.with_words)]
        others += [term for tag in self.user_tags for term in tag.excluded]
        return (*self.types_by_word, *self.user_tags_by_word, *others)


def _by_word(types: tuple[SoundType, ...], field: str = "words") -> dict[str, SoundType]:
    """Return the type of each term; a term that is listed goes before one that is derived."""
    listed = {term: kind for kind in reversed(types) for term in getattr(kind, field)}
    derived = {form: kind for kind in reversed(types) for term in getattr(kind, field) for form in _spellings(term)}
    return {**derived, **listed}


def _glued(beside: str, word: str) -> tuple[str, ...]:
    """Return two words as one, in both orders: "openhat", "openhats" and "hatopen"."""
    is_short = min(len(beside), len(word)) < 2 or " " in beside
    return () if is_short else (f"{beside}{word}", f"{beside}{word}s", f"{word}{beside}")


def _spellings(term: str) -> Iterator[str]:
    """Yield how else a term is written: "hand clap" also as "handclap", "hand claps", "handclaps"."""
    first, *rest = term.split()
    joined = [first]
    for word in rest:
        is_glued = min(len(word), *map(len, joined)) > 1  # "c hat" is no chat
        joined = [f"{begun} {word}" for begun in joined] + [f"{begun}{word}" for begun in joined if is_glued]
    yield from joined
    if not term.endswith("s") and term[-1].isalpha():
        yield from (f"{form}s" for form in joined)


@cache
def built_in() -> Taxonomy:
    """Read the taxonomy that every library has."""
    types = tuple(
        sound_type(family, name, entry)
        for family, entries in _read("taxonomy.toml").items()
        for name, entry in entries.items()
    )
    pairs = tuple(
        Opposites((name, entry["opposite"]), (tuple(entry["phrases"]), tuple(entry["opposite_phrases"])))
        for name, entry in _read("opposites.toml").items()
    )
    words = repr((types, pairs)).encode()
    return Taxonomy(types, pairs, digest=hashlib.sha256(words).hexdigest()[:16])


def sound_type(family: str, name: str, entry: Mapping[str, Any]) -> SoundType:
    """Return a type as a table of ``taxonomy.toml`` describes it."""
    phrases, words, weak, beside, excluded = (tuple(entry.get(key, ())) for key in TYPE_LISTS)
    group, default, form = (entry.get(key) for key in TYPE_TEXTS)
    return SoundType(name, family, phrases, words, weak, beside, excluded, group, default, form)


def sound_types() -> tuple[SoundType, ...]:
    """Return the built-in types."""
    return built_in().types


def opposites() -> tuple[Opposites, ...]:
    """Return the built-in pairs of characters."""
    return built_in().pairs


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name(name).read_text("utf-8"))
