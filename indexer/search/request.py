"""The request of a search."""

from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from db.query.parser import Query, parse_query
from db.types import Vector

Example: TypeAlias = int | Path | Vector
"""A sound to search by: the id of a sample, a file inside or outside the library, or a unit embedding."""


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """One request; the same one gives the same hits everywhere.

    Attributes:
        line: Query line: words, ``+word``, ``-word`` and filters.
        likes: Sounds that the hits should resemble.
        dislikes: Sounds that they should not resemble; never hits themselves.
        k: How many hits at most; None for all. A smaller ``k`` gives the beginning of the same list.
        order: Names of `db.read.orders.ORDERS` with commas between, ``"tempo"`` or ``"-length,name"``; a minus is for
            descending. Empty for the best match first. Where something is described, the ``k`` best are sorted.
        lists_likes: Whether the sounds of ``likes`` may be hits themselves.
        folds: Whether near-identical sounds stand behind the best of them where something is described.
    """

    line: str = ""
    likes: tuple[Example, ...] = ()
    dislikes: tuple[Example, ...] = ()
    k: int | None = 20
    order: str = ""
    lists_likes: bool = True
    folds: bool = True

    @property
    def is_ranked(self) -> bool:
        """Something is described, so that sounds are ranked by how well they match.

        Raises:
            QueryError: A filter is invalid.
        """
        return bool(self.likes or self.dislikes) or describes(parse_query(self.line))


def describes(query: Query) -> bool:
    """Say whether a query holds words besides filters."""
    return bool(query.text or query.shares or query.plus or query.minus)
