"""The whole library in order of one column, as ids only."""

from db.engines.sqlite import Cursor
from db.read.columns import read_numbers
from db.types import SampleIds

_PRESENT = "SELECT id FROM samples WHERE n_files > 0"
# By the file that was found first, whose name is the one shown; the id settles ties.
_BY_FILE = """
SELECT f.sample_id FROM files AS f WHERE f.id = (SELECT min(id) FROM files WHERE sample_id = f.sample_id)
ORDER BY f.{column} COLLATE NOCASE {way}, f.sample_id
"""
_BY_TAG = """
SELECT s.id FROM samples AS s
LEFT JOIN (SELECT m.sample_id, t.name FROM sample_tags AS m JOIN tags AS t ON t.id = m.tag_id
           WHERE m.is_effective AND t.facet = '{facet}') AS n ON n.sample_id = s.id
WHERE s.n_files > 0 ORDER BY n.name IS NULL, n.name {way}, s.id
"""
_BY_STARS = """
SELECT s.id FROM samples AS s LEFT JOIN annotations AS a ON a.sample_id = s.id
WHERE s.n_files > 0 ORDER BY coalesce(a.stars, 0) {way}, s.id
"""
_BY_COLUMN = _PRESENT + " ORDER BY {column} IS NULL, {column} {way}, id"
_QUERIES = {
    "added": _PRESENT + " ORDER BY id {way}",
    "name": _BY_FILE.replace("{column}", "name"),
    "folder": _BY_FILE.replace("{column}", "folder"),
    "type": _BY_TAG.replace("{facet}", "type"),
    "form": _BY_TAG.replace("{facet}", "form"),
    "stars": _BY_STARS,
    "length": _BY_COLUMN.replace("{column}", "duration_seconds"),
    "tempo": _BY_COLUMN.replace("{column}", "bpm"),
    "key": _BY_COLUMN.replace("{column}", "musical_key"),
    "loudness": _BY_COLUMN.replace("{column}", "loudness_lufs"),
    "brightness": _BY_COLUMN.replace("{column}", "brightness_hz"),
    "pitch": _BY_COLUMN.replace("{column}", "pitch_hz"),
    "noisiness": _BY_COLUMN.replace("{column}", "noisiness"),
    "attack": _BY_COLUMN.replace("{column}", "attack_ms"),
    "decay": _BY_COLUMN.replace("{column}", "decay_ms"),
    "width": _BY_COLUMN.replace("{column}", "stereo_width"),
    "before": _BY_COLUMN.replace("{column}", "silence_before_ms"),
    "after": _BY_COLUMN.replace("{column}", "silence_after_ms"),
}
ORDERS = tuple(_QUERIES)


def read_sorted_ids(cursor: Cursor, order: str, *, is_descending: bool) -> SampleIds:
    """Return the ids of all sounds on record in one of `ORDERS`; what has no value comes last either way."""
    query = _QUERIES[order].format(way="DESC" if is_descending else "ASC")
    return read_numbers(cursor, query)
