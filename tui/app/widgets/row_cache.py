"""The rows of a list that are in memory."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence

from tui.workspace.listing.columns import Row

# Some screens. Thousands would be quick to come back to, and every one is a hundred objects that the garbage collector
# looks through while the screen waits.
_N_ROWS = 1024


class RowCache:
    """Keep the rows that were supplied last, and know which to ask for.

    A row that has changed in the library is drawn as it was until it comes anew.
    """

    def __init__(self) -> None:
        self._rows: OrderedDict[int, Row] = OrderedDict()
        self._fresh: set[int] = set()  # rows that are as the library has them
        self._asked: set[int] = set()

    def get(self, sample_id: int) -> Row | None:
        return self._rows.get(sample_id)

    def rows(self) -> list[Row]:
        return list(self._rows.values())

    def begin(self, rows: Mapping[int, Row], *, keep: bool) -> None:
        """Begin with some rows, beside the others or in place of them."""
        if not keep:
            self._rows.clear()
        self._rows.update(rows)
        self._fresh = set(rows)
        self._asked.clear()

    def supply(self, rows: Mapping[int, Row]) -> None:
        """Take in rows that were asked for, or newer ones."""
        for sample_id, row in rows.items():
            self._rows[sample_id] = row
            self._rows.move_to_end(sample_id)
        self._fresh.update(rows)
        self._asked.difference_update(rows)
        while len(self._rows) > _N_ROWS:
            self._fresh.discard(self._rows.popitem(last=False)[0])

    def forget(self, ids: Iterable[int]) -> None:
        """Ask anew for rows that have changed."""
        self._fresh.difference_update(ids)
        self._asked.clear()

    def ask(self, near: Sequence[int], around: Sequence[int]) -> list[int]:
        """Return which rows are to be asked for: none while all that are near are there or on their way.

        Args:
            near: Sample ids of rows in sight, or nearly so.
            around: Those that are asked for with them.
        """
        if all(sample_id in self._fresh or sample_id in self._asked for sample_id in near):
            return []
        missing = [sample_id for sample_id in dict.fromkeys(around) if sample_id not in self._fresh]
        self._asked = set(missing)  # what was asked for before may have been dropped for this
        return missing
