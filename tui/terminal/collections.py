"""Lay out collections and kits."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from db.types import Collection
from tui import formatting
from tui.terminal.output import name_table

if TYPE_CHECKING:
    from rich.table import Table


def collection_table(collections: Sequence[Collection]) -> "Table":
    """Lay out the names of collections with their numbers of sounds."""
    return name_table((one.name, formatting.count(one.n_samples, "sound")) for one in collections)
