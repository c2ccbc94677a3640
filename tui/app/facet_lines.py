"""The lines of the facet panel, from counts and the query."""

import re
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from db.errors import QueryError
from db.facets import FacetTag, TagTable
from db.query import parse_query
from db.records import Collection
from tui.app.widgets.facets import FacetLine

Counts = npt.NDArray[np.int64]
_FILTER_OF_FACET = {"type": "type", "form": "form"}


def facet_lines(table: TagTable, counts: Counts, collections: Sequence[Collection], query: str) -> list[FacetLine]:
    """Lay out types under their families, then the other facets, then collections; what counts 0 is left out."""
    active = active_filters(query)
    counted = [(tag, int(n)) for tag, n in zip(table.tags, counts, strict=True)]
    lines: list[FacetLine] = []
    for facet in dict.fromkeys(["type", "form", *(tag.facet for tag in table.tags)]):
        own = [(tag, n) for tag, n in counted if tag.facet == facet]
        found = list(_family_lines(own, active) if facet == "type" else _plain_lines(facet, own, active))
        if found:
            lines += [FacetLine("tags" if facet == "user" else facet, 0), *found]
    if collections:
        lines.append(FacetLine("collections", 0))
        for collection in collections:
            text = filter_text("collection", collection.name)
            lines.append(FacetLine(collection.name, collection.n_samples, text, 0, text in active))
    return lines


def filter_text(name: str, value: str) -> str:
    """Return a filter as it is written in a query line."""
    quoted = f'"{value}"' if re.search(r"\s", value) else value
    return f"{name}:{quoted}"


def active_filters(query: str) -> frozenset[str]:
    """Return the filters of a query line, as written by `filter_text`; none while it cannot be read."""
    try:
        return frozenset(str(condition) for condition in parse_query(query).filters)
    except QueryError:
        return frozenset()


def toggle_filter(query: str, text: str) -> str:
    """Return the query with a filter added, or taken out where it is in."""
    pattern = rf"(?:^|(?<=\s)){re.escape(text)}(?=\s|$)\s*"
    without = re.sub(pattern, "", query)
    return without if without != query else f"{query.rstrip()} {text} ".lstrip()


def _family_lines(own: Sequence[tuple[FacetTag, int]], active: frozenset[str]) -> Iterator[FacetLine]:
    families: dict[str, list[tuple[FacetTag, int]]] = {}
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


def _plain_lines(facet: str, own: Sequence[tuple[FacetTag, int]], active: frozenset[str]) -> Iterator[FacetLine]:
    for tag, n in sorted(own, key=lambda item: -item[1]):
        if n:
            text = filter_text(_FILTER_OF_FACET.get(facet, "tag"), tag.name)
            yield FacetLine(tag.name, n, text, 0, text in active)
