"""Which sound has which tag, as arrays: counting a facet over any part of a library takes milliseconds."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from db.compiled.tags import EFFECTIVE, NAMES, TAGS
from db.engines.base import Transaction
from db.read.counting import count_places
from db.types import SampleIds, TagName


@dataclass(frozen=True, slots=True)
class TagTable:
    """Effective tags of the sounds on record.

    Attributes:
        tags: All tags that there are, by facet, parent and name.
        tag_places: For each pair, the place of its tag in ``tags``, shape ``(n_pairs,)``.
        sample_ids: For each pair, its sample, shape ``(n_pairs,)``.
    """

    tags: tuple[TagName, ...]
    tag_places: npt.NDArray[np.int32]
    sample_ids: SampleIds

    def count(self, within: SampleIds | None = None) -> npt.NDArray[np.int64]:
        """Return how many samples have each tag, among ``within`` or among all, shape ``(n_tags,)``."""
        return count_places(self.tag_places, len(self.tags), self.sample_ids, within)


def read_tag_names(transaction: Transaction, facet: str | None) -> list[str]:
    """Return the names of tags and of those above them; of one facet or of all."""
    rows = transaction.rows(NAMES, facet=facet)
    return list(dict.fromkeys(name for row in rows for name in row if name))


def read_tag_table(transaction: Transaction) -> TagTable:
    """Return which sound on record has which effective tag."""
    tags = transaction.rows(TAGS)
    places = {row[0]: place for place, row in enumerate(tags)}
    pairs = transaction.numbers(EFFECTIVE)
    lookup = np.zeros(max(places, default=0) + 1, np.int32)
    for tag_id, place in places.items():
        lookup[tag_id] = place
    return TagTable(tuple(TagName(*row[1:]) for row in tags), lookup[pairs[:, 0]], pairs[:, 1])
