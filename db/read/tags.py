"""Tags by source; which of them is effective is decided when they are written (`db.write.tags`)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from db.compiled.tags import FEW_SHOT, OF_SAMPLES, OF_TAG
from db.engines.base import Transaction
from db.types import Source, Tag, TagKey, TagName


def read_tags_from(
    transaction: Transaction, sources: Iterable[Source], ids: Sequence[int]
) -> dict[int, tuple[Tag, ...]]:
    """Return the tags of these samples from some sources, by facet and name; every id is in the result."""
    tags: defaultdict[int, list[Tag]] = defaultdict(list)
    rows = transaction.rows(OF_SAMPLES, ids=ids, sources=list(sources))
    for sample_id, facet, name, source, *values in rows:
        tags[sample_id].append(Tag(facet, name, Source(source), *values))
    return {sample_id: tuple(tags[sample_id]) for sample_id in ids}


def read_tag_confidences(transaction: Transaction, tag: TagName, sources: Iterable[Source]) -> dict[TagKey, float]:
    """Return what some sources say of one tag, for every sample that they speak of."""
    rows = transaction.rows(OF_TAG, facet=tag.facet, name=tag.name, sources=list(sources))
    return {TagKey(sample_id, tag, Source(source)): confidence for sample_id, source, confidence in rows}


def read_few_shot_tags(transaction: Transaction) -> dict[TagName, str]:
    """Return the tags that are learned from examples, each with its imported examples as JSON."""
    return {TagName(*row[:3]): row[3] for row in transaction.rows(FEW_SHOT)}
