"""What the user thinks of sounds: stars, notes, collections, and tags of their own."""

import json
from collections import defaultdict
from collections.abc import Sequence

from db.engines.sqlite import Cursor
from db.types import Annotation, Collection, Source, Tag

_ANNOTATIONS = "SELECT sample_id, stars, note FROM json_each(?) JOIN annotations ON sample_id = value"
_COLLECTIONS = """
SELECT c.name, (SELECT count(*) FROM collection_samples WHERE collection_id = c.id) FROM collections AS c
ORDER BY c.name COLLATE NOCASE
"""
_MEMBERS = """
SELECT m.sample_id FROM collection_samples AS m JOIN collections AS c ON c.id = m.collection_id
WHERE c.name = ? COLLATE NOCASE ORDER BY m.position
"""
_TAGS = """
SELECT m.sample_id, t.facet, t.name, m.confidence, t.parent
FROM json_each(?) AS w JOIN sample_tags AS m ON m.sample_id = w.value JOIN tags AS t ON t.id = m.tag_id
WHERE m.source = ? ORDER BY t.facet, t.name
"""


def read_annotations(cursor: Cursor, ids: Sequence[int]) -> dict[int, Annotation]:
    """Return stars and notes by sample id; samples without any are left out."""
    rows = cursor.execute(_ANNOTATIONS, (json.dumps(list(ids)),))
    return {sample_id: Annotation(stars, note) for sample_id, stars, note in rows}


def read_collections(cursor: Cursor) -> list[Collection]:
    """Return all collections by name."""
    return [Collection(*row) for row in cursor.execute(_COLLECTIONS)]


def read_members(cursor: Cursor, name: str) -> list[int]:
    """Return the samples of a collection in its order; none where it does not exist."""
    return [row[0] for row in cursor.execute(_MEMBERS, (name,))]


def read_tags_by_source(cursor: Cursor, ids: Sequence[int], source: Source) -> dict[int, tuple[Tag, ...]]:
    """Return the tags of these samples from one source, by facet and name; every id is in the result."""
    tags: defaultdict[int, list[Tag]] = defaultdict(list)
    for sample_id, facet, name, confidence, parent in cursor.execute(_TAGS, (json.dumps(list(ids)), source)):
        tags[sample_id].append(Tag(facet, name, source, confidence, parent))
    return {sample_id: tuple(tags[sample_id]) for sample_id in ids}
