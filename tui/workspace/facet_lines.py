"""The lines of the facet panel, from counts and the query."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from db.errors import QueryError
from db.keys import KEYS
from db.library import Library
from db.query.filters import UNSURE
from db.query.parser import Filter, parse_query
from db.read.facets import TagTable
from db.types import Collection, SampleIds, TagName
from indexer.search.attribute_words import attribute_words
from tui.workspace.query_line import ONE_AT_A_TIME, filter_text

Counts = npt.NDArray[np.int64]
_FILTER_OF_FACET = {"type": "type", "form": "form"}


@dataclass(frozen=True, slots=True)
class FacetLine:
    """One line of the panel.

    Attributes:
        filter: As it is written in a query line, such as ``type:kick``; empty for a heading.
        depth: How far it is indented.
        is_on: The query holds the filter now.
    """

    label: str
    n_samples: int
    filter: str = ""
    depth: int = 0
    is_on: bool = False


def facet_lines(
    table: TagTable, counts: Counts, n_unsure: int, collections: Sequence[Collection], query: str
) -> list[FacetLine]:
    """Lay out types under their families, then the other facets, then collections; what counts 0 is left out."""
    active = active_filters(query)
    counted = [(tag, int(n)) for tag, n in zip(table.tags, counts, strict=True)]
    lines: list[FacetLine] = []
    for facet in dict.fromkeys(["type", "form", *(tag.facet for tag in table.tags)]):
        own = [(tag, n) for tag, n in counted if tag.facet == facet]
        found = list(_family_lines(own, active) if facet == "type" else _plain_lines(facet, own, active))
        if facet == "type" and n_unsure:
            found.append(FacetLine(UNSURE, n_unsure, f"type:{UNSURE}", 0, f"type:{UNSURE}" in active))
        if found:
            lines += [FacetLine("tags" if facet == "user" else facet, 0), *found]
    if collections:
        lines.append(FacetLine("collections", 0))
        for collection in collections:
            text = filter_text("collection", collection.name)
            lines.append(FacetLine(collection.name, collection.n_samples, text, 0, text in active))
    return lines


def count_facets(table: TagTable, library: Library, filters: Sequence[Filter], within: SampleIds | None) -> Counts:
    """Count each tag among the sounds that pass the filters; types and forms as if their own filter were not set.

    So that one can go from kicks to snares without freeing the list first. ``within`` are the sounds that pass all
    filters; None for all sounds.
    """
    counts = table.count(within)
    for facet in ONE_AT_A_TIME:
        others = [condition for condition in filters if condition.name != facet or condition.is_excluded]
        if len(others) < len(filters):
            is_own = np.array([tag.facet == facet for tag in table.tags], np.bool_)
            counts[is_own] = table.count(library.filter_ids(others))[is_own]
    return counts


def count_unsure(library: Library, filters: Sequence[Filter]) -> int:
    """Count the sounds without a type among those that pass the filters, as if none asked for a type."""
    others = [condition for condition in filters if condition.name != "type" or condition.is_excluded]
    ids = library.filter_ids([*others, Filter("type", UNSURE)])
    return 0 if ids is None else len(ids)


def known_values(table: TagTable, collections: Sequence[Collection]) -> dict[str, Sequence[str]]:
    """Return what may stand behind the name of a filter, for completion; under no name, words to search by."""
    by_facet = {facet: [tag.name for tag in table.tags if tag.facet == facet] for facet in ONE_AT_A_TIME}
    families = dict.fromkeys(tag.parent for tag in table.tags if tag.facet == "type" and tag.parent)
    types = [*families, *by_facet["type"], UNSURE]
    others = [tag.name for tag in table.tags if tag.facet not in ONE_AT_A_TIME]
    return {
        "type": types,
        "form": by_facet["form"],
        "tag": [*others, *types],
        "collection": [collection.name for collection in collections],
        "key": KEYS,
        "channels": ("mono", "stereo"),
        "": [*(word for word in (*types[:-1], *others) if word.isalpha()), *attribute_words()],
    }


def active_filters(query: str) -> frozenset[str]:
    """Return the filters of a query line, as written by `filter_text`; none while it cannot be read."""
    try:
        return frozenset(str(condition) for condition in parse_query(query).filters)
    except QueryError:
        return frozenset()


def _family_lines(own: Sequence[tuple[TagName, int]], active: frozenset[str]) -> Iterator[FacetLine]:
    families: dict[str, list[tuple[TagName, int]]] = {}
    for tag, n in own:
        families.setdefault(tag.parent or tag.name, []).append((tag, n))
    for family, tags in sorted(families.items(), key=lambda item: -sum(n for _, n in item[1])):
        total = sum(n for _, n in tags)
        if not total:
            continue
        text = filter_text("type", family)
        yield FacetLine(family, total, text, 0, text in active)
        for tag, n in sorted(tags, key=lambda item: -item[1]):
            if n and tag.name != family:
                text = filter_text("type", tag.name)
                yield FacetLine(tag.name, n, text, 1, text in active)


def _plain_lines(facet: str, own: Sequence[tuple[TagName, int]], active: frozenset[str]) -> Iterator[FacetLine]:
    for tag, n in sorted(own, key=lambda item: -item[1]):
        if n:
            text = filter_text(_FILTER_OF_FACET.get(facet, "tag"), tag.name)
            yield FacetLine(tag.name, n, text, 0, text in active)
