"""Orders of a list, as the user builds them column by column."""

from tui.workspace.columns import COLUMNS

_DESCENDING_FIRST = frozenset({"stars", "added", "heard", "used"})  # columns of which the most is wanted first


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
    parts = [
        COLUMNS[key.lstrip("-")].title + (" (descending)" if key.startswith("-") else "") for key in order.split(",")
    ]
    return ", then ".join(parts)
