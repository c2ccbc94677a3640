"""The details of one sound as a table."""

from collections.abc import Iterable

from rich.table import Table
from rich.text import Text

from db.types import Sample
from tui.workspace.listing.details import detail_lines


def detail_table(sample: Sample, more: Iterable[tuple[str, str]] = ()) -> Table:
    """Lay out the details of a sound, followed by more names and values."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in (*detail_lines(sample), *more):
        table.add_row(name, Text(value, "bold" if name == "name" else ""))
    return table
