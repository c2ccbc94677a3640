"""The library as points: where each sound lies, what family it is of. Knows nothing of Textual."""

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from db.errors import LibraryBusyError, LibraryReadOnlyError
from db.types import SampleIds
from indexer.latent.map_layout import Places, lay_out, place_among
from tui.workspace.columns import FAMILIES
from tui.workspace.session import Session

_LEAST_HALF, _MOST_HALF = 0.01, 1.5  # of a view: so near and so far can be seen
_MAX_NEW_SHARE = 0.3  # more new sounds than this, and the map is laid out again


@dataclass(frozen=True, slots=True)
class SoundMap:
    """Points of the map, by id.

    Attributes:
        families: Place of each sound's family in `FAMILIES`; their number where it has none, shape ``(n,)``.
    """

    ids: SampleIds
    places: Places
    families: npt.NDArray[np.int64]

    def is_same(self, other: "SoundMap") -> bool:
        """Say whether another map looks like this one."""
        pairs = ((self.ids, other.ids), (self.places, other.places), (self.families, other.families))
        return all(np.array_equal(mine, its) for mine, its in pairs)


@dataclass(frozen=True, slots=True)
class View:
    """The part of the map that is seen: its middle and half its width, in the units of the map."""

    x: float = 0.0
    y: float = 0.0
    half: float = 1.1

    @classmethod
    def of(cls, numbers: Sequence[float]) -> "View":
        """Return the view of these three numbers; the whole map where they are none."""
        if len(numbers) != 3 or not np.isfinite(numbers).all():
            return cls()
        x, y, half = np.clip(numbers, [-2, -2, _LEAST_HALF], [2, 2, _MOST_HALF]).tolist()
        return cls(x, y, half)

    def zoomed(self, factor: float, x: float, y: float) -> "View":
        """Return a view nearer by ``factor``, in which (x, y) keeps its place."""
        half = min(max(self.half / factor, _LEAST_HALF), _MOST_HALF)
        share = half / self.half
        return replace(self, x=x + (self.x - x) * share, y=y + (self.y - y) * share, half=half)

    def containing(self, x: float, y: float) -> "View":
        """Return the view moved just so far that (x, y) is well inside."""
        inner = 0.9 * self.half
        return replace(self, x=min(max(self.x, x - inner), x + inner), y=min(max(self.y, y - inner), y + inner))


def load_map(session: Session, on_progress: Callable[[float], None], is_cancelled: Callable[[], bool]) -> SoundMap:
    """Read the map; lay it out where there is none yet, and place what is new.

    A library that cannot be written now has its map as well: it is laid out anew at each start.
    """
    info = session.text_encoder.info
    index = session.library.vectors(info)
    wanted = index.known()
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
    return SoundMap(ids, places, _families(session, ids))


def _merged(ids: SampleIds, places: Places, others: SampleIds, found: Places) -> tuple[SampleIds, Places]:
    """Return all points by ascending id; ``found`` counts where a sound is among both."""
    is_kept = ~np.isin(ids, others)
    merged = np.concatenate([ids[is_kept], others])
    order = np.argsort(merged)
    return merged[order], np.concatenate([places[is_kept], found])[order]


def _families(session: Session, ids: SampleIds) -> npt.NDArray[np.int64]:
    table = session.tag_table()
    known = {name: place for place, name in enumerate(FAMILIES)}
    of_tag = np.array(
        [known.get(tag.parent or tag.name, len(FAMILIES)) if tag.facet == "type" else -1 for tag in table.tags],
        np.int64,
    )
    families = np.full(len(ids), len(FAMILIES), np.int64)
    if len(ids) and len(table.sample_ids):
        of_pair = of_tag[table.tag_places]
        shown = (of_pair >= 0) & np.isin(table.sample_ids, ids)
        families[np.searchsorted(ids, table.sample_ids[shown])] = of_pair[shown]
    return families


def nearest(sound_map: SoundMap, x: float, y: float, n: int) -> npt.NDArray[np.int64]:
    """Return the rows of the points nearest to a place, nearest first."""
    squared = ((sound_map.places - np.array([x, y], np.float32)) ** 2).sum(axis=1)
    n = min(n, len(squared))
    rows = np.argpartition(squared, n - 1)[:n] if n else np.empty(0, np.int64)
    return rows[np.argsort(squared[rows], kind="stable")]


def neighbour_towards(sound_map: SoundMap, row: int, right: int, down: int) -> int | None:
    """Return the row of the next point in a direction, within 45 degrees of it; None where none lies there."""
    offset = sound_map.places - sound_map.places[row]
    along = offset[:, 0] * right + offset[:, 1] * down
    across = np.abs(offset[:, 0] * down - offset[:, 1] * right)
    cost = np.where((along > 0) & (across <= along), along + 2 * across, np.inf)
    best = int(cost.argmin())
    return best if np.isfinite(cost[best]) else None


def within_box(sound_map: SoundMap, first: tuple[float, float], last: tuple[float, float]) -> SampleIds:
    """Return the sounds in the rectangle between two places."""
    low, high = np.minimum(first, last), np.maximum(first, last)
    inside: SampleIds = sound_map.ids[((sound_map.places >= low) & (sound_map.places <= high)).all(axis=1)]
    return inside
