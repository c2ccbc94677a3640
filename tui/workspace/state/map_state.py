"""The map: the position, type and colour of each sound, without Textual."""

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from db.errors import LibraryBusyError, LibraryReadOnlyError
from db.read.facets import TagTable
from db.types import SampleIds
from indexer.latent.map_layout import Places, lay_out, place_among
from tui.workspace.listing.columns import FAMILIES
from tui.workspace.session import Session

_LEAST_HALF, _MOST_HALF = 0.01, 1.5  # limits of the zoom
_MAX_NEW_SHARE = 0.3  # of new sounds, above which the map is laid out again
_FILLING_SHARE = 0.75  # of the sounds in one family, above which its types have colours
_LEAST_OF_REGION = 5  # sounds of a type that is named on the map
_LEAST_SHARE_OF_REGION = 0.005  # of the map, likewise
_N_BINS = 24  # in each direction, to find the densest place of a type


@dataclass(frozen=True, slots=True)
class SoundMap:
    """Points of the map, in order of id.

    Attributes:
        types: Index of each sound's type in ``type_names``, -1 for none, shape ``(n,)``.
        groups: Index of each sound's colour group in ``group_names``, their number for none, shape ``(n,)``.
        group_names: The families, or the most frequent types if one family fills the map.
    """

    ids: SampleIds
    places: Places
    types: npt.NDArray[np.int64]
    type_names: tuple[str, ...]
    groups: npt.NDArray[np.int64]
    group_names: tuple[str, ...]

    def is_same(self, other: "SoundMap") -> bool:
        """Say whether another map looks like this one."""
        pairs = ((self.ids, other.ids), (self.places, other.places), (self.types, other.types))
        return self.type_names == other.type_names and all(np.array_equal(mine, its) for mine, its in pairs)

    def regions(self) -> "list[Region]":
        """Return the types with many sounds and their densest places, the largest type first."""
        least = max(_LEAST_OF_REGION, _LEAST_SHARE_OF_REGION * len(self.ids))
        counts = np.bincount(self.types[self.types >= 0], minlength=len(self.type_names))
        largest = [number for number in np.argsort(-counts, kind="stable").tolist() if counts[number] >= least]
        return [self._region(number) for number in largest if self.type_names[number] not in FAMILIES]

    def _region(self, number: int) -> "Region":
        is_own = self.types == number
        places = self.places[is_own]
        bins = np.clip(((places + 1) / 2 * _N_BINS).astype(np.int64), 0, _N_BINS - 1) @ (1, _N_BINS)
        x, y = places[bins == np.bincount(bins).argmax()].mean(axis=0).tolist()
        return Region(self.type_names[number], x, y, int(self.groups[is_own][0]))


@dataclass(frozen=True, slots=True)
class Region:
    """The densest place of a type, and the index of its colour group."""

    name: str
    x: float
    y: float
    group: int


@dataclass(frozen=True, slots=True)
class View:
    """The visible part of the map: its centre and half its width, in units of the map."""

    x: float = 0.0
    y: float = 0.0
    half: float = 1.1

    @classmethod
    def of(cls, numbers: Sequence[float]) -> "View":
        """Return the view of three numbers (x, y, half); the whole map if they are invalid."""
        if len(numbers) != 3 or not np.isfinite(numbers).all():
            return cls()
        x, y, half = np.clip(numbers, [-2, -2, _LEAST_HALF], [2, 2, _MOST_HALF]).tolist()
        return cls(x, y, half)

    def zoomed(self, factor: float, x: float, y: float) -> "View":
        """Return a view zoomed in by ``factor``, in which (x, y) keeps its position on screen."""
        half = min(max(self.half / factor, _LEAST_HALF), _MOST_HALF)
        share = half / self.half
        return replace(self, x=x + (self.x - x) * share, y=y + (self.y - y) * share, half=half)

    def containing(self, x: float, y: float) -> "View":
        """Return the view moved by as little as puts (x, y) well inside."""
        inner = 0.9 * self.half
        return replace(self, x=min(max(self.x, x - inner), x + inner), y=min(max(self.y, y - inner), y + inner))


def load_map(session: Session, on_progress: Callable[[float], None], is_cancelled: Callable[[], bool]) -> SoundMap:
    """Read the map; lay it out if there is none, and place new sounds on it.

    For a library that cannot be written, the map is laid out at each start.

    Args:
        session: Library and model.
        on_progress: Called with the share that is done.
        is_cancelled: Polled while the map is laid out.
    """
    info = session.text_encoder.info
    index = session.library.vectors(info)
    wanted = index.known()
    listed = session.library.filter_ids(())
    ids, places = session.library.map_points(info)
    is_placed = np.isin(wanted, ids)
    missing = wanted[~is_placed]
    if len(missing) > _MAX_NEW_SHARE * len(wanted):
        missing, found = wanted, lay_out(index.get(wanted), on_progress=on_progress, is_cancelled=is_cancelled)
    else:
        found = place_among(index.get(missing), index, ids, places)
    if len(missing) and not is_cancelled():
        with contextlib.suppress(LibraryBusyError, LibraryReadOnlyError), session.library.edits() as edits:
            edits.set_map_points(info, missing, found)
        ids, places = _merged(ids, places, missing, found)
    if listed is not None:  # without what is hidden
        is_listed = np.isin(ids, listed)
        ids, places = ids[is_listed], places[is_listed]
    return make_map(session.tag_table(), ids, places)


def _merged(ids: SampleIds, places: Places, others: SampleIds, found: Places) -> tuple[SampleIds, Places]:
    """Return all points by ascending id; ``found`` replaces points of the same ids."""
    is_kept = ~np.isin(ids, others)
    merged = np.concatenate([ids[is_kept], others])
    order = np.argsort(merged)
    return merged[order], np.concatenate([places[is_kept], found])[order]


def make_map(table: TagTable, ids: SampleIds, places: Places) -> SoundMap:
    """Return a map of these sounds, coloured by family, or by type if one family fills it."""
    type_names = tuple(tag.name for tag in table.tags if tag.facet == "type")
    family_of = [tag.parent or tag.name for tag in table.tags if tag.facet == "type"]
    number_of = {name: number for number, name in enumerate(type_names)}
    of_tag = np.array([number_of[tag.name] if tag.facet == "type" else -1 for tag in table.tags], np.int64)
    types = np.full(len(ids), -1, np.int64)
    if len(ids) and len(table.sample_ids):
        of_pair = of_tag[table.tag_places]
        shown = (of_pair >= 0) & np.isin(table.sample_ids, ids)
        types[np.searchsorted(ids, table.sample_ids[shown])] = of_pair[shown]
    counts = np.bincount(types[types >= 0], minlength=len(type_names))
    group_names = _group_names(type_names, family_of, counts)
    places_of_groups = {name: place for place, name in enumerate(group_names)}
    labels = type_names if group_names is not FAMILIES else family_of
    of_type = np.array([places_of_groups.get(label, len(group_names)) for label in [*labels, ""]], np.int64)
    return SoundMap(ids, places, types, type_names, of_type[types], group_names)


def _group_names(type_names: Sequence[str], family_of: Sequence[str], counts: npt.NDArray[np.int64]) -> tuple[str, ...]:
    """Return the colour groups of a map: the families, or the types of a family that fills it."""
    largest = np.argsort(-counts, kind="stable").tolist()
    for family in FAMILIES:
        own = [number for number in largest if family_of[number] == family and type_names[number] != family]
        if len(own) > 1 and counts[own].sum() > _FILLING_SHARE * counts.sum():
            return tuple(type_names[number] for number in own[: len(FAMILIES)] if counts[number])
    return FAMILIES


def nearest(sound_map: SoundMap, x: float, y: float, n: int) -> npt.NDArray[np.int64]:
    """Return the rows of the points nearest to a place, nearest first."""
    squared = ((sound_map.places - np.array([x, y], np.float32)) ** 2).sum(axis=1)
    n = min(n, len(squared))
    rows = np.argpartition(squared, n - 1)[:n] if n else np.empty(0, np.int64)
    return rows[np.argsort(squared[rows], kind="stable")]


def neighbour_towards(sound_map: SoundMap, row: int, right: int, down: int) -> int | None:
    """Return the row of the next point within 45 degrees of a direction; None if there is none."""
    offset = sound_map.places - sound_map.places[row]
    along = offset[:, 0] * right + offset[:, 1] * down
    across = np.abs(offset[:, 0] * down - offset[:, 1] * right)
    cost = np.where((along > 0) & (across <= along), along + 2 * across, np.inf)
    best = int(cost.argmin())
    return best if np.isfinite(cost[best]) else None


def within_box(sound_map: SoundMap, first: tuple[float, float], last: tuple[float, float]) -> npt.NDArray[np.bool_]:
    """Say of each sound whether it lies in the rectangle between two places, shape ``(n,)``."""
    low, high = np.minimum(first, last), np.maximum(first, last)
    is_inside: npt.NDArray[np.bool_] = ((sound_map.places >= low) & (sound_map.places <= high)).all(axis=1)
    return is_inside
