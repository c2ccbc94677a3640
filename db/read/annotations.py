"""Stars, notes, collections, and when sounds were last used."""

import json
from collections.abc import Sequence

from db.engines.sqlite import Cursor
from db.types import Annotation, Collection

_ANNOTATIONS = "SELECT sample_id, stars, note, is_hidden FROM json_each(?) JOIN annotations ON sample_id = value"
_USES = "SELECT sample_id, used_at FROM json_each(?) JOIN sample_uses ON sample_id = value"
_HEARINGS = "SELECT sample_id, heard_at FROM json_each(?) JOIN sample_hearings ON sample_id = value"
_COLLECTIONS = """
SELECT c.name, (SELECT count(*) FROM collection_samples WHERE collection_id = c.id),
       EXISTS (SELECT 1 FROM collection_samples WHERE collection_id = c.id AND slot IS NOT NULL)
FROM collections AS c ORDER BY c.name COLLATE NOCASE
"""
_MEMBERS = """
SELECT m.sample_id FROM collection_samples AS m JOIN collections AS c ON c.id = m.collection_id
WHERE c.name = ? COLLATE NOCASE ORDER BY m.position
"""
_SLOTS = """
SELECT m.sample_id, m.slot FROM collection_samples AS m JOIN collections AS c ON c.id = m.collection_id
WHERE c.name = ? COLLATE NOCASE AND m.slot IS NOT NULL ORDER BY m.position
"""


def read_annotations(cursor: Cursor, ids: Sequence[int]) -> dict[int, Annotation]:
    """Return stars, notes and what is hidden by sample id; samples without any are left out."""
    rows = cursor.execute(_ANNOTATIONS, (json.dumps(list(ids)),))
    return {sample_id: Annotation(stars, note, bool(is_hidden)) for sample_id, stars, note, is_hidden in rows}


def read_uses(cursor: Cursor, ids: Sequence[int]) -> dict[int, int]:
    """Return when sounds were last exported, dragged or copied, in seconds of Unix time; the others are left out."""
    return dict(cursor.execute(_USES, (json.dumps(list(ids)),)).fetchall())


def read_hearings(cursor: Cursor, ids: Sequence[int]) -> dict[int, int]:
    """Return when sounds were last listened to here, in seconds of Unix time; the others are left out."""
    return dict(cursor.execute(_HEARINGS, (json.dumps(list(ids)),)).fetchall())


def read_collections(cursor: Cursor) -> list[Collection]:
    """Return all collections by name."""
    return [Collection(name, n, bool(is_kit)) for name, n, is_kit in cursor.execute(_COLLECTIONS)]


def read_collection_ids(cursor: Cursor, name: str) -> list[int]:
    """Return the samples of a collection in its order; none where it does not exist."""
    return [row[0] for row in cursor.execute(_MEMBERS, (name,))]


def read_slots(cursor: Cursor, name: str) -> dict[int, str]:
    """Return the slot of each sample of a kit, in its order; none where there is no such kit."""
    return dict(cursor.execute(_SLOTS, (name,)).fetchall())
