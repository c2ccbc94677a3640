"""Find sounds by what they sound like and by what they are called."""

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from db.library import Library
from db.query.parser import Filter, Query, parse_query
from db.types import Matrix, Sample, SampleIds, Vector
from db.vectors.flat_index import VectorIndex
from indexer.encoders.base import EncoderTraits, TextEncoder
from indexer.encoders.prompts import combine, unit
from indexer.search.hubness import Floats, calm
from indexer.search.measured_attributes import (
    ALONE,
    BESIDE_EXAMPLE,
    BESIDE_WORDS,
    ParsedAttributes,
    preferred,
    take_apart,
)
from indexer.search.prompt_contrast import outdo

_NAME_WEIGHT = 0.8  # all words in the file name beat any likeness of the sound alone
_FOLD_COSINE = 0.998  # re-encodings and gain changes of one sound lie above it
_PULL = 0.5  # of words beside an example: they choose among its neighbours and do not replace it
_MANY = 200  # candidates beyond k, so that folding and names have something to choose from
_MANY_MEASURED = 1000  # the shortest snares may be far down among the snares
_EMPTY_WORDS = frozenset("a an and at by for in of on or sample sound that the this to with".split())

_CANDIDATE = np.dtype([("id", np.int64), ("score", np.float32), ("cosine", np.float32), ("name_match", np.float32)])

Correction: TypeAlias = Callable[[Floats, Matrix], Floats]
"""Takes cosines of the nearest sounds, best first, and their unit vectors; returns how well each really answers."""
Preference: TypeAlias = Callable[[SampleIds, Floats], Floats]
"""Takes the same sounds and how well each answers; returns what is to be added for what was measured on it."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One found sound.

    Attributes:
        score: Likeness and name together, or how sure the tag is where only a tag is asked for, 0 to 1; hits are
            ordered by it.
        cosine: Of the query vector and the sound, -1 to 1; 0 where the query describes nothing.
        name_match: Share of the query's words found in the name, 0 to 1.
        n_folded: Near-identical sounds that stand behind this one.
    """

    sample: Sample
    score: float
    cosine: float
    name_match: float
    n_folded: int


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Hits, best first, out of ``n_searched`` sounds that passed the filters."""

    hits: tuple[Hit, ...]
    n_searched: int
    seconds: float


class Searcher:
    """Answer queries over one library with one encoder's vectors.

    Args:
        library: Open library.
        text_encoder: Its vectors are the ones searched; vectors of another encoder are never touched.
    """

    def __init__(self, library: Library, text_encoder: TextEncoder) -> None:
        self._library = library
        self._text_encoder = text_encoder

    def search(self, line: str, k: int = 20) -> SearchResult:
        """Answer a query line of words, ``+word``, ``-word`` and filters.

        Without words the filters alone decide: the surest first where a tag is asked for, else in the order in which
        the sounds came into the library.

        Raises:
            QueryError: A filter cannot be read.
        """
        began = time.perf_counter()
        query = parse_query(line)
        wish = take_apart(query.text, query.plus, query.minus)
        vector = direction(self._text_encoder, query, wish, has_example=False)
        return self._rank(vector, wish, name_words(query.text), query.filters, k, began)

    def similar(self, vector: Vector, k: int = 20, filters: str = "", exclude: int | None = None) -> SearchResult:
        """Find the sounds nearest to an audio embedding.

        Args:
            vector: Unit embedding of this encoder, shape ``(dim,)``.
            k: How many hits at most.
            filters: A query line; words in it pull the result towards them, those for what is measured ("shorter")
                choose among its neighbours.
            exclude: Id of a sample to leave out, such as the example itself.

        Raises:
            QueryError: A filter cannot be read.
        """
        began = time.perf_counter()
        query = parse_query(filters)
        wish = take_apart(query.text, query.plus, query.minus)
        pull = direction(self._text_encoder, query, wish, has_example=True)
        if pull is not None:
            vector = unit(vector + _PULL * pull)
        return self._rank(vector, wish, [], query.filters, k, began, exclude, is_example=True)

    def _rank(
        self,
        vector: Vector | None,
        wish: ParsedAttributes,
        words: Sequence[str],
        filters: Sequence[Filter],
        k: int,
        began: float,
        exclude: int | None = None,
        *,
        is_example: bool = False,
    ) -> SearchResult:
        within = self._library.filter_ids(filters)
        info = self._text_encoder.info
        index = self._library.vectors(info)
        names = self._library.name_matches(words) if words else {}
        traits = self._text_encoder.traits
        correct = correction(traits, is_example=is_example)
        prefer = preference(self._library, wish, has_example=is_example)
        n = max(2 * k + _MANY, _MANY_MEASURED * bool(prefer))
        if vector is None and not words and within is not None:
            found = self._by_tags(index.known(within), filters)[:n]
        else:
            found = rank(index, vector, names, within, n, correct, prefer)
        found = found[found["id"] != exclude]
        hits = self._hits(found, _fold(unit(index.get(found["id"])[:, traits.duplicate_columns]), k))
        n_searched = index.n if within is None else len(within)
        return SearchResult(hits, n_searched, time.perf_counter() - began)

    def _by_tags(self, ids: SampleIds, filters: Sequence[Filter]) -> npt.NDArray[np.void]:
        """Return candidates, those first whose tags that are asked for are surest; without such in their order."""
        sureness = self._library.filter_confidence(filters, ids)
        found = np.zeros(len(ids), _CANDIDATE)
        found["id"] = ids
        found["score"] = 0 if sureness is None else sureness
        return found[np.argsort(-found["score"], kind="stable")]

    def _hits(self, found: npt.NDArray[np.void], groups: dict[int, int]) -> tuple[Hit, ...]:
        heads = found[list(groups)]
        samples = {sample.id: sample for sample in self._library.samples(heads["id"].tolist())}
        return tuple(
            Hit(samples[head["id"]], float(head["score"]), float(head["cosine"]), float(head["name_match"]), n_folded)
            for head, n_folded in zip(heads, groups.values(), strict=True)
            if head["id"] in samples  # else its last file went while we searched
        )


def direction(encoder: TextEncoder, query: Query, wish: ParsedAttributes, *, has_example: bool) -> Vector | None:
    """Return where the words of a query point, None where they point nowhere.

    Words for what is measured do so only where nothing else is described.
    """
    if not wish.is_bare:
        return combine(encoder, wish.text, wish.plus, wish.minus)
    return None if has_example else combine(encoder, query.text, query.plus, query.minus)


def preference(library: Library, wish: ParsedAttributes, *, has_example: bool) -> Preference | None:
    """Return what moves sounds by what was measured on them, None where no word asks for that."""
    if not wish.qualities:
        return None
    measures, sides = tuple(wish.qualities), tuple(wish.qualities.values())
    strength = BESIDE_EXAMPLE if has_example else ALONE if wish.is_bare else BESIDE_WORDS

    def prefer(ids: SampleIds, likeness: Floats) -> Floats:
        return preferred(likeness, library.measurements(ids, measures), sides, strength)

    return prefer


def correction(encoder: EncoderTraits, *, is_example: bool) -> Correction:
    """Return what makes cosines fair: hubs among the neighbours of a sound, rivals of what words describe."""
    if is_example:
        return calm
    return partial(_outdo_by_words, encoder=encoder)


def _outdo_by_words(cosines: Floats, rows: Matrix, *, encoder: EncoderTraits) -> Floats:
    """Set back what answers to rivals, and say 1 of what answers as well as anything could."""
    rivals = encoder.contrast_prompts
    corrected = cosines if rivals is None else outdo(cosines, rows, rivals, encoder.contrast_sharpness)
    return corrected / np.float32(encoder.max_text_cosine)


def rank(
    index: VectorIndex,
    vector: Vector | None,
    names: dict[int, float],
    within: SampleIds | None,
    n: int,
    correct: Correction,
    prefer: Preference | None = None,
) -> npt.NDArray[np.void]:
    """Score the nearest sounds and the best named ones.

    Args:
        index: Vectors of the encoder that made ``vector``.
        vector: What is described; None where nothing is.
        names: Share of the query's words found in the name, by sample id.
        within: Samples that pass the filters; None for all.
        n: How many of the nearest are looked at; the named ones come on top.
        correct: Corrects their cosines.
        prefer: Adds what was measured to them.

    Returns:
        Records of ``id``, ``score``, ``cosine`` and ``name_match``, best first, ties by cosine and id.
    """
    if vector is None:
        ids = index.known(within)[:n]
        cosines = np.zeros(len(ids), np.float32)
    else:
        ids, cosines = index.search(vector, n, within)
        named = index.known(_others(names, ids, within))
        ids = np.concatenate([ids, named])
        cosines = np.concatenate([cosines, index.get(named) @ vector])
    found = np.zeros(len(ids), _CANDIDATE)
    found["id"] = ids
    found["cosine"] = cosines
    likeness = cosines if vector is None else correct(cosines, index.get(ids))
    if prefer is not None:
        likeness = likeness + prefer(ids, likeness)
    found["name_match"] = [names.get(sample_id, 0.0) for sample_id in ids.tolist()]
    # either witness alone can raise the score, and a half-matched name counts a quarter
    found["score"] = 1 - (1 - likeness.clip(0, 1)) * (1 - _NAME_WEIGHT * found["name_match"] ** 2)
    # rounded, so that equal sounds keep their order whatever the last bit of a cosine is; below a right angle
    # the scores are all 0, and the cosine still tells how far
    return found[np.lexsort((found["id"], -found["cosine"].round(5), -found["score"].round(5)))]


def _others(names: dict[int, float], ids: SampleIds, within: SampleIds | None) -> SampleIds:
    """Return the named samples that pass the filters and are not among ``ids``."""
    named = np.setdiff1d(np.fromiter(names, np.int64, len(names)), ids)
    return named if within is None else np.intersect1d(named, within, assume_unique=True)


def _fold(rows: Matrix, k: int) -> dict[int, int]:
    """Group near-identical vectors behind the first of each group.

    Args:
        rows: Unit vectors, best first, shape ``(n, dim)``.
        k: How many groups at most.

    Returns:
        Row number of each group's head, best first, with how many rows stand behind it.
    """
    groups: dict[int, int] = {}
    for number, row in enumerate(rows):
        heads = list(groups)
        likeness = rows[heads] @ row
        if heads and likeness.max() >= _FOLD_COSINE:
            groups[heads[int(likeness.argmax())]] += 1
        elif len(groups) < k:
            groups[number] = 0
        else:
            break
    return groups


def name_words(text: str) -> list[str]:
    """Return the words of a description that may stand in a name."""
    return [word for word in re.findall(r"\w+", text.casefold()) if word not in _EMPTY_WORDS]
