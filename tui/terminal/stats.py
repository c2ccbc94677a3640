"""The statistics of a library as bars."""

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from db.paths import display_text
from db.read.overview import LibraryStats
from tui import formatting
from tui.workspace.listing.overview import Overview

_BAR_WIDTH = 24
_N_TYPES = 20  # the most frequent ones; --json has all


def overview_table(overview: Overview) -> Group:
    """Lay out the totals, the folders and a bar per type, form, length and format."""
    parts: list[RenderableType] = [*_totals(overview.stats)]
    types = dict(list(overview.types.items())[:_N_TYPES])
    for title, counts in (
        ("type", types),
        ("form", overview.forms),
        ("length", overview.lengths),
        ("format", overview.stats.formats),
    ):
        if any(counts.values()):
            parts += [Text(), Text(title, "dim"), _bars(counts)]
    return Group(*parts)


def _totals(stats: LibraryStats) -> list[Text]:
    lines = [
        Text(
            f"{formatting.count(stats.n_samples, 'sound')} in {formatting.count(stats.n_files, 'file')} "
            f"({formatting.count(stats.n_duplicates, 'duplicate')}), "
            f"{formatting.long_duration(stats.duration_seconds)} of audio, "
            f"{formatting.size(stats.size_bytes)}; the library takes {formatting.size(stats.database_bytes)}"
        )
    ]
    if stats.n_problems:
        lines.append(Text(f"{formatting.count(stats.n_problems, 'file')} could not be read; see: earmark problems"))
    lines += [
        Text(f"analysed by {encoder.name} {encoder.revision}: {encoder.n_vectors:,}") for encoder in stats.encoders
    ]
    lines.append(Text())
    for root in stats.roots:
        offline = "" if root.is_online else "  offline"
        lines.append(Text(f"{display_text(root.path)}  {formatting.count(root.n_files, 'file')}{offline}"))
    return lines


def _bars(counts: dict[str, int]) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(min_width=14, no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(width=_BAR_WIDTH, no_wrap=True)
    most = max(counts.values())
    for name, n in counts.items():
        table.add_row(Text(display_text(name)), f"{n:,}", Text(formatting.bar(n / most, _BAR_WIDTH), "green"))
    return table
