"""Candidates of a search: the nearest sounds, and those whose names contain its words."""

from dataclasses import dataclass
from itertools import repeat
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from db.types import Matrix, SampleIds
from db.vectors.flat_index import VectorIndex
from indexer.search.known_words import is_english
from indexer.search.plan import SearchPlan

Floats: TypeAlias = npt.NDArray[np.float32]

_MAX_NAMED = 1000  # best matching names that are looked at
_LEAST_LETTERS = 4  # in order; fewer are in too many names
_DIGITS = 5  # of a score: equal sounds keep their order whatever the last bit of a cosine is


@dataclass(frozen=True, slots=True)
class Candidates:
    """Candidates with the inputs of ranking; all arrays have the length ``n``.

    Attributes:
        ids: Shape ``(n,)``.
        rows: Unit vectors, shape ``(n, dim)``.
        cosines: Of the target vector and each sound.
        name_matches: Share of the query's words in the name of each, 0 to 1.
        scores: Initially the cosines; each stage of ranking corrects them.
    """

    ids: SampleIds
    rows: Matrix
    cosines: Floats
    name_matches: Floats
    scores: Floats

    def take(self, places: npt.NDArray[np.int64] | npt.NDArray[np.bool_] | slice) -> "Candidates":
        """Return those at some places."""
        return Candidates(
            self.ids[places], self.rows[places], self.cosines[places], self.name_matches[places], self.scores[places]
        )

    def best_first(self) -> "Candidates":
        """Return them by score, ties by cosine and id; below a right angle all scores are 0 and the cosine decides."""
        return self.take(np.lexsort((self.ids, -self.cosines.round(_DIGITS), -self.scores.round(_DIGITS))))

    def joined(self, others: "Candidates") -> "Candidates":
        """Return these and then others."""
        return Candidates(
            np.concatenate([self.ids, others.ids]),
            np.concatenate([self.rows, others.rows]),
            np.concatenate([self.cosines, others.cosines]),
            np.concatenate([self.name_matches, others.name_matches]),
            np.concatenate([self.scores, others.scores]),
        )


def retrieve(plan: SearchPlan, index: VectorIndex, n: int) -> tuple[Candidates, Candidates]:
    """Return the candidates to rank, and the next nearest sounds, which stay in their order.

    How many are ranked does not depend on ``n``, so that a longer list begins as a shorter one does.

    Args:
        plan: What is searched for.
        index: Vectors of the plan's encoder.
        n: How many of the nearest sounds in all.

    Returns:
        Candidates nearest first, behind them those that only their names brought in; and the rest, nearest first.
    """
    ids, cosines = index.search(plan.target, max(n, plan.depth), plan.within)
    names = _match_names(plan)
    named = np.zeros(0, np.int64) if plan.has_example else _others(names, ids[: plan.depth])
    named = index.known(named, plan.within)
    is_rest = ~np.isin(ids, named)
    is_rest[: plan.depth] = False
    ranked_ids = np.concatenate([ids[: plan.depth], named])
    rows = index.get(ranked_ids)
    # of unit rows: those of the index are off by 2e-4, and a sound could be less like itself than like its copy
    ranked = _candidates(ranked_ids, rows, rows @ plan.target, names)
    return ranked, _candidates(ids[is_rest], index.get(ids[is_rest]), cosines[is_rest], names)


def _match_names(plan: SearchPlan) -> dict[int, float]:
    """Return which share of the words names hold; of a single word that is none, whether names hold its letters."""
    if not plan.name_words:
        return {}
    names = plan.library.name_matches(plan.name_words, _MAX_NAMED)
    word = plan.name_words[0]
    if names or len(plan.name_words) > 1 or len(word) < _LEAST_LETTERS or is_english(word):
        return names
    return plan.library.letter_matches(word, _MAX_NAMED)


def _candidates(ids: SampleIds, rows: Matrix, cosines: Floats, names: dict[int, float]) -> Candidates:
    name_matches = np.fromiter(map(names.get, ids.tolist(), repeat(0.0)), np.float32, len(ids))
    return Candidates(ids, rows, cosines, name_matches, cosines)


def _others(names: dict[int, float], ids: SampleIds) -> SampleIds:
    """Return the named samples that are not among ``ids``."""
    return np.setdiff1d(np.fromiter(names, np.int64, len(names)), ids)
