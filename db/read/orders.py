"""Sort orders of the library: the rank of each sound by name, tempo, and so on."""

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from db.engines.sqlite import Cursor
from db.measurements import MEASUREMENTS, READINGS
from db.read.columns import read_numbers
from db.read.folders import read_packs
from db.types import SampleIds

# By the file that was found first, whose name is the one shown.
_FIRST_FILES = """
SELECT f.sample_id, {column} FROM files AS f WHERE f.id = (SELECT min(id) FROM files WHERE sample_id = f.sample_id)
"""
_TAGS = """
SELECT m.sample_id AS id, min(t.name) AS value FROM sample_tags AS m JOIN tags AS t ON t.id = m.tag_id
WHERE m.is_effective AND t.facet = '{facet}' GROUP BY m.sample_id
"""
_CONFIDENCE = """
SELECT s.id, coalesce(max(m.confidence), 0) AS value FROM samples AS s
LEFT JOIN sample_tags AS m ON m.sample_id = s.id AND m.is_effective
    AND m.tag_id IN (SELECT id FROM tags WHERE facet = 'type')
GROUP BY s.id
"""
_STARS = "SELECT s.id, coalesce(a.stars, 0) AS value FROM samples AS s LEFT JOIN annotations AS a ON a.sample_id = s.id"
_USED = "SELECT sample_id AS id, used_at AS value FROM sample_uses"
_HEARD = "SELECT sample_id AS id, heard_at AS value FROM sample_hearings"
_COLUMN = "SELECT id, {column} AS value FROM samples"
_VALUES = {
    "type": _TAGS.format(facet="type"),
    "form": _TAGS.format(facet="form"),
    "confidence": _CONFIDENCE,
    "stars": _STARS,
    "used": _USED,
    "heard": _HEARD,
    "key": _COLUMN.format(column="musical_key"),
    **{one.name: _COLUMN.format(column=column) for column, one in (*READINGS.items(), *MEASUREMENTS.items())},
}
_TEXTS = ("name", "folder", "pack")
PASSING = frozenset({"heard"})
"""Orders that change while the library does not."""
ORDERS = ("added", *_TEXTS, *_VALUES, "random")

_RANKS = "SELECT id || ',' || dense_rank() OVER (ORDER BY value) FROM ({values}) WHERE value IS NOT NULL ORDER BY id"
_PRESENT = "SELECT id FROM samples WHERE n_files > 0 ORDER BY id"
_DIGITS = re.compile(r"\d+")


class Ranks(NamedTuple):
    """The rank of each sound on record in one sort order.

    Attributes:
        ids: Ascending, shape ``(n,)``.
        ranks: Equal where sounds have the same value; -1 where they have none.
    """

    ids: SampleIds
    ranks: SampleIds


def read_ranks(cursor: Cursor, order: str) -> Ranks:
    """Return where each sound on record stands in an order.

    Raises:
        ValueError: It is not one of `ORDERS`.
    """
    if order not in ORDERS:
        raise ValueError(f"{order!r} is not an order; there are: {', '.join(ORDERS)}")
    ids = read_numbers(cursor, _PRESENT)
    if order == "added":
        return Ranks(ids, ids)
    if order == "random":
        return Ranks(ids, np.random.default_rng().permutation(len(ids)))
    found, found_ranks = _text_ranks(cursor, order) if order in _TEXTS else _value_ranks(cursor, order)
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


def _value_ranks(cursor: Cursor, order: str) -> tuple[SampleIds, SampleIds]:
    pairs = read_numbers(cursor, _RANKS.format(values=_VALUES[order])).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]


def _text_ranks(cursor: Cursor, column: str) -> tuple[SampleIds, SampleIds]:
    rows = _read_packs(cursor) if column == "pack" else cursor.execute(_FIRST_FILES.format(column=column)).fetchall()
    keys = {text: natural_key(text) for _, text in rows}
    rank_of = {key: rank for rank, key in enumerate(sorted(set(keys.values())))}
    ids = np.array([sample_id for sample_id, _ in rows], np.int64)
    return ids, np.array([rank_of[keys[text]] for _, text in rows], np.int64)


def _read_packs(cursor: Cursor) -> list[tuple[int, str]]:
    """Return each sample with the pack of its first file."""
    packs = read_packs(cursor)
    rows = cursor.execute(_FIRST_FILES.format(column="root_id, folder"))
    return [(sample_id, packs[root_id, folder]) for sample_id, root_id, folder in rows]
