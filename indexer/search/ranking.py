"""Rank candidates by a list of stages, each of which corrects the scores."""

from dataclasses import replace
from typing import Protocol

from db.vectors.flat_index import VectorIndex
from indexer.search.candidates import Candidates, Floats, retrieve
from indexer.search.disliked_examples import DislikedExamples
from indexer.search.hubness import LocalScaling
from indexer.search.measured_attributes import MeasuredAttributes
from indexer.search.name_match import NameMatch
from indexer.search.plan import SearchPlan


class Stage(Protocol):
    """One correction of scores; to add one, write a class with this method and put it in `STAGES`."""

    def rescore(self, candidates: Candidates, plan: SearchPlan) -> Floats:
        """Return the scores of the candidates, shape ``(n,)``: those they have where it does not apply."""
        ...


STAGES: tuple[Stage, ...] = (
    LocalScaling(),
    DislikedExamples(),
    MeasuredAttributes(),
    NameMatch(),
)


def rank(plan: SearchPlan, index: VectorIndex, n: int) -> Candidates:
    """Return sounds with their scores, best first.

    Args:
        plan: What is searched for.
        index: Vectors of the plan's encoder.
        n: At least so many, if there are.
    """
    candidates, rest = retrieve(plan, index, n)
    for stage in STAGES:
        candidates = replace(candidates, scores=stage.rescore(candidates, plan))
    ranked = candidates.best_first()
    lowest = ranked.scores[-1] if len(ranked.ids) else 1.0
    return ranked.joined(replace(rest, scores=rest.scores.clip(0, lowest)))
