"""Tags by source; which of them is effective is decided when they are written (`db.write.tags`)."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence

from db.engines.sqlite import Cursor
from db.types import Source, Tag, TagKey, TagName

_OF_SAMPLES = """
SELECT m.sample_id, t.facet, t.name, m.source, m.confidence, t.parent
FROM json_each(?) AS w JOIN sample_tags AS m ON m.sample_id = w.value JOIN tags AS t ON t.id = m.tag_id
WHERE m.source IN (SELECT value FROM json_each(?)) ORDER BY t.facet, t.name, m.source
"""
_OF_TAG = """
SELECT m.sample_id, m.source, m.confidence FROM sample_tags AS m JOIN tags AS t ON t.id = m.tag_id
WHERE t.facet = ? AND t.name = ? AND m.source IN (SELECT value FROM json_each(?))
"""
_FEW_SHOT = """
SELECT t.facet, t.name, t.parent, f.imported FROM few_shot_tags AS f JOIN tags AS t ON t.id = f.tag_id ORDER BY t.id
"""


def read_tags_from(cursor: Cursor, sources: Iterable[Source], ids: Sequence[int]) -> dict[int, tuple[Tag, ...]]:
    """Return the tags of these samples from some sources, by facet and name; every id is in the result."""
    tags: defaultdict[int, list[Tag]] = defaultdict(list)
    rows = cursor.execute(_OF_SAMPLES, (json.dumps(list(ids)), json.dumps(list(sources))))
    for sample_id, facet, name, source, *values in rows:
        tags[sample_id].append(Tag(facet, name, Source(source), *values))
    return {sample_id: tuple(tags[sample_id]) for sample_id in ids}


def read_tag_confidences(cursor: Cursor, tag: TagName, sources: Iterable[Source]) -> dict[TagKey, float]:
    """Return what some sources say of one tag, for every sample that they speak of."""
    rows = cursor.execute(_OF_TAG, (tag.facet, tag.name, json.dumps(list(sources))))
    return {TagKey(sample_id, tag, Source(source)): confidence for sample_id, source, confidence in rows}


def read_few_shot_tags(cursor: Cursor) -> dict[TagName, str]:
    """Return the tags that are learned from examples, each with its imported examples as JSON."""
    return {TagName(*row[:3]): row[3] for row in cursor.execute(_FEW_SHOT)}


def read_last_edit(cursor: Cursor) -> int | None:
    """Return the id of the last edit of tags that can be undone."""
    row = cursor.execute("SELECT max(id) FROM tag_edits").fetchone()
    return None if row is None else row[0]
