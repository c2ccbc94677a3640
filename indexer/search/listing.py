"""Lists of sounds in an order that does not come from a description."""

import numpy as np

from db.library import Library
from db.query.parser import Query
from db.types import SampleIds
from indexer.search.candidates import Floats


class SortOrders:
    """The sounds of a library in each of its orders, read once until the library changes."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._generation = -1
        self._sorted: dict[tuple[str, bool], SampleIds] = {}

    def ids(self, order: str = "added", *, is_descending: bool = False) -> SampleIds:
        """Return all sounds on record in one of `db.read.orders.ORDERS`."""
        generation = self._library.generation()
        if generation != self._generation:
            self._generation, self._sorted = generation, {}
        key = (order, is_descending)
        if key not in self._sorted:
            self._sorted[key] = self._library.sorted_ids(order, is_descending=is_descending)
        return self._sorted[key]

    def sort(self, ids: SampleIds | None, order: str, *, is_descending: bool) -> SampleIds:
        """Return some sounds, or all for None, in an order."""
        everything = self.ids(order, is_descending=is_descending)
        return everything if ids is None else everything[np.isin(everything, ids)]


def list_sounds(
    library: Library, orders: SortOrders, query: Query, within: SampleIds | None
) -> tuple[SampleIds, Floats | None]:
    """Return the sounds that pass the filters in their natural order, and how sure the tags that are asked for are.

    Those of one collection come in its own order, those with a tag the surest first, others as they came into the
    library. The confidences are None where no tag is asked for.
    """
    listed = orders.sort(within, "added", is_descending=False)
    if within is None:
        return listed, None
    names = [str(kept.value) for kept in query.filters if kept.name == "collection" and not kept.is_excluded]
    if len(names) == 1:
        members = np.array(library.collection_ids(names[0]), np.int64)
        return members[np.isin(members, within)], None
    confidences = library.filter_confidence(query.filters, listed)
    if confidences is None:
        return listed, None
    order = np.argsort(-confidences, kind="stable")
    return listed[order], confidences[order]
