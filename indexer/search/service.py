"""The search behind the command line, the app and scripts: one request, one result."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from db.engines.selection import Scope
from db.errors import UsageError
from db.library import Library
from db.query.parser import Query, parse_query
from db.types import Sample, Vector
from db.vectors.flat_index import VectorIndex
from indexer.encoders.base import Encoder, TextEncoder
from indexer.encoders.prompts import unit
from indexer.search.candidates import Candidates, Floats
from indexer.search.fold import fold
from indexer.search.listing import SortOrders, list_sounds
from indexer.search.plan import SearchPlan, make_plan
from indexer.search.query_by_example import embed_example
from indexer.search.ranking import rank
from indexer.search.relevance import relevance
from indexer.search.request import Example, SearchRequest
from indexer.search.result import Hit, SearchResult
from indexer.search.words_place import locate_shares

if TYPE_CHECKING:
    from indexer.search.spelling import Unknown

_N_SPARE = 100  # sounds beyond k, so that folding has something to fill up with


class SearchService:
    """Answer requests over one library with the vectors of one encoder; safe to use from several threads.

    Attributes:
        library: As given.

    Args:
        library: Open library.
        text_encoder: Its vectors are the ones searched; or what loads it when a description first needs it.
        encoder: What gives the whole model, for examples that are not in the library; None where there are none.
    """

    def __init__(
        self,
        library: Library,
        text_encoder: TextEncoder | Callable[[], TextEncoder],
        encoder: Callable[[], Encoder] | None = None,
    ) -> None:
        self.library = library
        self._text_encoder = text_encoder
        self._encoder = encoder
        self._orders = SortOrders(library)

    @property
    def text_encoder(self) -> TextEncoder:
        return self._text_encoder() if callable(self._text_encoder) else self._text_encoder

    def search(self, request: SearchRequest) -> SearchResult:
        """Answer a request: rank where something is described, else list what passes the filters.

        Raises:
            QueryError: A filter is invalid.
            SoundError: An example cannot be decoded.
            UsageError: An example has to be embedded, and no whole model was given.
        """
        began = time.perf_counter()
        query = parse_query(request.line)
        answer = self._rank if request.is_ranked else self._list
        with self.library.read_together():
            found = answer(request, query, self.library.scope(query.filters))
        return replace(found, seconds=time.perf_counter() - began)

    def hits(self, result: SearchResult, n: int | None = None) -> tuple[Hit, ...]:
        """Return the first ``n`` hits of a result, or all of them, with all that is known of each sound.

        A sound whose last file went since is left out.
        """
        ids = result.ids[:n].tolist()
        samples = {sample.id: sample for sample in self.samples(ids, result.request.line)}
        return tuple(
            Hit(
                sample=samples[sample_id],
                score=_at(result.scores, place),
                cosine=_at(result.cosines, place),
                name_match=_at(result.name_matches, place),
                n_folded=len(result.folded.get(sample_id, ())),
            )
            for place, sample_id in enumerate(ids)
            if sample_id in samples
        )

    def samples(self, ids: Sequence[int], line: str = "") -> list[Sample]:
        """Return what is known of sounds, in the order asked; their paths begin with those that pass the filters.

        Raises:
            QueryError: A filter is invalid.
        """
        with self.library.read_together():
            samples = self.library.samples(ids)
            matching = self.library.matching_paths(_copied(samples), parse_query(line).filters)
        return [_in_order(sample, matching.get(sample.id, ())) for sample in samples]

    def paths(self, result: SearchResult) -> list[tuple[Path, ...]]:
        """Return the places of each hit that pass the filters."""
        return matching_places(self.library, result.ids.tolist(), result.request.line)

    def unknown(self, line: str) -> "tuple[Unknown, ...]":
        """Return what in a query line means nothing here, with what is spelt alike; takes up to half a second.

        Raises:
            QueryError: A filter is invalid.
            UsageError: The user's taxonomy is invalid.
        """
        from indexer.search.spelling import find_unknown

        return find_unknown(self.library, parse_query(line))

    def embed(self, example: Example) -> tuple[int | None, Vector]:
        """Return an example's sample id (None outside the library) and unit embedding, shape ``(dim,)``.

        Raises:
            SoundError: It cannot be decoded.
            UsageError: It has to be embedded, and no whole model was given; or there is no such file.
        """
        return embed_example(self.library, example, self.text_encoder.info, self._load_encoder)

    def _rank(self, request: SearchRequest, query: Query, within: Scope | None) -> SearchResult:
        encoder = self.text_encoder
        index = self.library.vectors(encoder.info)
        asked = request
        if query.shares:
            point = locate_shares(query, self.search, index, encoder)
            asked = replace(request, likes=(*request.likes, point))
        plan = make_plan(asked, query, within, self.library, encoder, self.embed)
        k = len(index.known()) if request.k is None else request.k
        hits, folded, found_relevance = _best(plan, index, k, folds=request.folds)
        found = SearchResult(
            request=request,
            ids=hits.ids,
            scores=hits.scores,
            cosines=hits.cosines,
            name_matches=hits.name_matches,
            folded=folded,
            n_present=index.n if within is None else 0,  # which a server has to count
            scope=within,
            seconds=0.0,
            relevance=found_relevance,
        )
        return self._sorted(found) if request.order else found

    def _list(self, request: SearchRequest, query: Query, within: Scope | None) -> SearchResult:
        ids, scores = list_sounds(self.library, self._orders, query, None if within is None else within.ids)
        found = SearchResult(request, ids, scores, None, None, {}, len(ids), within, seconds=0.0)
        return (self._sorted(found) if request.order else found).take(slice(request.k))

    def _sorted(self, found: SearchResult) -> SearchResult:
        """Return the hits in the order that was asked for."""
        return found.take(self._orders.sort(found.ids, found.request.order, is_ranked=found.request.is_ranked))

    def _load_encoder(self) -> Encoder:
        if self._encoder is None:
            raise UsageError("To search by a sound outside the library, give the whole model.")
        return self._encoder()


def matching_places(library: Library, ids: Sequence[int], line: str) -> list[tuple[Path, ...]]:
    """Return the places of each sound that pass the filters of a query line.

    Raises:
        QueryError: A filter is invalid.
    """
    samples = library.samples(ids)
    matching = library.matching_paths(_copied(samples), parse_query(line).filters)
    return [matching.get(sample.id, sample.paths) for sample in samples]


def _best(
    plan: SearchPlan, index: VectorIndex, k: int, *, folds: bool
) -> tuple[Candidates, dict[int, tuple[int, ...]], float | None]:
    """Return the first ``k`` hits, the ids of those folded behind each, by its id, and the relevance of all."""
    n = k + len(plan.hidden) + _N_SPARE
    found = rank(plan, index, n)
    found_relevance = relevance(plan, found)  # the nearest sounds decide; they are there in the first round
    while True:
        is_all = len(found.ids) < n
        found = found.take(~np.isin(found.ids, plan.hidden))
        if not folds:
            return found.take(slice(k)), {}, found_relevance
        groups = fold(unit(found.rows[:, plan.encoder.traits.duplicate_columns]), k)
        if len(groups) == k or is_all:
            folded = {int(found.ids[first]): tuple(found.ids[rest].tolist()) for first, rest in groups.items() if rest}
            return found.take(np.array(list(groups), np.int64)), folded, found_relevance
        n *= 2
        found = rank(plan, index, n)


def _copied(samples: Sequence[Sample]) -> list[int]:
    """Return the ids of sounds that lie in several places."""
    return [sample.id for sample in samples if len(sample.paths) > 1]


def _in_order(sample: Sample, first: Sequence[Path]) -> Sample:
    if not first:
        return sample
    packs = dict(zip(sample.paths, sample.packs, strict=True))
    paths = tuple(dict.fromkeys([*first, *sample.paths]))
    return replace(sample, paths=paths, packs=tuple(packs[path] for path in paths))


def _at(values: Floats | None, place: int) -> float:
    return 0.0 if values is None else float(values[place])
