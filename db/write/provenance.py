"""Who made the sound of a file, and under which licence."""

from db.engines.sqlite import Cursor
from db.types import UNKNOWN_PROVENANCE, Provenance

_STORE = """
INSERT OR REPLACE INTO provenances (file_id, author, license, url)
SELECT id, ?, ?, ? FROM files WHERE root_id = ? AND relpath = ?
"""
_FORGET = "DELETE FROM provenances WHERE file_id = (SELECT id FROM files WHERE root_id = ? AND relpath = ?)"


def store_provenance(cursor: Cursor, root_id: int, relpath: bytes, provenance: Provenance) -> None:
    """Store what is known of a file, in place of what was known before."""
    if provenance == UNKNOWN_PROVENANCE:
        cursor.execute(_FORGET, (root_id, relpath))
    else:
        cursor.execute(_STORE, (provenance.author, provenance.license, provenance.url, root_id, relpath))
