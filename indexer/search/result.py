"""The result of a search."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from db.engines.selection import Scope
from db.types import Sample, SampleIds
from indexer.search.candidates import Floats
from indexer.search.request import SearchRequest

_LEAST_RELEVANCE = 0.5


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Ids and scores of the hits, in order; `SearchService.hits` reads the sounds themselves.

    Attributes:
        ids: Shape ``(n,)``.
        scores: Match by sound and by name together, or the confidence of the tag where only a tag is asked for; 0 to 1,
            shape ``(n,)``. None where nothing is described.
        cosines: Of the target vector and each sound, -1 to 1, shape ``(n,)``; None where nothing is described.
        name_matches: Share of the query's words in the name of each, 0 to 1, shape ``(n,)``; None likewise.
        folded: Near-identical sounds that stand behind a hit, by its id.
        n_present: How many sounds there are to search, where ``scope`` is None.
        scope: Those that pass the filters; None for all.
        relevance: How likely the library holds what is described and not only something that is nearest, 0 to 1; None
            where nothing is described in words, or nothing can be said of it.
    """

    request: SearchRequest
    ids: SampleIds
    scores: Floats | None
    cosines: Floats | None
    name_matches: Floats | None
    folded: Mapping[int, tuple[int, ...]]
    n_present: int
    scope: Scope | None
    seconds: float
    relevance: float | None = None

    @property
    def within(self) -> SampleIds | None:
        """The sounds that pass the filters, ascending; None for all."""
        return None if self.scope is None else self.scope.ids

    @property
    def n_searched(self) -> int:
        """How many sounds pass the filters."""
        return self.n_present if self.scope is None else len(self.scope.ids)

    @property
    def is_relevant(self) -> bool:
        """Something here is probably what is described."""
        return self.relevance is None or self.relevance >= _LEAST_RELEVANCE

    def take(self, places: npt.NDArray[np.int64] | slice) -> "SearchResult":
        """Return the result with the hits at some places."""
        scores, cosines, name_matches = (
            None if values is None else values[places] for values in (self.scores, self.cosines, self.name_matches)
        )
        return replace(self, ids=self.ids[places], scores=scores, cosines=cosines, name_matches=name_matches)

    @property
    def n_folded(self) -> int:
        """How many near-identical sounds stand behind hits."""
        return sum(map(len, self.folded.values()))


@dataclass(frozen=True, slots=True)
class Hit:
    """One hit with all that the library knows of the sound.

    Attributes:
        sample: Its paths begin with those that pass the filters.
        score: 0 where nothing is described.
        cosine: Likewise.
        name_match: Likewise.
        n_folded: Near-identical sounds that stand behind this one.
    """

    sample: Sample
    score: float
    cosine: float
    name_match: float
    n_folded: int

    @property
    def path(self) -> Path:
        """Where the sound lies: the first place that is there now."""
        return self.sample.path
