"""Find the real sounds nearest to points between others."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from db.library import Library
from db.query import parse_query
from db.records import Matrix, Sample, SampleIds, Vector
from db.vectors import VectorIndex
from indexer.describe import combine, describe, unit
from indexer.encoder import TextEncoder
from indexer.latent import SoundSpace, angles, choose_steps, distinct, interpolation_path, is_between, progress

_N_EXAMPLES = 16  # sounds that say where words lead
_SHARPNESS = 20.0  # of their weights: one twentieth of likeness less weighs a third
_NEAR_DUPLICATE = 0.985  # cosine of directions; takes of one hit stay apart, re-encodings do not
_DIGITS = 2  # of an angle; below it lies the noise of float16, and the sound that came first is taken
_POOL = 96  # sounds to choose from for each step
_PULL = 0.5  # of a word added or subtracted
_KEPT_SHARE = 0.5  # of the pool, where variety is asked for


@dataclass(frozen=True, slots=True)
class Near:
    """A real sound near a wanted point.

    Attributes:
        at: Where on the path the point lies, 0 to 1; 0 for a single point.
        distance_degrees: Angle between the point and the sound, 0 to 180.
        is_between: It is nearer to both ends than they are to each other; true for a single point.
    """

    sample: Sample
    at: float
    distance_degrees: float
    is_between: bool


@dataclass(frozen=True, slots=True)
class BlendPath:
    """Real sounds from one end to the other, one per step.

    Attributes:
        steps: In order; empty where the library has fewer sounds than there are steps.
        is_bridged: Something lies between the ends: at least one inner step is closer to both than they to each other.
    """

    steps: tuple[Near, ...]
    is_bridged: bool


class Blender:
    """Answer questions about what lies between sounds, over one library with one encoder's vectors.

    Ends are directions from the middle of all sounds (`SoundSpace`), so that a sound and a description of it meet.
    """

    def __init__(self, library: Library, text_encoder: TextEncoder) -> None:
        self._library = library
        self._text_encoder = text_encoder
        self._space = SoundSpace(text_encoder.audio_center)

    def sound(self, embedding: Vector) -> Vector:
        """Return the direction of a sound."""
        return self._space.directions(embedding[None])[0]

    def sample(self, sample_id: int) -> Vector:
        """Return the direction of a sound of the library.

        Raises:
            KeyError: It has no vector of this encoder.
        """
        vector: Vector = self._index.get(np.array([sample_id], np.int64))[0]
        return self.sound(vector)

    def words(self, line: str) -> Vector | None:
        """Return the direction in which words lead: that of the sounds which answer them best.

        Descriptions lie apart from sounds even when both are centred, so the words themselves would be far from
        everything. None where nothing is described.

        Raises:
            QueryError: A filter cannot be read.
        """
        query = parse_query(line)
        wish = combine(self._text_encoder, query.text, query.plus, query.minus)
        if wish is None:
            return None
        ids, _ = self._index.search(wish, _N_EXAMPLES)
        if not len(ids):
            return wish
        rows = self._space.directions(self._index.get(ids))
        scores = rows @ wish
        return unit(np.exp(_SHARPNESS * (scores - scores.max())) @ rows)

    def pull(self, point: Vector, plus: Sequence[str], minus: Sequence[str]) -> Vector:
        """Move a point towards some words and away from others."""
        weighted = [(word, _PULL) for word in plus] + [(word, -_PULL) for word in minus]
        if not weighted:
            return point
        rows = describe(self._text_encoder, [word for word, _ in weighted])
        return unit(point + np.array([weight for _, weight in weighted], np.float32) @ rows)

    def near(self, point: Vector, k: int = 12, filters: str = "") -> tuple[Near, ...]:
        """Return the sounds nearest to a point, nearest first, without near-duplicates.

        Raises:
            QueryError: A filter cannot be read.
        """
        ids, rows = self._around(point[None], 4 * k + _POOL, filters)
        apart = angles(rows, point)
        order = np.argsort(apart, kind="stable")
        chosen = order[distinct(rows[order], _NEAR_DUPLICATE)[:k]]
        return tuple(
            Near(sample, 0.0, float(np.degrees(apart[place])), is_between=True)
            for sample, place in zip(self._library.samples(ids[chosen].tolist()), chosen, strict=True)
        )

    def path(
        self,
        start: Vector,
        end: Vector,
        n_steps: int,
        *,
        filters: str = "",
        one_per_folder: bool = False,
        seed: int | None = None,
    ) -> BlendPath:
        """Walk from one end to the other over real sounds: no repeats, no near-duplicates, always onwards.

        Args:
            start: Direction of one end.
            end: Direction of the other.
            n_steps: Sounds on the path, both ends included; at least 2.
            filters: A query line; only sounds that pass it are taken.
            one_per_folder: Take at most one sound from each folder.
            seed: For variety: leaves out half of the candidates between the ends, by lot.

        Raises:
            QueryError: A filter cannot be read.
            ValueError: The ends are opposite, or there are less than two steps.
        """
        points = interpolation_path(start, end, n_steps)
        ids, rows = self._around(points, _POOL, filters)
        apart = np.min([angles(rows, point) for point in points], axis=0)
        nearest = np.argsort(apart.round(_DIGITS), kind="stable")
        pool = _from_end_to_end(nearest[distinct(rows[nearest], _NEAR_DUPLICATE)], rows, points)
        if seed is not None:
            pool = _thin(pool, rows, points, seed)
        samples = self._library.samples(ids[pool].tolist())
        folders = [sample.paths[0].parent for sample in samples] if one_per_folder else None
        chosen = _choose(rows[pool], points, folders)
        if chosen is None:
            return BlendPath((), is_bridged=False)
        between = is_between(rows[pool], start, end)
        steps = tuple(
            Near(
                sample=samples[place],
                at=number / (n_steps - 1),
                distance_degrees=float(np.degrees(angles(rows[pool[place]][None], points[number])[0])),
                is_between=bool(between[place]),
            )
            for number, place in enumerate(chosen)
        )
        return BlendPath(steps, is_bridged=any(step.is_between for step in steps[1:-1]))

    @property
    def _index(self) -> VectorIndex:
        return self._library.vectors(self._text_encoder.info)

    def _around(self, points: Matrix, k: int, filters: str) -> tuple[SampleIds, Matrix]:
        """Return the sounds around any of the points, and their directions."""
        within = self._library.filter_ids(parse_query(filters).filters)
        found = [self._index.search(self._space.aim(point), k, within)[0] for point in points]
        ids = np.unique(np.concatenate(found))
        return ids, self._space.directions(self._index.get(ids))


def _from_end_to_end(pool: SampleIds, rows: Matrix, points: Matrix) -> SampleIds:
    """Leave out what lies before the sound nearest to the start or behind the one nearest to the end.

    Those two are then the ends of the cheapest path. Where too few sounds would be left, all stay.
    """
    along = progress(rows[pool], points[0], points[-1])
    first, last = (along[int(np.argmin(angles(rows[pool], point)))] for point in (points[0], points[-1]))
    inner = pool[(along >= first) & (along <= last)]
    return inner if len(inner) >= len(points) else pool


def _thin(pool: SampleIds, rows: Matrix, points: Matrix, seed: int) -> SampleIds:
    """Leave out half of the pool by lot, but never the sounds nearest to the ends, nor more than a path needs."""
    rng = np.random.default_rng(seed)
    is_kept = rng.random(len(pool)) < _KEPT_SHARE
    for point in (points[0], points[-1]):
        is_kept[int(np.argmin(angles(rows[pool], point)))] = True
    return pool[is_kept] if int(is_kept.sum()) >= len(points) else pool


def _choose(rows: Matrix, points: Matrix, folders: Sequence[Path] | None) -> list[int] | None:
    """Choose the steps; where a folder comes twice, the nearer of its sounds stays and its others are given up."""
    left = np.arange(len(rows))
    while True:
        chosen = choose_steps(rows[left], points)
        if chosen is None:
            return None
        steps = [int(left[place]) for place in chosen]
        clash = None if folders is None else _find_clash(steps, rows, points, folders)
        if folders is None or clash is None:
            return steps
        left = np.array([place for place in left if place == clash or folders[place] != folders[clash]])


def _find_clash(steps: Sequence[int], rows: Matrix, points: Matrix, folders: Sequence[Path]) -> int | None:
    """Return the step to keep of the first folder that has several; None where each has one."""
    for place in steps:
        rivals = [(number, other) for number, other in enumerate(steps) if folders[other] == folders[place]]
        if len(rivals) > 1:
            return min(rivals, key=lambda rival: float(angles(rows[rival[1]][None], points[rival[0]])[0]))[1]
    return None
