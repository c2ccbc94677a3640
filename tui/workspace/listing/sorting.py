"""Orders of a list, built by the user column by column."""

from tui.workspace.listing.columns import COLUMNS

_TIMES = frozenset({"added", "heard", "used"})
FIRST_ORDERS = ("name", "added", "heard", "used", "stars", "type", "length", "tempo", "key", "pack", "folder")
"""Columns in the order in which they are offered."""
_DESCENDING_FIRST = _TIMES | {"stars"}  # columns that are first sorted in descending order


def next_order(order: str, column: str) -> str:
    """Return the order after a column was chosen: by that column, then by the one before.

    Args:
        order: Current order, as in `SearchRequest.order`.
        column: Key of the column; if it is first in the order, its direction is reversed.
    """
    first, _, rest = order.partition(",")
    if column == first.lstrip("-"):
        turned = first[1:] if first.startswith("-") else f"-{first}"
        return ",".join(part for part in (turned, rest) if part)
    new = f"-{column}" if column in _DESCENDING_FIRST else column
    return f"{new},{first}" if first else new


def order_text(order: str) -> str:
    """Return an order in words: ``"BPM, then Length (descending)"``."""
    return ", then ".join(map(_part_text, order.split(",")))


def _part_text(key: str) -> str:
    name, is_descending = key.lstrip("-"), key.startswith("-")
    if name in _TIMES:
        return COLUMNS[name].title + (" (latest first)" if is_descending else " (earliest first)")
    return COLUMNS[name].title + (" (descending)" if is_descending else "")
