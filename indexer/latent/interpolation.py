"""Find the real sounds nearest to points between others."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from db.library import Library
from db.query.parser import parse_query
from db.types import Matrix, Sample, SampleIds, Vector
from db.vectors.flat_index import VectorIndex
from indexer.encoders.base import TextEncoder
from indexer.encoders.prompts import combine, describe, unit
from indexer.latent.path_selection import Ends, choose_apart
from indexer.latent.sphere import SoundSpace, angles, distinct, interpolation_path, is_between, progress

_N_EXAMPLES = 16  # sounds that say where words lead
_SHARPNESS = 20.0  # of their weights: one twentieth of likeness less weighs a third
_NEAR_DUPLICATE = 0.985  # cosine of directions; takes of one hit stay apart, re-encodings do not
_DIGITS = 2  # of an angle; below it lies the noise of float16, and the sound that came first is taken
_POOL = 96  # sounds to choose from for each step
_PULL = 0.5  # of a word added or subtracted
_KEPT_SHARE = 0.5  # of the pool, where variety is asked for
_MIDDLE = 0.2  # of the way; what lies nearer to an end sounds like that end


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
        steps: In order; empty where fewer sounds lie between the ends than there are steps.
        is_bridged: Something lies between the ends: an inner step is closer to both than they to each other, and far
            enough from each to sound like neither.
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
        end_ids: tuple[int | None, int | None] = (None, None),
        filters: str = "",
        one_per_folder: bool = False,
        seed: int | None = None,
    ) -> BlendPath:
        """Walk from one end to the other over real sounds: no repeats, no near-duplicates, always onwards.

        Args:
            start: Direction of one end.
            end: Direction of the other.
            n_steps: Sounds on the path, both ends included; at least 2.
            end_ids: Sounds of the library that the ends are: they stand first and last, whatever else is asked.
            filters: A query line; only sounds that pass it are taken.
            one_per_folder: Take at most one sound from each folder.
            seed: For variety: leaves out half of the candidates between the ends, by lot.

        Raises:
            QueryError: A filter cannot be read.
            ValueError: The ends are opposite, or there are less than two steps.
        """
        points = interpolation_path(start, end, n_steps)
        present = self._index.known(np.array([end_id for end_id in end_ids if end_id is not None], np.int64))
        ids, rows = self._around(points, _POOL, filters, present)
        if seed is not None:
            kept = _thin(rows, points, np.isin(ids, present), seed)
            ids, rows = ids[kept], rows[kept]
        ends = _find_ends(ids, end_ids)
        folders = self._folders(ids) if one_per_folder else None
        chosen = choose_apart(rows, points, _NEAR_DUPLICATE, folders, ends)
        if chosen is None:
            return BlendPath((), is_bridged=False)
        steps = self._steps(ids[chosen], rows[chosen], points)
        return BlendPath(steps, is_bridged=_is_bridged(rows[chosen[1:-1]], start, end))

    def _steps(self, ids: SampleIds, rows: Matrix, points: Matrix) -> tuple[Near, ...]:
        between = is_between(rows, points[0], points[-1])
        samples = {sample.id: sample for sample in self._library.samples(ids.tolist())}
        return tuple(
            Near(
                sample=samples[sample_id],
                at=number / (len(points) - 1),
                distance_degrees=float(np.degrees(angles(rows[number][None], points[number])[0])),
                is_between=bool(between[number]),
            )
            for number, sample_id in enumerate(ids.tolist())
            if sample_id in samples  # else its last file went while we searched
        )

    def _folders(self, ids: SampleIds) -> SampleIds:
        """Return a number for the folder of each sound, shape ``(len(ids),)``."""
        folders = {sample.id: sample.paths[0].parent for sample in self._library.samples(ids.tolist())}
        numbers: dict[Path | None, int] = {}
        return np.array([numbers.setdefault(folders.get(sample_id), len(numbers)) for sample_id in ids.tolist()])

    @property
    def _index(self) -> VectorIndex:
        return self._library.vectors(self._text_encoder.info)

    def _around(
        self, points: Matrix, k: int, filters: str, always: SampleIds | None = None
    ) -> tuple[SampleIds, Matrix]:
        """Return the sounds around any of the points, and some given ones, with their directions; ascending by id."""
        within = self._library.filter_ids(parse_query(filters).filters)
        found = [self._index.search(self._space.aim(point), k, within)[0] for point in points]
        ids = np.unique(np.concatenate(found if always is None else [*found, always]))
        return ids, self._space.directions(self._index.get(ids))


def _find_ends(ids: SampleIds, end_ids: tuple[int | None, int | None]) -> Ends:
    """Return where the chosen ends stand among the ids, if they do; a sound that is both ends is the first."""
    first, last = (next(iter(np.flatnonzero(ids == end_id).tolist()), None) for end_id in end_ids)
    return Ends(first, None if last == first else last)


def _thin(rows: Matrix, points: Matrix, is_end: npt.NDArray[np.bool_], seed: int) -> SampleIds:
    """Leave out near-duplicates, and half of the rest by lot; never the ends, nor more than a path needs."""
    apart = np.min([angles(rows, point) for point in points], axis=0)
    nearest = np.argsort(apart.round(_DIGITS), kind="stable")
    pool = np.union1d(nearest[distinct(rows[nearest], _NEAR_DUPLICATE)], np.flatnonzero(is_end))
    is_kept = (np.random.default_rng(seed).random(len(pool)) < _KEPT_SHARE) | is_end[pool]
    for point in (points[0], points[-1]):
        is_kept[int(np.argmin(angles(rows[pool], point)))] = True
    along = progress(rows[pool], points[0], points[-1])
    n_between = int((is_kept & (along >= 0) & (along <= 1)).sum())
    return pool[is_kept] if n_between >= len(points) else pool


def _is_bridged(rows: Matrix, start: Vector, end: Vector) -> bool:
    """Say whether a sound lies between the ends: nearer to both than they are to each other, and near to neither."""
    along = progress(rows, start, end)
    return bool((is_between(rows, start, end) & (along > _MIDDLE) & (along < 1 - _MIDDLE)).any())
