"""The lines of the facet panel, from counts and the query."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from db.errors import QueryError
from db.keys import KEYS
from db.library import Library
from db.query.filters import UNSURE
from db.query.parser import Filter, parse_filters, parse_query
from db.read.facets import TagTable
from db.read.folders import FolderTable
from db.types import Collection, SampleIds, TagName
from indexer.search.attribute_words import attribute_words
from tui.workspace.query.query_line import filter_text

Counts = npt.NDArray[np.int64]
HIDDEN = "hidden:yes"
ALL_PACKS = "pack:"
"""The filter of the line that opens a list of all packs."""
NEW = "added:week"
LATELY = {NEW: "new this week", "heard:day": "heard today", "used:month": "used recently"}
"""Labels of some filters on time."""
_N_PACKS = 10
_FILTER_OF_FACET = {"type": "type", "form": "form"}


@dataclass(frozen=True, slots=True)
class FacetLine:
    """One line of the panel.

    Attributes:
        filter: Filter as written in a query line, such as ``type:kick``; empty for a heading.
        depth: Level of indentation.
        is_on: The query has the filter.
    """

    label: str
    n_samples: int
    filter: str = ""
    depth: int = 0
    is_on: bool = False


@dataclass(frozen=True, slots=True)
class OtherCounts:
    """Counts of the facet panel other than tags.

    Attributes:
        packs: Number of files by pack, among the sounds that pass all other filters.
        lately: Number of sounds by filter on time, such as ``heard:day``.
        n_hidden: Number of hidden sounds.
    """

    packs: Mapping[str, int] = field(default_factory=dict)
    lately: Mapping[str, int] = field(default_factory=dict)
    n_hidden: int = 0


def facet_lines(
    table: TagTable,
    counts: Counts,
    n_unsure: int,
    collections: Sequence[Collection],
    query: str,
    others: OtherCounts = OtherCounts(),
) -> list[FacetLine]:
    """Return the lines for types by family, other facets, packs, collections and new sounds, without counts of 0.

    Args:
        table: Tags of the library.
        counts: Number of sounds for each tag of the table, shape ``(n_tags,)``.
        n_unsure: Number of sounds without a type.
        collections: Collections of the library.
        query: Query line, whose filters are marked.
        others: Counts other than tags.
    """
    active = active_filters(query)
    return [
        *_tag_lines(table, counts, n_unsure, active),
        *_pack_lines(others.packs, active),
        *_under(
            "collections",
            [_line(one.name, one.n_samples, filter_text("collection", one.name), active) for one in collections],
        ),
        *_under("lately", list(_lately_lines(others, active))),
    ]


def _under(heading: str, lines: Sequence[FacetLine]) -> Sequence[FacetLine]:
    return [FacetLine(heading, 0), *lines] if lines else ()


def _line(label: str, n_samples: int, text: str, active: frozenset[str], depth: int = 0) -> FacetLine:
    return FacetLine(label, n_samples, text, depth, text in active)


def _tag_lines(table: TagTable, counts: Counts, n_unsure: int, active: frozenset[str]) -> Iterator[FacetLine]:
    """Yield the facets with their tags: types by family, then forms, then the others."""
    counted = [(tag, int(n)) for tag, n in zip(table.tags, counts, strict=True)]
    for facet in dict.fromkeys(["type", "form", *(tag.facet for tag in table.tags)]):
        own = [(tag, n) for tag, n in counted if tag.facet == facet]
        found = list(_family_lines(own, active) if facet == "type" else _plain_lines(facet, own, active))
        if facet == "type" and n_unsure:
            found.append(_line(UNSURE, n_unsure, f"type:{UNSURE}", active))
        yield from _under("tags" if facet == "user" else facet, found)


def _lately_lines(others: OtherCounts, active: frozenset[str]) -> Iterator[FacetLine]:
    for text, n in others.lately.items():
        if n:
            yield FacetLine(LATELY[text], n, text, 0, bool(active_filters(text) & active))
    if others.n_hidden:
        yield _line("hidden", others.n_hidden, HIDDEN, active)


def _pack_lines(packs: Mapping[str, int], active: frozenset[str]) -> Iterator[FacetLine]:
    """Yield the largest packs and the chosen ones; nothing if there is only one pack."""
    if len(packs) < 2:
        return
    yield FacetLine("packs", 0)
    listed = sorted(packs.items(), key=lambda item: (-item[1], item[0]))
    for place, (pack, n) in enumerate(listed):
        text = pack_filter(pack)
        if place < _N_PACKS or text in active:
            yield _line(pack, n, text, active)
    if len(listed) > _N_PACKS:
        yield FacetLine(f"all {len(listed):,} packs…", sum(packs.values()), ALL_PACKS)


def pack_filter(pack: str) -> str:
    """Return the filter for a pack, as written in a query line."""
    return filter_text("pack", pack.replace('"', ""))


def count_others(
    library: Library, folders: FolderTable, filters: Sequence[Filter], within: SampleIds | None, n_new: int
) -> OtherCounts:
    """Count packs without the query's own filter on packs, and new, heard, used and hidden sounds of the library.

    Args:
        library: Open library.
        folders: Folders of the sounds.
        filters: Filters of the query.
        within: Samples that pass them; None for all.
        n_new: Number of new sounds, which takes too long to count at each key.
    """
    rest = _without(filters, "pack")
    packs = folders.count_packs(within if len(rest) == len(filters) else library.filter_ids(rest))
    lately = {NEW: n_new, **{text: _n_passing(library, parse_filters(text)) for text in LATELY if text != NEW}}
    return OtherCounts(packs, lately, _n_passing(library, parse_filters(HIDDEN)))


def count_new(library: Library, folders: FolderTable) -> int:
    """Return the number of new sounds; 0 if all sounds are new."""
    listed = library.filter_ids(())
    n_listed = len(np.unique(folders.sample_ids) if listed is None else listed)
    n_new = _n_passing(library, parse_filters(NEW))
    return n_new if n_new < n_listed else 0


def _n_passing(library: Library, filters: Sequence[Filter]) -> int:
    ids = library.filter_ids(filters)
    return 0 if ids is None else len(ids)


def count_facets(table: TagTable, library: Library, filters: Sequence[Filter], within: SampleIds | None) -> Counts:
    """Count the sounds of each tag that pass the filters, shape ``(n_tags,)``.

    Types and forms are counted without the query's own filter on them, so that one can switch from kicks to snares.

    Args:
        table: Tags of the library.
        library: Open library.
        filters: Filters of the query.
        within: Samples that pass all filters; None for all samples.
    """
    counts = table.count(within)
    for facet in _FILTER_OF_FACET:
        others = _without(filters, facet)
        if len(others) < len(filters):
            is_own = np.array([tag.facet == facet for tag in table.tags], np.bool_)
            counts[is_own] = table.count(library.filter_ids(others))[is_own]
    return counts


def count_unsure(library: Library, filters: Sequence[Filter]) -> int:
    """Count the sounds without a type that pass all filters but those on types."""
    return _n_passing(library, [*_without(filters, "type"), Filter("type", UNSURE)])


def _without(filters: Sequence[Filter], name: str) -> list[Filter]:
    """Leave out what filters choose of one kind, but not what they exclude."""
    return [condition for condition in filters if condition.name != name or condition.is_excluded]


def known_values(table: TagTable, collections: Sequence[Collection], packs: Sequence[str]) -> dict[str, Sequence[str]]:
    """Return the values of filters by name, for completion; under "" words to search by."""
    by_facet = {facet: [tag.name for tag in table.tags if tag.facet == facet] for facet in _FILTER_OF_FACET}
    families = dict.fromkeys(tag.parent for tag in table.tags if tag.facet == "type" and tag.parent)
    types = [*families, *by_facet["type"], UNSURE]
    others = [tag.name for tag in table.tags if tag.facet not in _FILTER_OF_FACET]
    return {
        "type": types,
        "form": by_facet["form"],
        "tag": [*others, *types],
        "collection": [collection.name for collection in collections],
        "key": KEYS,
        "channels": ("mono", "stereo"),
        "pack": packs,
        "hidden": ("yes", "any"),
        **dict.fromkeys(("added", "heard", "used"), ("day", "week", "month", "year")),
        "": [*(word for word in (*types[:-1], *others) if word.isalpha()), *attribute_words()],
    }


def active_filters(query: str) -> frozenset[str]:
    """Return the filters of a query line, as written by `filter_text`; none while it is invalid."""
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
        yield _line(family, total, filter_text("type", family), active)
        for tag, n in sorted(tags, key=lambda item: -item[1]):
            if n and tag.name != family:
                yield _line(tag.name, n, filter_text("type", tag.name), active, depth=1)


def _plain_lines(facet: str, own: Sequence[tuple[TagName, int]], active: frozenset[str]) -> Iterator[FacetLine]:
    for tag, n in sorted(own, key=lambda item: -item[1]):
        if n:
            yield _line(tag.name, n, filter_text(_FILTER_OF_FACET.get(facet, "tag"), tag.name), active)
