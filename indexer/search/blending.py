"""Find the real sounds nearest to points between others."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from db.errors import UsageError
from db.paths import display_text
from db.query.parser import parse_filters
from db.types import Matrix, Sample, SampleIds, Vector
from db.vectors.flat_index import VectorIndex
from indexer.encoders.prompts import describe, unit
from indexer.latent.interpolation import interpolation_path, spherical_mean
from indexer.latent.path_selection import PathEnds, select_path
from indexer.latent.sphere import CenteredSpace, angles, distinct, is_between, progress
from indexer.search.request import Example
from indexer.search.service import SearchService
from indexer.search.words_place import locate_words

_NEAR_DUPLICATE = 0.985  # cosine of directions; takes of one hit stay apart, re-encodings do not
_DIGITS = 2  # of an angle; below it lies the noise of float16, and the sound that came first is taken
_POOL = 96  # sounds to select from for each step
_PULL = 0.5  # of a word added or subtracted
_KEPT_SHARE = 0.5  # of the pool, where variety is asked for
_MIDDLE = 0.2  # of the way; what lies nearer to an end sounds like that end


@dataclass(frozen=True, slots=True)
class BlendEnd:
    """One of the sounds or descriptions that are blended.

    Attributes:
        direction: From the centre of all sounds, a unit vector, shape ``(dim,)``.
        sample_id: The sound of the library that it is, if it is one.
    """

    direction: Vector
    sample_id: int | None = None


@dataclass(frozen=True, slots=True)
class BlendHit:
    """A real sound near a point.

    Attributes:
        at: Where on the path the point lies, 0 to 1; 0 for a single point.
        distance_degrees: Angle between the point and the sound, 0 to 180.
        is_between: It is nearer to both ends than they are to each other; true for a single point.
    """

    sample: Sample
    at: float
    distance_degrees: float
    is_between: bool

    @property
    def path(self) -> Path:
        """Where the sound lies: the first place that is there now."""
        return self.sample.path


@dataclass(frozen=True, slots=True)
class BlendPath:
    """Real sounds from one end to the other, one per step.

    Attributes:
        steps: In order; empty where fewer sounds lie between the ends than there are steps.
        is_bridged: Something lies between the ends: an inner step is closer to both than they to each other, and far
            enough from each to sound like neither.
    """

    steps: tuple[BlendHit, ...]
    is_bridged: bool


class Blender:
    """Find what lies between sounds, over the library and the encoder of a search service."""

    def __init__(self, service: SearchService) -> None:
        self._service = service
        self._library = service.library
        self._encoder = service.text_encoder
        self._space = CenteredSpace(self._encoder.audio_center)

    def locate(self, end: Example | str) -> BlendEnd:
        """Return where a sound or a description lies.

        A description lies where the sounds that match it best do: `indexer.search.words_place`.

        Raises:
            QueryError: A filter among the words is invalid.
            SoundError: The sound cannot be decoded.
            UsageError: The words describe nothing.
        """
        if isinstance(end, str):
            direction = locate_words(end, self._service.search, self._index, self._encoder)
            if direction is None:
                raise UsageError(f"{display_text(end)} describes no sound; use words such as warm pad.")
            return BlendEnd(direction)
        sample_id, embedding = self._service.embed(end)
        return BlendEnd(self._space.to_directions(embedding[None])[0], sample_id)

    def pull(self, end: BlendEnd, plus: Sequence[str], minus: Sequence[str]) -> BlendEnd:
        """Move an end towards some words and away from others; it is then no longer the sound that it was."""
        weighted = [(word, _PULL) for word in plus] + [(word, -_PULL) for word in minus]
        if not weighted:
            return end
        rows = describe(self._encoder, [word for word, _ in weighted])
        weights = np.array([weight for _, weight in weighted], np.float32)
        return BlendEnd(unit(end.direction + weights @ rows))

    def between(self, ends: Sequence[BlendEnd], weights: Sequence[float]) -> BlendEnd:
        """Return the point between some ends.

        Args:
            ends: At least one.
            weights: One per end, not negative, not all 0; only their proportion counts.

        Raises:
            UsageError: The ends are opposite, so that no single point lies between them.
        """
        try:
            return BlendEnd(spherical_mean(np.stack([end.direction for end in ends]), weights))
        except ValueError as error:
            raise UsageError("These are opposites: no single point lies between them. Move the weights.") from error

    def near(self, point: Vector, k: int = 12, filters: str = "") -> tuple[BlendHit, ...]:
        """Return the sounds nearest to a point, nearest first, without near-duplicates.

        Raises:
            QueryError: A filter is invalid.
        """
        ids, rows = self._around(point[None], 4 * k + _POOL, filters)
        distances = angles(rows, point)
        order = np.argsort(distances, kind="stable")
        chosen = order[distinct(rows[order], _NEAR_DUPLICATE)[:k]]
        samples = {sample.id: sample for sample in self._service.samples(ids[chosen].tolist(), filters)}
        return tuple(
            BlendHit(samples[int(ids[place])], 0.0, float(np.degrees(distances[place])), is_between=True)
            for place in chosen
            if int(ids[place]) in samples  # else its last file went while we searched
        )

    def path(
        self,
        start: BlendEnd,
        end: BlendEnd,
        n_steps: int,
        *,
        filters: str = "",
        one_per_folder: bool = False,
        seed: int | None = None,
    ) -> BlendPath:
        """Find real sounds from one end to the other: no repeats, no near-duplicates, always onwards.

        Args:
            start: Where it begins; a sound of the library stands first, whatever else is asked.
            end: Where it ends; likewise last.
            n_steps: Sounds on the path, both ends included; at least 2.
            filters: A query line; only sounds that pass it are taken.
            one_per_folder: Take at most one sound from each folder.
            seed: For variety: leaves out half of the candidates between the ends, at random.

        Raises:
            QueryError: A filter is invalid.
            UsageError: The ends are opposite, or there are less than two steps.
        """
        if n_steps < 2:
            raise UsageError("A path has at least two steps: its ends.")
        try:
            points = interpolation_path(start.direction, end.direction, n_steps)
        except ValueError as error:
            raise UsageError("These are opposites: no single path lies between them. Take other ends.") from error
        given = [kept.sample_id for kept in (start, end) if kept.sample_id is not None]
        present = self._index.known(np.array(given, np.int64))
        ids, rows = self._around(points, _POOL, filters, present)
        if seed is not None:
            kept = _thin(rows, points, np.isin(ids, present), seed)
            ids, rows = ids[kept], rows[kept]
        chosen = select_path(
            rows,
            points,
            max_cosine=_NEAR_DUPLICATE,
            groups=self._folders(ids) if one_per_folder else None,
            ends=_find_ends(ids, start.sample_id, end.sample_id),
        )
        if chosen is None:
            return BlendPath((), is_bridged=False)
        steps = self._steps(ids[chosen], rows[chosen], points, filters)
        return BlendPath(steps, is_bridged=_is_bridged(rows[chosen[1:-1]], points[0], points[-1]))

    def _steps(self, ids: SampleIds, rows: Matrix, points: Matrix, filters: str) -> tuple[BlendHit, ...]:
        between = is_between(rows, points[0], points[-1])
        samples = {sample.id: sample for sample in self._service.samples(ids.tolist(), filters)}
        return tuple(
            BlendHit(
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
        return self._library.vectors(self._encoder.info)

    def _around(
        self, points: Matrix, k: int, filters: str, always: SampleIds | None = None
    ) -> tuple[SampleIds, Matrix]:
        """Return the sounds around any of the points, and some given ones, with their directions; ascending by id."""
        within = self._library.scope(parse_filters(filters))
        found = [self._index.search(self._space.to_embedding(point), k, within)[0] for point in points]
        ids = np.unique(np.concatenate(found if always is None else [*found, always]))
        return ids, self._space.to_directions(self._index.get(ids))


def _find_ends(ids: SampleIds, first_id: int | None, last_id: int | None) -> PathEnds:
    """Return where the given ends stand among the ids, if they do; a sound that is both ends is the first."""
    first, last = (next(iter(np.flatnonzero(ids == end_id).tolist()), None) for end_id in (first_id, last_id))
    return PathEnds(first, None if last == first else last)


def _thin(rows: Matrix, points: Matrix, is_end: npt.NDArray[np.bool_], seed: int) -> SampleIds:
    """Leave out near-duplicates, and half of the rest at random; never the ends, nor more than a path needs."""
    distances = np.min([angles(rows, point) for point in points], axis=0)
    nearest = np.argsort(distances.round(_DIGITS), kind="stable")
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
