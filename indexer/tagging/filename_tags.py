"""What the names of files and folders say that a sound is."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TypeAlias, TypeVar

from db.types import Source, Tag
from indexer.tagging.filename_parser import without_series, words_in
from indexer.tagging.taxonomy import SoundType, Taxonomy, UserTag, built_in

_NAME_CONFIDENCE = 0.95  # of a word in the file name; in a folder it is one step further away
_FOLDER_CONFIDENCE = 0.9

Marks: TypeAlias = tuple[Tag, ...]
Kind = TypeVar("Kind", SoundType, UserTag)


def tags_from_name(name: str, taxonomy: Taxonomy | None = None, *, can_be_loop: bool = True) -> Marks:
    """Find the type in the file name, else in the nearest folder that names one, and tags of the user's facets.

    Args:
        name: Path below its root as shown to the user.
        taxonomy: Whose words count; the built-in one where it is left out.
        can_be_loop: What was measured allows that it is a loop (`indexer.features.loop_classifier.can_be_loop`).
    """
    taxonomy = taxonomy or built_in()
    return _tags(without_series(name, taxonomy.numbers), taxonomy, can_be_loop=can_be_loop)


@lru_cache(16_384)  # but for their number, names come again: a second less for 100,000
def _tags(name: str, taxonomy: Taxonomy, *, can_be_loop: bool) -> Marks:
    *folders, file = name.split("/")
    kind: Marks = ()
    own: dict[str, Tag] = {}
    for part in (file, *reversed(folders)):
        confidence = _NAME_CONFIDENCE if part is file else _FOLDER_CONFIDENCE
        terms = _terms(part, taxonomy) if part is file else _folder_terms(part, taxonomy)
        if not terms:
            continue
        kind = kind or _type_mark(terms, taxonomy, confidence, can_be_loop=can_be_loop)
        for tag in _meant(terms, taxonomy.user_tags_by_word).values():
            own.setdefault(tag.name, Tag(tag.facet, tag.name, Source.FILENAME, confidence))
    return (*kind, *own.values())


def _type_mark(terms: frozenset[str], taxonomy: Taxonomy, confidence: float, *, can_be_loop: bool) -> Marks:
    """Return what the longest term names; terms of one length share the confidence."""
    found = _meant(terms, taxonomy.types_by_word)
    if not can_be_loop:
        found = {term: kind for term, kind in found.items() if kind.form != "loop"}
    if not found:
        return ()
    longest = max(map(len, found))
    kinds = [kind for term, kind in sorted(found.items()) if len(term) == longest]
    return (Tag("type", kinds[0].name, Source.FILENAME, confidence / len(kinds), parent=kinds[0].family),)


def _meant(terms: frozenset[str], by_word: Mapping[str, Kind]) -> dict[str, Kind]:
    """Return what terms mean beside each other: "no kick" holds a kick and means none."""
    return {term: by_word[term] for term in terms if term in by_word and not terms.intersection(by_word[term].excluded)}


def _terms(part: str, taxonomy: Taxonomy) -> frozenset[str]:
    return frozenset(_iter_terms(words_in(part), taxonomy.longest_by_first_word))


_folder_terms = lru_cache(4096)(_terms)  # a folder's name comes again with each of its files


def _iter_terms(words: list[str], longest: Mapping[str, int]) -> Iterator[str]:
    """Yield every run of words that may be a term, by what terms begin with: most words begin none."""
    for first, word in enumerate(words):
        for length in range(1, longest.get(word, 0) + 1):
            yield " ".join(words[first : first + length])
