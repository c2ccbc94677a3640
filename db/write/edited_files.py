"""Copy what the user said of a sound to the edited version that replaces it."""

from db.engines.sqlite import Cursor
from db.types import Reading, Source, Tag
from db.write.readings import replace_readings
from db.write.tags import TagWriter

_TAGS = """
SELECT t.facet, t.name, m.source, m.confidence, t.parent
FROM sample_tags AS m JOIN tags AS t ON t.id = m.tag_id WHERE m.sample_id = ? AND m.source = ?
"""
_READINGS = "SELECT name, source, confidence, number, text FROM readings WHERE sample_id = ? AND source = ?"
_COPY_ANNOTATION = """
INSERT OR IGNORE INTO annotations (sample_id, stars, note) SELECT ?, stars, note FROM annotations WHERE sample_id = ?
"""
_COPY_MEMBERSHIP = """
INSERT OR IGNORE INTO collection_samples (collection_id, sample_id, position)
SELECT collection_id, ?, position FROM collection_samples WHERE sample_id = ?
"""


def copy_user_data(cursor: Cursor, from_id: int, to_id: int) -> None:
    """Copy tags, examples, corrections, stars, note and places in collections to a sample that has none yet.

    The old version keeps its own, for the day when it comes back from a backup.
    """
    tags = [Tag(*row) for row in cursor.execute(_TAGS, (from_id, Source.USER)).fetchall()]
    TagWriter(cursor).add({to_id: tags})
    readings = [Reading(*row) for row in cursor.execute(_READINGS, (from_id, Source.USER)).fetchall()]
    replace_readings(cursor, {to_id: readings}, [Source.USER])
    cursor.execute(_COPY_ANNOTATION, (to_id, from_id))
    cursor.execute(_COPY_MEMBERSHIP, (to_id, from_id))
