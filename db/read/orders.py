"""Sort orders of the library: the rank of each sound by name, tempo, and so on."""

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from db.compiled.orders import FIRST_FILES, RANKS
from db.compiled.samples import PRESENT
from db.engines.base import Transaction
from db.read.folders import read_packs
from db.types import SampleIds

_TEXTS = ("name", "folder", "pack")
PASSING = frozenset({"heard"})
"""Orders that change while the library does not."""
ORDERS = ("added", *_TEXTS, *RANKS, "random")

_DIGITS = re.compile(r"\d+")


class Ranks(NamedTuple):
    """The rank of each sound on record in one sort order.

    Attributes:
        ids: Ascending, shape ``(n,)``.
        ranks: Equal where sounds have the same value; -1 where they have none.
    """

    ids: SampleIds
    ranks: SampleIds


def read_ranks(transaction: Transaction, order: str) -> Ranks:
    """Return where each sound on record stands in an order.

    Raises:
        ValueError: It is not one of `ORDERS`.
    """
    if order not in ORDERS:
        raise ValueError(f"{order!r} is not an order; there are: {', '.join(ORDERS)}")
    ids = transaction.numbers(PRESENT)
    if order == "added":
        return Ranks(ids, ids)
    if order == "random":
        return Ranks(ids, np.random.default_rng().permutation(len(ids)))
    found, found_ranks = _text_ranks(transaction, order) if order in _TEXTS else _value_ranks(transaction, order)
    ranks = np.full(len(ids), -1, np.int64)
    _, places, of_found = np.intersect1d(ids, found, assume_unique=True, return_indices=True)
    ranks[places] = found_ranks[of_found]
    return Ranks(ids, ranks)


def sort_places(keys: Sequence[tuple[SampleIds, bool]]) -> SampleIds:
    """Return the places of sounds in an order of several keys; sounds without a value come last either way.

    Args:
        keys: Ranks of the sounds, and whether the order is descending, most important first; ties stay as they are.
    """
    columns = [(ranks < 0, -ranks if is_descending else ranks) for ranks, is_descending in keys]
    return np.lexsort([column for pair in reversed(columns) for column in reversed(pair)])


def natural_key(name: str) -> str:
    """Return what a name is sorted by, so that 2 comes before 10 and case does not matter."""
    return _DIGITS.sub(_sortable, name.casefold())


def _sortable(digits: re.Match[str]) -> str:
    number = digits[0].lstrip("0")
    return f"{len(number):03}{number}"


def _value_ranks(transaction: Transaction, order: str) -> tuple[SampleIds, SampleIds]:
    pairs = transaction.numbers(RANKS[order])
    return pairs[:, 0], pairs[:, 1]


def _text_ranks(transaction: Transaction, column: str) -> tuple[SampleIds, SampleIds]:
    rows = _read_packs(transaction) if column == "pack" else transaction.rows(FIRST_FILES[column])
    keys = {text: natural_key(text) for _, text in rows}
    rank_of = {key: rank for rank, key in enumerate(sorted(set(keys.values())))}
    ids = np.array([sample_id for sample_id, _ in rows], np.int64)
    return ids, np.array([rank_of[keys[text]] for _, text in rows], np.int64)


def _read_packs(transaction: Transaction) -> list[tuple[int, str]]:
    """Return each sample with the pack of its first file."""
    packs = read_packs(transaction)
    rows = transaction.rows(FIRST_FILES["pack"])
    return [(sample_id, packs[root_id, folder]) for sample_id, root_id, folder in rows]
