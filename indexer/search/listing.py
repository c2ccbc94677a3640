"""Lists of sounds, and sorting by what is known of them."""

from collections.abc import Sequence

import numpy as np

from db.errors import QueryError
from db.library import Library
from db.query.parser import Query, lone_collection
from db.read.orders import ORDERS, PASSING, Ranks, sort_places
from db.types import SampleIds
from indexer.search.candidates import Floats

_ADDED = "added"
_TIES = ("name", False)  # what decides in a list where the keys that were asked for do not


class SortOrders:
    """The orders of a library, each read once until the library changes."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._generation = -1
        self._ranks: dict[str, Ranks] = {}

    def everything(self) -> SampleIds:
        """Return all sounds on record as they came into the library."""
        return self._get(_ADDED).ids

    def sort(self, ids: SampleIds, order: str, *, is_ranked: bool) -> SampleIds:
        """Return the places of sounds in an order.

        Args:
            ids: Sounds, best first if they are ranked.
            order: As in `SearchRequest`.
            is_ranked: Of two sounds that are equal in this order, the better one comes first; else the name decides.

        Raises:
            QueryError: There is no such order.
        """
        keys = [*parse_order(order), *([] if is_ranked else [_TIES])]
        return sort_places([(self._ranks_of(ids, name), is_descending) for name, is_descending in keys])

    def _ranks_of(self, ids: SampleIds, name: str) -> SampleIds:
        known = self._get(name)
        places = np.searchsorted(known.ids, ids).clip(max=max(len(known.ids) - 1, 0))
        return np.where(known.ids[places] == ids, known.ranks[places], -1) if len(known.ids) else np.full(len(ids), -1)

    def _get(self, name: str) -> Ranks:
        generation = self._library.generation()
        if generation != self._generation:
            self._generation, self._ranks = generation, {}
        if name not in self._ranks or name in PASSING:
            self._ranks[name] = self._library.ranks(name)
        return self._ranks[name]


def parse_order(order: str) -> Sequence[tuple[str, bool]]:
    """Return the names of an order, most important first, and whether each is descending.

    Raises:
        QueryError: A name is not one of `db.read.orders.ORDERS`.
    """
    keys = [(key.lstrip("-"), key.startswith("-")) for key in order.replace(" ", "").split(",") if key]
    for name, _ in keys:
        if name not in ORDERS:
            raise QueryError(f"Sounds cannot be sorted by {name!r}. They can by {', '.join(ORDERS)}.")
    return keys


def list_sounds(
    library: Library, orders: SortOrders, query: Query, within: SampleIds | None
) -> tuple[SampleIds, Floats | None]:
    """Return the sounds that pass the filters in their natural order, and how sure the tags that are asked for are.

    Those of one collection come in its own order, those with a tag the surest first, others as they came into the
    library. The confidences are None where no tag is asked for.
    """
    if within is None:
        return orders.everything(), None
    collection = lone_collection(query.filters)
    if collection is not None:
        members = np.array(library.collection_ids(collection), np.int64)
        return members[np.isin(members, within)], None
    confidences = library.filter_confidence(query.filters, within)
    if confidences is None:
        return within, None
    order = np.argsort(-confidences, kind="stable")
    return within[order], confidences[order]
