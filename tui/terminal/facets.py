"""The library by facet, drawn as a tree with bars."""

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from db.paths import display_text
from tui import formatting
from tui.workspace.listing.facet_tree import FacetCount, FacetTree, TagCount

_BAR_WIDTH = 24


def facet_table(tree: FacetTree) -> Group:
    """Lay out a bar for each tag; sounds without a tag of a facet come last, as unsure."""
    parts: list[RenderableType] = [Text(formatting.count(tree.n_samples, "sound"))]
    for facet in tree.facets:
        parts += [Text(), Text("tags of your own" if facet.facet == "user" else facet.facet, "dim"), _bars(facet)]
    return Group(*parts)


def _bars(facet: FacetCount) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(min_width=18, no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(width=_BAR_WIDTH, no_wrap=True)
    most = max(tag.n for tag in facet.tags)
    for depth, tag in _lines(facet.tags):
        bar = Text(formatting.bar(tag.n / most, _BAR_WIDTH), "dim green" if depth else "green")
        table.add_row(Text("  " * depth + display_text(tag.name)), f"{tag.n:,}", bar)
    if facet.n_unsure and facet.facet in {"type", "form"}:
        table.add_row(Text("unsure", "dim"), f"{facet.n_unsure:,}", "")
    return table


def _lines(tags: tuple[TagCount, ...], depth: int = 0) -> Iterator[tuple[int, TagCount]]:
    for tag in tags:
        yield depth, tag
        yield from _lines(tag.tags, depth + 1)
