"""The library by facet: every tag under its family, with counts."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from db.errors import UsageError
from db.library import Library
from db.paths import display_text
from db.query.parser import parse_filters
from db.read.facets import TagTable
from db.types import SampleIds

_FIRST_FACETS = ("type", "form", "character")


@dataclass(frozen=True, slots=True)
class TagCount:
    """One tag; ``n`` counts each sound once, those of its own ``tags`` included."""

    name: str
    n: int
    tags: tuple["TagCount", ...] = ()


@dataclass(frozen=True, slots=True)
class FacetCount:
    """One facet, most frequent tags first; ``n_unsure`` sounds have none of them."""

    facet: str
    n_unsure: int
    tags: tuple[TagCount, ...]


@dataclass(frozen=True, slots=True)
class FacetTree:
    n_samples: int
    facets: tuple[FacetCount, ...]

    def as_dict(self) -> dict[str, Any]:
        """Everything as plain numbers, strings and lists, for JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class TagPlace:
    """A place in the tree of tags: its sounds, and the counts of their tags.

    Attributes:
        place: Names from the facet down: ``("type", "drums", "kick")``; empty for the whole library.
        ids: The sounds in it, ascending; None for the whole library.
    """

    place: tuple[str, ...]
    ids: SampleIds | None
    tree: FacetTree


def open_place(library: Library, place: str, where: str = "") -> TagPlace:
    """Return a place in the tree: a facet, a family, a type or any tag, by its full path or its end.

    Args:
        library: Open library.
        place: ``type``, ``drums``, ``drums/kick``, ``character/dark``, ...; empty for the whole library.
        where: Filters that the sounds pass.

    Raises:
        UsageError: There is no such place.
        QueryError: A filter is invalid.
    """
    within = library.filter_ids(parse_filters(where))
    table = library.tag_table()
    names, places = _find_place(table, place)
    if len(names) > 1:
        ids = np.unique(table.sample_ids[np.isin(table.tag_places, places)])
        within = ids if within is None else np.intersect1d(ids, within)
    n_samples = library.stats().n_samples if within is None else len(within)
    facets = dict.fromkeys((*_FIRST_FACETS, *sorted(tag.facet for tag in table.tags)))
    shown = [facet for facet in facets if len(names) != 1 or facet == names[0]]
    counted = [_count_facet(table, facet, within, n_samples) for facet in shown]
    return TagPlace(names, within, FacetTree(n_samples, tuple(facet for facet in counted if facet.tags)))


def _find_place(table: TagTable, text: str) -> tuple[tuple[str, ...], list[int]]:
    """Return the names down to a place, and the numbers of the tags in it.

    Raises:
        UsageError: There is no such place.
    """
    wanted = [part.strip().casefold() for part in text.split("/") if part.strip()]
    if not wanted:
        return (), []
    found: dict[tuple[str, ...], list[int]] = {}
    for number, tag in enumerate(table.tags):
        path = (tag.facet, *([tag.parent] if tag.parent else []), tag.name)
        for depth in range(1, len(path) + 1):
            if [name.casefold() for name in path[:depth]][-len(wanted) :] == wanted:
                found.setdefault(path[:depth], []).append(number)
    if not found:
        raise UsageError(f"There is no {display_text(text)} among the tags. See all with: earmark tags")
    names = min(found, key=len)  # "bass" is the family before it is the type in it
    return names, found[names]


def _count_facet(table: TagTable, facet: str, within: SampleIds | None, n_samples: int) -> FacetCount:
    counts = table.count(within)
    places = [place for place, tag in enumerate(table.tags) if tag.facet == facet and counts[place]]
    n_tagged = _count_samples(table, places, within)
    families: dict[str, list[int]] = {}
    for place in places:
        families.setdefault(table.tags[place].parent or table.tags[place].name, []).append(place)
    tags = [
        TagCount(
            family,
            _count_samples(table, own, within),
            _most_first(
                TagCount(table.tags[place].name, int(counts[place])) for place in own if table.tags[place].parent
            ),
        )
        for family, own in families.items()
    ]
    return FacetCount(facet, n_samples - n_tagged, _most_first(tags))


def _most_first(tags: Iterable[TagCount]) -> tuple[TagCount, ...]:
    return tuple(sorted(tags, key=lambda tag: (-tag.n, tag.name)))


def _count_samples(table: TagTable, places: Sequence[int], within: SampleIds | None) -> int:
    ids = table.sample_ids[np.isin(table.tag_places, places)]
    return len(np.unique(ids if within is None else np.intersect1d(ids, within)))
