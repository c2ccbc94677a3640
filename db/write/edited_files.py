"""Copy what the user said of a sound to the edited version that replaces it.

Whether a new sound in place of another is its edited version shows at the end of a run: not where the old one turned
up elsewhere, which a later batch or another root may tell. Until then the library keeps the pair.
"""

from db.engines.sqlite import Cursor
from db.read.tags import read_tags_from
from db.types import Source
from db.write.readings import read_readings, replace_readings
from db.write.tagging_queue import request_tagging
from db.write.tags import TagWriter

_COPY_ANNOTATION = """
INSERT OR IGNORE INTO annotations (sample_id, stars, note, is_hidden)
SELECT ?, stars, note, is_hidden FROM annotations WHERE sample_id = ?
"""
_COPY_USE = (
    "INSERT OR IGNORE INTO sample_uses (sample_id, used_at) SELECT ?, used_at FROM sample_uses WHERE sample_id = ?"
)
_COPY_MEMBERSHIP = """
INSERT OR IGNORE INTO collection_samples (collection_id, sample_id, position, slot)
SELECT collection_id, ?, position, slot FROM collection_samples WHERE sample_id = ?
"""
# Older edits first: a sound can be edited twice before a run comes to its end.
_EDITS = """
SELECT e.before_id, e.sample_id, s.n_files FROM edited_samples AS e JOIN samples AS s ON s.id = e.before_id
ORDER BY e.sample_id
"""


def note_edit(cursor: Cursor, before_id: int, sample_id: int) -> None:
    """Keep, until `settle_edits`, that a new sample lies where another one was."""
    cursor.execute("INSERT INTO edited_samples (sample_id, before_id) VALUES (?, ?)", (sample_id, before_id))


def has_edits(cursor: Cursor) -> bool:
    """Say whether edits wait to be settled."""
    return bool(cursor.execute("SELECT EXISTS (SELECT 1 FROM edited_samples)").fetchone()[0])


def settle_edits(cursor: Cursor) -> None:
    """Copy what the user said of the samples that were replaced and lie nowhere else; forget all pairs."""
    edits = cursor.execute(_EDITS).fetchall()
    replaced = {sample_id: before_id for before_id, sample_id, n_files in edits if not n_files}
    for sample_id, before_id in replaced.items():
        copy_user_data(cursor, before_id, sample_id)
    request_tagging(cursor, replaced)
    cursor.execute("DELETE FROM edited_samples")


def copy_user_data(cursor: Cursor, from_id: int, to_id: int) -> None:
    """Copy tags, examples, corrections, stars, note, last use, places in collections; what the new sample has stays.

    The old version keeps its own, for the day when it comes back from a backup.
    """
    both = (from_id, to_id)  # of two that say something of the same, the later one is stored
    tags = read_tags_from(cursor, [Source.USER], both)
    TagWriter(cursor).add({to_id: [*tags[from_id], *tags[to_id]]})
    readings = [reading for each in both for reading in read_readings(cursor, each, Source.USER)]
    replace_readings(cursor, {to_id: readings}, [Source.USER])
    cursor.execute(_COPY_ANNOTATION, (to_id, from_id))
    cursor.execute(_COPY_USE, (to_id, from_id))
    cursor.execute(_COPY_MEMBERSHIP, (to_id, from_id))
