"""The library by facet: every tag under its family, with counts."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from db.facets import TagTable
from db.library import Library
from db.query import parse_query
from db.records import SampleIds

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


def facet_tree(library: Library, where: str = "") -> FacetTree:
    """Count the tags of a library, or of the sounds that pass some filters.

    Raises:
        QueryError: A filter cannot be read.
    """
    within = library.filter_ids(parse_query(where).filters)
    table = library.tag_table()
    n_samples = library.stats().n_samples if within is None else len(within)
    facets = dict.fromkeys((*_FIRST_FACETS, *sorted(tag.facet for tag in table.tags)))
    counted = [_count_facet(table, facet, within, n_samples) for facet in facets]
    return FacetTree(n_samples, tuple(facet for facet in counted if facet.tags))


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
