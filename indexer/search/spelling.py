"""Words and values of filters that mean nothing here, with those that are spelt alike."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from db.library import Library
from db.query.parser import Filter, Query
from indexer.features.loop_classifier import FORMS
from indexer.search.attribute_words import attribute_words
from indexer.search.known_words import english_words
from indexer.search.plan import name_words
from indexer.tagging.taxonomy import Taxonomy
from indexer.tagging.user_taxonomy import read_taxonomy

_LEAST_LETTERS = 4  # shorter words are too often abbreviations
_LEAST_SIMILARITY = 0.84  # of Jaro and Winkler
_N_NEAREST = 3
_FACETS = {"type": "type", "form": "form", "tag": None}  # which tags a filter takes; None for those of all facets
_WORD = re.compile(r"[a-z]+")


class Unknown(NamedTuple):
    """Part of a query that means nothing here.

    Attributes:
        text: A word, or a filter such as ``"type:xylofone"``.
        nearest: What is spelt alike, nearest first.
    """

    text: str
    nearest: tuple[str, ...]


def find_unknown(library: Library, query: Query) -> tuple[Unknown, ...]:
    """Return the values of filters that no sound can have, and the words that are in no name and no list of words.

    Raises:
        UsageError: The user's taxonomy cannot be understood.
    """
    values = (_check_value(library, condition) for condition in query.filters)
    words = (_check_word(library, word) for word in name_words(" ".join([query.text, *query.plus, *query.minus])))
    return tuple(found for found in (*values, *words) if found is not None)


def _check_value(library: Library, condition: Filter) -> Unknown | None:
    name, value = condition.name, str(condition.value)
    if name == "collection":
        known = {collection.name for collection in library.collections()}
    elif name in _FACETS:
        known = {tag for tag in library.tag_names(_FACETS[name])}
        if not _has(known, value):  # a type of which there is no sound yet is no mistake
            known |= _names(read_taxonomy(library.folder), _FACETS[name])
    else:
        return None
    return None if _has(known, value) else Unknown(f"{name}:{value}", _nearest_value(library, name, value, known))


def _nearest_value(library: Library, name: str, value: str, known: set[str]) -> tuple[str, ...]:
    meant = read_taxonomy(library.folder).types_by_word.get(value.casefold()) if name == "type" else None
    return tuple(dict.fromkeys([*([meant.name] if meant else []), *_nearest(value, known)]))


def _check_word(library: Library, word: str) -> Unknown | None:
    if not word.isalpha() or len(word) < _LEAST_LETTERS or word in english_words() or library.name_matches([word], 1):
        return None
    terms = _terms(read_taxonomy(library.folder))
    if word in terms:
        return None
    names = {part for _, folder, name in library.file_names() for part in _WORD.findall(f"{folder} {name}".casefold())}
    long_names = {part for part in names if len(part) >= _LEAST_LETTERS}
    return Unknown(word, _nearest(word, terms | long_names) or _nearest(word, english_words()))


def _names(taxonomy: Taxonomy, facet: str | None) -> set[str]:
    """Return the names that tags of a facet may have."""
    types = {name for kind in taxonomy.types for name in (kind.name, kind.family)}
    if facet is not None:
        return types if facet == "type" else set(FORMS)
    characters = {name for pair in taxonomy.pairs for name in pair.names}
    return types | set(FORMS) | characters | {tag.name for tag in taxonomy.user_tags}


def _terms(taxonomy: Taxonomy) -> set[str]:
    """Return the single words that sounds are described by."""
    phrases = [phrase for kind in (*taxonomy.types, *taxonomy.user_tags) for phrase in (*kind.phrases, *kind.words)]
    return {word for phrase in (*phrases, *_names(taxonomy, None), *attribute_words()) for word in phrase.split()}


def _nearest(text: str, known: Iterable[str]) -> tuple[str, ...]:
    from rapidfuzz import process
    from rapidfuzz.distance import JaroWinkler

    found = process.extract(
        text,
        sorted(known),
        scorer=JaroWinkler.normalized_similarity,
        processor=str.casefold,
        limit=_N_NEAREST,
        score_cutoff=_LEAST_SIMILARITY,
    )
    return tuple(name for name, _, _ in found)


def _has(names: Iterable[str], value: str) -> bool:
    return _bare(value) in map(_bare, names)


def _bare(name: str) -> str:
    return "".join(character for character in name.casefold() if character.isalnum())
