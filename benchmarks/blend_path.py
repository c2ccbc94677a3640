"""How close the steps of a blend come to their ideal points, compared with the best possible path.

The baseline searches all sounds of the library exhaustively under the rules of a path: rising progress, chosen ends
first and last, no near-duplicates. Its dynamic programme leaves near-duplicates aside; where its best path has a pair
of them, it goes on once without the one and once without the other, cheapest first, until one path has none.
"""

import heapq
from itertools import count
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.figures import Figure, at_least, at_most
from benchmarks.folders import SONIC_PI_FOLDER, real_or_synthesized
from db.library import Library
from db.types import Matrix, Vector
from indexer.encoders.registry import load_text_encoder, start_encoder
from indexer.ingest.pipeline import index
from indexer.latent.interpolation import interpolation_path
from indexer.latent.sphere import CenteredSpace, angles, progress
from indexer.search.blending import BlendEnd, Blender
from indexer.search.service import SearchService

_N_STEPS = 8
_NEAR_DUPLICATE = 0.985
_PROGRESS_DIGITS = 6  # precision of an angle in float32
_WORDS = (
    "kick",
    "snare",
    "warm pad",
    "violin",
    "chainsaw",
    "glass bell",
    "deep bass",
    "thunder",
    "vocal choir",
    "hi-hat",
)

Places = tuple[int | None, int | None]


def measure(work_dir: Path, *, is_quick: bool) -> list[Figure]:
    """Measure paths between random sounds, between words, and from sounds to words, in real libraries."""
    folders, of_what = real_or_synthesized(work_dir)
    if SONIC_PI_FOLDER.is_dir():
        folders, of_what = [*folders, SONIC_PI_FOLDER], f"{of_what}, sonic-pi-samples"
    with Library.create(work_dir / "library") as library, start_encoder() as encoder:
        index(library, folders, encoder)
        paths = _Walker(library).walk(10 if is_quick else 100)
    ratios = [sum(ours) / sum(best) for ours, best, _ in paths]
    steps = [one / best for ours, bests, _ in paths for one, best in zip(ours, bests, strict=True) if best > 1e-3]
    return [
        at_most(
            f"path of {_N_STEPS} steps against the best, worst of {len(paths)}, {of_what}", max(ratios), "times", 1.05
        ),
        at_most(
            "step against the same step of the best path, 99 % of steps", float(np.percentile(steps, 99)), "times", 1.05
        ),
        at_least("least progress from step to step", min(least for _, _, least in paths), "of the way", 0),
    ]


class _Walker:
    def __init__(self, library: Library) -> None:
        encoder = load_text_encoder()
        index = library.vectors(encoder.info)
        self._ids = index.known()
        self._rows = CenteredSpace(encoder.audio_center).to_directions(index.get(self._ids))
        self._blender = Blender(SearchService(library, encoder))

    def walk(self, n_paths: int) -> list[tuple[list[float], list[float], float]]:
        """Return for each path the distances of its steps, those of the best path, and its smallest progress."""
        rng = np.random.default_rng(0)
        found = []
        for number in range(n_paths):
            a, b = rng.choice(len(self._ids), 2, replace=False).tolist()
            one, other = rng.choice(len(_WORDS), 2, replace=False)
            start, first = (self._words(one), None) if number % 3 == 1 else (self._rows[a], a)
            end, last = (self._rows[b], b) if number % 3 == 0 else (self._words(other), None)
            found.append(self._compare(start, end, (first, last)))
        return found

    def _words(self, number: int) -> Vector:
        return self._blender.locate(_WORDS[number]).direction

    def _compare(self, start: Vector, end: Vector, ends: Places) -> tuple[list[float], list[float], float]:
        first, last = (None if place is None else int(self._ids[place]) for place in ends)
        path = self._blender.path(BlendEnd(start, first), BlendEnd(end, last), _N_STEPS)
        places = np.searchsorted(self._ids, [step.sample.id for step in path.steps])
        points = interpolation_path(start, end, _N_STEPS)
        best = best_path(self._rows, points, ends)
        along = progress(self._rows[places], start, end)
        return (
            _distances(self._rows[places], points),
            _distances(self._rows[best], points),
            round(float(np.diff(along).min()), _PROGRESS_DIGITS),
        )


def best_path(rows: Matrix, points: Matrix, ends: Places) -> list[int]:
    """Return the row numbers of the cheapest path that follows the rules."""
    along = progress(rows, points[0], points[-1])
    costs = np.stack([angles(rows, point) for point in points]).astype(np.float64)
    for step, end in ((0, ends[0]), (-1, ends[1])):
        if end is not None:
            costs[:, along < 0 if step == 0 else along > 1] = np.inf
            costs[:, rows @ rows[end] >= _NEAR_DUPLICATE] = np.inf
            costs[step] = np.inf
            costs[step, end] = 0
            along[end] = -np.inf if step == 0 else np.inf
    order = np.argsort(along, kind="stable")
    tie = count()
    waiting = [(*_cheapest(costs[:, order]), next(tie), frozenset[int]())]
    while True:
        _, chosen, _, without = heapq.heappop(waiting)
        places = [int(order[place]) for place in chosen]
        clash = _near_duplicates(rows[places])
        if clash is None:
            return places
        for step in clash:
            fewer = without | {places[step]}
            allowed = costs.copy()
            allowed[:, list(fewer)] = np.inf
            heapq.heappush(waiting, (*_cheapest(allowed[:, order]), next(tie), fewer))


def _cheapest(costs: npt.NDArray[np.float64]) -> tuple[float, list[int]]:
    """Return the least sum of one cost for each step at rising places, and those places."""
    n_steps, n_places = costs.shape
    least = np.zeros(n_places + 1)  # of the steps so far, in the first so many places
    is_taken = np.zeros((n_steps, n_places), np.bool_)
    for step in range(n_steps):
        taken = least[:-1] + costs[step]
        least = np.concatenate([[np.inf], np.minimum.accumulate(taken)])
        is_taken[step] = taken <= least[1:]
    places: list[int] = []
    last = n_places
    for step in range(n_steps - 1, -1, -1):
        last = int(np.flatnonzero(is_taken[step, :last])[-1])
        places.append(last)
    return float(least[-1]), places[::-1]


def _near_duplicates(rows: Matrix) -> tuple[int, int] | None:
    alike = np.triu(rows @ rows.T >= _NEAR_DUPLICATE, 1)
    return None if not alike.any() else tuple(np.argwhere(alike)[0].tolist())


def _distances(rows: Matrix, points: Matrix) -> list[float]:
    return [float(angles(row[None], point)[0]) for row, point in zip(rows, points, strict=True)]
