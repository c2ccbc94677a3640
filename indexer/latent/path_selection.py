"""Select real sounds for the points of a path."""

import heapq
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

import numpy as np
import numpy.typing as npt

from db.types import Matrix
from indexer.latent.sphere import angles, progress

_MAX_BRANCHES = 64  # of a search, both ways; from then on only the promising way is tried. 60 us each

_Numbers = npt.NDArray[np.int64]
_Mask = npt.NDArray[np.bool_]  # of rows, shape (m,)
_Costs = npt.NDArray[np.float64]  # of a row for a step in radians, shape (n, m)


@dataclass(frozen=True)
class PathEnds:
    """Row numbers of the sounds that a path has to begin and end with; None where any may."""

    first: int | None = None
    last: int | None = None

    @property
    def given(self) -> list[int]:
        return [row for row in (self.first, self.last) if row is not None]


ANY_ENDS = PathEnds()


def select_path(
    rows: Matrix,
    points: Matrix,
    *,
    max_cosine: float | None = None,
    groups: _Numbers | None = None,
    ends: PathEnds = ANY_ENDS,
) -> list[int] | None:
    """Select one row for each point of a path, in order of progress, with the least sum of angles.

    Solved exactly: dynamic programming finds the best rising path, branch and bound the best one without conflicts.

    Args:
        rows: Unit directions to select from, shape ``(m, dim)``.
        points: The path, ends included, shape ``(n, dim)``.
        max_cosine: Two rows of this cosine or more are near-duplicates and are not both selected.
        groups: A number for each row; of equal ones only one is selected, shape ``(m,)``.
        ends: Rows that come first and last whatever they cost, and also where they conflict; the others then lie
            between them.

    Returns:
        ``n`` different row numbers whose progress along the path never falls, of the least possible sum of angles to
        their points; None where too few rows are left.
    """
    if len(rows) < len(points):
        return None
    conflicts = _find_conflicts(rows, max_cosine, groups, ends)
    costs, order = _costs(rows, points, ends)
    waiting: list[tuple[float, int, list[int], _Mask]] = []
    number = count()

    def add(is_out: _Mask) -> None:
        allowed = costs.copy()
        allowed[:, is_out] = np.inf
        cost, places = _cheapest_rising(allowed[:, order])
        if np.isfinite(cost):
            heapq.heappush(waiting, (cost, next(number), [int(order[place]) for place in places], is_out))

    add(np.any([conflicts(end) for end in ends.given], axis=0) if ends.given else np.zeros(len(rows), np.bool_))
    while waiting:
        _, n_tried, path, is_out = heapq.heappop(waiting)
        in_conflict = [step for step, row in enumerate(path) if conflicts(row)[path].any()]
        if not in_conflict:
            return path
        # either the nearest of them to its point is on the path and none that it conflicts with, or it is not
        kept = path[min(in_conflict, key=lambda step: costs[step, path[step]])]
        add(is_out | conflicts(kept))
        if n_tried < _MAX_BRANCHES:
            add(is_out | (np.arange(len(rows)) == kept))
    return None


def _find_conflicts(
    rows: Matrix, max_cosine: float | None, groups: _Numbers | None, ends: PathEnds
) -> Callable[[int], _Mask]:
    """Return a function that gives the rows that may not be on a path with a given one."""

    def conflicts(row: int) -> _Mask:
        found = np.zeros(len(rows), np.bool_)
        if max_cosine is not None:
            found |= rows @ rows[row] >= max_cosine
        if groups is not None:
            found |= groups == groups[row]
        found[[row, *ends.given]] = False
        return found

    return conflicts


def _costs(rows: Matrix, points: Matrix, ends: PathEnds) -> tuple[_Costs, _Numbers]:
    """Return the cost of each row for each step, and the rows in order of their progress."""
    along = progress(rows, points[0], points[-1])
    costs = np.stack([angles(rows, point) for point in points]).astype(np.float64)
    if ends.first is not None:
        costs[:, along < 0] = np.inf
    if ends.last is not None:
        costs[:, along > 1] = np.inf
    for step, place, extreme in ((0, ends.first, -np.inf), (len(points) - 1, ends.last, np.inf)):
        if place is not None:  # a step of only one row, and a row of only one step
            costs[step] = np.inf
            costs[:, place] = np.inf
            costs[step, place] = 0
            along[place] = extreme
    return costs, np.argsort(along, kind="stable")


def _cheapest_rising(costs: _Costs) -> tuple[float, list[int]]:
    """Return the least possible sum of one cost of each row at rising places, and those places.

    The sum is infinite where there are too few places.
    """
    # cheapest[i, j]: of all choices for rows 0..i that use places up to j only
    cheapest = np.full(costs.shape, np.inf)
    before = np.zeros(costs.shape[1])
    for number, cost in enumerate(costs):
        cheapest[number] = np.minimum.accumulate(before + cost)
        before = np.concatenate([[np.inf], cheapest[number, :-1]])
    total = float(cheapest[-1, -1])
    return total, _backtrack(cheapest) if np.isfinite(total) else []


def _backtrack(cheapest: _Costs) -> list[int]:
    places: list[int] = []
    last = cheapest.shape[1]
    for row in cheapest[::-1]:
        last = int(np.argmax(row[:last] == row[last - 1]))  # where the running minimum was reached
        places.append(last)
    return places[::-1]
