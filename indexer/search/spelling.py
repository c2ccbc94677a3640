"""Unknown words and values of filters, with suggestions that are spelt alike."""

import re
from collections.abc import Iterable
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from db.library import Library
from db.paths import search_text
from db.query.filters import bare_name
from db.query.parser import Filter, Query
from indexer.features.loop_classifier import FORMS
from indexer.search.attribute_words import attribute_words
from indexer.search.known_words import english_words, is_english
from indexer.search.plan import name_words

if TYPE_CHECKING:
    from indexer.tagging.taxonomy import SoundType, Taxonomy, UserTag

_LEAST_LETTERS = 3  # of English words; shorter ones are abbreviations
_LEAST_SIMILARITY = 0.84  # of Jaro and Winkler
_N_NEAREST = 3
_N_LOOKED_AT = 12
_FACETS = {"type": "type", "form": "form", "tag": None}  # which tags a filter takes; None for those of all facets
_WORD = re.compile(r"[a-z]+")


class Unknown(NamedTuple):
    """An unknown part of a query.

    Attributes:
        text: A word, or a filter such as ``"type:xylofone"``.
        nearest: What is spelt alike, nearest first.
    """

    text: str
    nearest: tuple[str, ...]


def find_unknown(library: Library, query: Query) -> tuple[Unknown, ...]:
    """Return the values of filters that no sound can have, and the words that are in no name and no list of words.

    Raises:
        UsageError: The user's taxonomy is invalid.
    """
    values = (_check_value(library, condition) for condition in query.filters)
    described = " ".join([query.text, *(share.words for share in query.shares), *query.plus, *query.minus])
    words = (_check_word(library, word) for word in name_words(described))
    return tuple(found for found in (*values, *words) if found is not None)


def means_something(library: Library, word: str) -> bool:
    """Say whether a word is English, in a name, or spelt like a word for sounds: then it can be searched for by ear."""
    if not any(map(str.isalnum, word)):  # "*", "~"
        return False
    if _may_be_known(word) or library.name_matches([word], 1):
        return True
    terms = _terms(_taxonomy(library))
    return word in terms or bool(_nearest(word, terms))


def _check_value(library: Library, condition: Filter) -> Unknown | None:
    name, value = condition.name, str(condition.value)
    if name == "collection":
        known = {collection.name for collection in library.collections()}
    elif name in _FACETS:
        known = set(library.tag_names(_FACETS[name]))
        if not _has(known, value):  # a type of which there is no sound yet is no mistake
            known |= _names(_taxonomy(library), _FACETS[name])
    else:
        return None
    return None if _has(known, value) else Unknown(f"{name}:{value}", _nearest_value(library, name, value, known))


def _nearest_value(library: Library, name: str, value: str, known: set[str]) -> tuple[str, ...]:
    meant = _taxonomy(library).types_by_word.get(value.casefold()) if name == "type" else None
    return tuple(dict.fromkeys([*([meant.name] if meant else []), *_nearest(value, known)]))


def _check_word(library: Library, word: str) -> Unknown | None:
    # names first: most words are in some, and the list of words takes 5 ms to read; where it was, it is quicker
    if english_words.cache_info().currsize and _may_be_known(word):
        return None
    if library.name_matches([word], 1) or _may_be_known(word) or 1.0 in library.letter_matches(word, 1).values():
        return None
    terms = _terms(_taxonomy(library))
    if word in terms:
        return None
    english_terms = {term for term in terms if len(term) >= _LEAST_LETTERS and is_english(term)}
    stages = (english_terms | _words_of_names(library), terms, english_words())
    return Unknown(word, next(filter(None, (_nearest(word, names) for names in stages)), ()))


def _may_be_known(word: str) -> bool:
    plain = search_text(word)
    return not plain.isalpha() or (plain.isascii() and (len(plain) < _LEAST_LETTERS or is_english(plain)))


def _words_of_names(library: Library) -> set[str]:
    text = " ".join(chain.from_iterable((folder, name) for _, folder, name in library.file_names()))
    return {word for word in _WORD.findall(text.casefold()) if len(word) >= _LEAST_LETTERS}


def _taxonomy(library: Library) -> "Taxonomy":
    from indexer.tagging.user_taxonomy import read_taxonomy  # most searches start without it

    return read_taxonomy(library)


def _names(taxonomy: "Taxonomy", facet: str | None) -> set[str]:
    """Return the names that tags of a facet may have."""
    types = {name for kind in taxonomy.types for name in (kind.name, kind.family)}
    if facet is not None:
        return types if facet == "type" else set(FORMS)
    characters = {name for pair in taxonomy.pairs for name in pair.names}
    return types | set(FORMS) | characters | {tag.name for tag in taxonomy.user_tags}


def _terms(taxonomy: "Taxonomy") -> set[str]:
    """Return the single words that sounds are described by."""
    named: list[SoundType | UserTag] = [*taxonomy.types, *taxonomy.user_tags]
    phrases = [phrase for tag in named for phrase in (*tag.phrases, *tag.words)]
    return {word for phrase in (*phrases, *_names(taxonomy, None), *attribute_words()) for word in phrase.split()}


def _nearest(text: str, known: Iterable[str]) -> tuple[str, ...]:
    """Return names that are spelt alike, without those that only add to a nearer one."""
    from rapidfuzz import process, utils
    from rapidfuzz.distance import OSA, JaroWinkler

    names = sorted(known)
    look = partial(process.extract, text, names, processor=utils.default_process, limit=_N_LOOKED_AT)
    found = look(scorer=JaroWinkler.normalized_similarity, score_cutoff=_LEAST_SIMILARITY)
    if not found and len(text) >= _LEAST_LETTERS:
        found = look(scorer=OSA.distance, score_cutoff=1)  # "dgo": two letters changed places
    nearest: list[str] = []
    for name, _, _ in found:
        is_near = OSA.distance(text, name, processor=utils.default_process) <= (len(text) + 1) // 3
        if is_near and not any(name.startswith(shorter) for shorter in nearest):
            nearest.append(name)
    return tuple(nearest[:_N_NEAREST])


def _has(names: Iterable[str], value: str) -> bool:
    return bare_name(value) in map(bare_name, names)
