"""Choose real sounds for the steps of a walk."""

import heapq
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

import numpy as np
import numpy.typing as npt

from db.types import Matrix
from indexer.latent.sphere import angles, progress

_MAX_BRANCHES = 64  # paths tried both ways before only the promising way is gone; 60 us each

_Numbers = npt.NDArray[np.int64]
_Mask = npt.NDArray[np.bool_]  # of rows, shape (m,)
_Costs = npt.NDArray[np.float64]  # of a row for a step in radians, shape (n, m)


@dataclass(frozen=True)
class Ends:
    """Row numbers of the sounds that a walk has to begin and end with; None where any may."""

    first: int | None = None
    last: int | None = None

    @property
    def given(self) -> list[int]:
        return [place for place in (self.first, self.last) if place is not None]


ANY_ENDS = Ends()


def choose_steps(rows: Matrix, points: Matrix, ends: Ends = ANY_ENDS) -> list[int] | None:
    """Choose one row for each point of a walk, so that they advance and lie nearest to their points all together.

    Args:
        rows: Unit directions to choose from, shape ``(m, dim)``.
        points: The walk, ends included, shape ``(n, dim)``.
        ends: Rows that come first and last whatever they cost; the others then lie between them.

    Returns:
        ``n`` different row numbers whose progress along the walk never falls, of the least possible sum of angles to
        their points; None where too few rows lie there.
    """
    return _search(rows, points, ends, lambda _: np.zeros(len(rows), np.bool_))


def choose_apart(
    rows: Matrix, points: Matrix, likeness: float, folders: _Numbers | None = None, ends: Ends = ANY_ENDS
) -> list[int] | None:
    """Choose steps of which no two are near-duplicates, nor lie in one folder where folders are given.

    Args:
        rows: As in `choose_steps`.
        points: As in `choose_steps`.
        likeness: Cosine from which two rows are near-duplicates.
        folders: A number for each row; equal ones clash, shape ``(m,)``.
        ends: As in `choose_steps`; they stay also where they clash with each other.

    Returns:
        As `choose_steps`; None where too few rows are left.
    """

    def rivals(place: int) -> _Mask:
        is_rival: _Mask = rows @ rows[place] >= likeness
        if folders is not None:
            is_rival |= folders == folders[place]
        is_rival[[place, *ends.given]] = False
        return is_rival

    return _search(rows, points, ends, rivals)


def _search(rows: Matrix, points: Matrix, ends: Ends, rivals: Callable[[int], _Mask]) -> list[int] | None:
    """Return the best steps without rivals, by branch and bound.

    Of two steps that clash, either the nearer one to its point is on the path, and none of its rivals, or it is not.
    """
    if len(rows) < len(points):
        return None
    costs, order = _costs(rows, points, ends)
    waiting: list[tuple[float, int, list[int], _Mask]] = []
    number = count()

    def add(is_out: _Mask) -> None:
        allowed = costs.copy()
        allowed[:, is_out] = np.inf
        cost, places = _cheapest_rising(allowed[:, order])
        if np.isfinite(cost):
            heapq.heappush(waiting, (cost, next(number), [int(order[place]) for place in places], is_out))

    add(np.any([rivals(end) for end in ends.given], axis=0) if ends.given else np.zeros(len(rows), np.bool_))
    while waiting:
        _, n_tried, steps, is_out = heapq.heappop(waiting)
        clashing = [step for step, place in enumerate(steps) if rivals(place)[steps].any()]
        if not clashing:
            return steps
        kept = steps[min(clashing, key=lambda step: costs[step, steps[step]])]
        add(is_out | rivals(kept))
        if n_tried < _MAX_BRANCHES:
            add(is_out | (np.arange(len(rows)) == kept))
    return None


def _costs(rows: Matrix, points: Matrix, ends: Ends) -> tuple[_Costs, _Numbers]:
    """Return what each row costs for each step, and the rows in order of their progress."""
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
