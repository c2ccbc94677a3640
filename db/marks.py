"""Which of several opinions about one sound counts: its tags, tempo, key and pitch."""

import json
from collections.abc import Collection, Iterable, Mapping

from db.database import Cursor
from db.records import Source, TagMark

ONE_OF_FACETS = ("type", "form")  # facets of which a sound has one tag

_ADD_MARK = (
    "INSERT OR REPLACE INTO sample_tags (sample_id, tag_id, source, confidence, is_effective) VALUES (?, ?, ?, ?, ?)"
)
_INSERT_MARK = _ADD_MARK.replace(" OR REPLACE", "")  # a fifth faster, where nothing can be there
_SPOKEN_OF = "SELECT DISTINCT sample_id FROM sample_tags WHERE sample_id IN (SELECT value FROM json_each(?))"

_CLEAR = """
DELETE FROM sample_tags WHERE sample_id IN (SELECT value FROM json_each(?))
AND source IN (SELECT value FROM json_each(?))
"""

# For each tag the highest source speaks; its confidence 0 means "not this". Of what is left in a one-of facet, the
# highest source wins, then the highest confidence, then the alphabet, so that a tie is the same every day.
_SETTLE_TAGS = """
WITH touched AS (SELECT value AS sample_id FROM json_each(?)),
spoken AS (
    SELECT m.rowid AS mark, m.sample_id, m.source, m.confidence, t.facet, t.name,
           row_number() OVER (PARTITION BY m.sample_id, m.tag_id ORDER BY m.source DESC) AS place
    FROM touched JOIN sample_tags AS m USING (sample_id) JOIN tags AS t ON t.id = m.tag_id
),
standing AS (
    SELECT mark, facet,
           row_number() OVER (PARTITION BY sample_id, facet ORDER BY source DESC, confidence DESC, name) AS place
    FROM spoken WHERE place = 1 AND confidence > 0
)
UPDATE sample_tags
SET is_effective = rowid IN (SELECT mark FROM standing WHERE place = 1 OR facet NOT IN ('type', 'form'))
WHERE sample_id IN touched
"""

_WINNER = "(SELECT {0} FROM readings WHERE sample_id = samples.id AND name = '{1}' ORDER BY source DESC LIMIT 1)"
_SETTLE_READINGS = (
    f"UPDATE samples SET bpm = {_WINNER.format('number', 'bpm')}, musical_key = {_WINNER.format('text', 'key')}, "  # noqa: S608
    f"pitch_hz = {_WINNER.format('number', 'pitch')} WHERE id IN (SELECT value FROM json_each(?))"
)


def settle_readings(cursor: Cursor, sample_ids: Collection[int]) -> None:
    """Put the winning tempo, key and pitch of each sample, that of the highest source, where filters look."""
    cursor.execute(_SETTLE_READINGS, (json.dumps(list(sample_ids)),))


def _standing(marks: Iterable[TagMark]) -> list[TagMark]:
    """Return the marks that count, by the rules of `_SETTLE_TAGS`."""
    spoken: dict[tuple[str, str], TagMark] = {}
    for mark in marks:
        known = spoken.get((mark.facet, mark.name))
        if known is None or mark.source > known.source:
            spoken[mark.facet, mark.name] = mark
    best: dict[str, TagMark] = {}
    for mark in spoken.values():
        if mark.confidence > 0 and mark.facet in ONE_OF_FACETS:
            known = best.get(mark.facet)
            if known is None or _rank(mark) < _rank(known):
                best[mark.facet] = mark
    return [mark for mark in spoken.values() if mark.confidence > 0 and best.get(mark.facet, mark) is mark]


def _rank(mark: TagMark) -> tuple[int, float, str]:
    return (-mark.source, -mark.confidence, mark.name)


class TagWriter:
    """Tags of samples within one transaction."""

    def __init__(self, cursor: Cursor) -> None:
        self._cursor = cursor
        self._ids: dict[tuple[str, str], int] = {}

    def add(self, sample_id: int, marks: Iterable[TagMark]) -> None:
        """Add marks, each in place of what the same source said of the same tag."""
        self.add_all((sample_id, mark) for mark in marks)

    def add_all(self, marks: Iterable[tuple[int, TagMark]]) -> None:
        """Add marks of many samples at once."""
        rows = ((sample_id, self._tag_id(mark), mark.source, mark.confidence, 0) for sample_id, mark in marks)
        self._cursor.executemany(_ADD_MARK, list(rows))

    def replace(self, marks: Mapping[int, tuple[TagMark, ...]], sources: Collection[Source]) -> None:
        """Replace all that these sources say of samples, and settle it.

        Where nobody else speaks of a sample, what counts is decided here: in SQL it takes three times as long.
        """
        self.clear(marks, sources)
        wanted = json.dumps(list(marks))
        others = {sample_id for (sample_id,) in self._cursor.execute(_SPOKEN_OF, (wanted,))}
        rows = []
        for sample_id, given in marks.items():
            told = {(self._tag_id(mark), mark.source): mark for mark in given}
            standing = set() if sample_id in others else set(map(id, _standing(told.values())))
            rows += [(sample_id, *key, mark.confidence, id(mark) in standing) for key, mark in told.items()]
        self._cursor.executemany(_INSERT_MARK, rows)
        self.settle(others)

    def clear(self, sample_ids: Iterable[int], sources: Collection[Source]) -> None:
        """Remove all marks of these sources from these samples."""
        self._cursor.execute(_CLEAR, (json.dumps(list(sample_ids)), json.dumps(list(sources))))

    def settle(self, sample_ids: Iterable[int]) -> None:
        """Decide which marks of these samples are effective."""
        self._cursor.execute(_SETTLE_TAGS, (json.dumps(list(sample_ids)),))

    def _tag_id(self, mark: TagMark) -> int:
        key = (mark.facet, mark.name)
        if key not in self._ids:
            self._ids[key] = self.ensure(mark.facet, mark.name, mark.parent)
        return self._ids[key]

    def ensure(self, facet: str, name: str, parent: str | None) -> int:
        """Return the row id of a tag, made where it is new."""
        key = (facet, name)
        row = self._cursor.execute("SELECT id, parent FROM tags WHERE facet = ? AND name = ?", key).fetchone()
        if row is None:
            self._cursor.execute("INSERT INTO tags (facet, name, parent) VALUES (?, ?, ?)", (*key, parent))
            return int(self._cursor.lastrowid or 0)
        if parent is not None and parent != row[1]:
            self._cursor.execute("UPDATE tags SET parent = ? WHERE id = ?", (parent, row[0]))
        return int(row[0])
