"""Orders of a list, as the user builds them column by column."""

from tui.workspace.columns import COLUMNS

_TIMES = frozenset({"added", "heard", "used"})
FIRST_ORDERS = ("name", "added", "heard", "used", "stars", "type", "length", "tempo", "key", "pack", "folder")
"""Columns that people sort by most, first."""
_DESCENDING_FIRST = _TIMES | {"stars"}  # columns of which the most is wanted first


def next_order(order: str, column: str) -> str:
    """Return the order after a column was chosen: it decides first, what decided before breaks its ties.

    Args:
        order: As in `SearchRequest.order`.
        column: Key of a column; the first one of the order is turned round.
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
