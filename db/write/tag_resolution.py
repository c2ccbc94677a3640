"""Which of several opinions about one sound counts: its tags, tempo, key and pitch."""

import json
from collections.abc import Collection, Iterable, Mapping
from typing import TypeAlias

from db.engines.sqlite import Cursor
from db.types import Source, Tag

ONE_OF_FACETS = ("type", "form")  # facets of which a sound has one tag

_ADD_MARK = (
    "INSERT OR REPLACE INTO sample_tags (sample_id, tag_id, source, confidence, is_effective) VALUES (?, ?, ?, ?, ?)"
)
_INSERT_MARK = _ADD_MARK.replace(" OR REPLACE", "")  # a fifth faster, where nothing can be there
_SAID = """
SELECT sample_id, tag_id, source, confidence, is_effective FROM sample_tags
WHERE sample_id IN (SELECT value FROM json_each(?))
"""
_THIS_MARK = "WHERE sample_id = ? AND tag_id = ? AND source = ?"
_REMOVE_MARK = f"DELETE FROM sample_tags {_THIS_MARK}"  # noqa: S608
# what is effective is indexed: to leave it out where it stays takes half of the time
_SET_CONFIDENCE = f"UPDATE sample_tags SET confidence = ? {_THIS_MARK}"  # noqa: S608
_SET_BOTH = f"UPDATE sample_tags SET confidence = ?, is_effective = ? {_THIS_MARK}"  # noqa: S608

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


def _standing(marks: Iterable[Tag]) -> list[Tag]:
    """Return the marks that count, by the rules of `_SETTLE_TAGS`."""
    spoken: dict[tuple[str, str], Tag] = {}
    for mark in marks:
        known = spoken.get((mark.facet, mark.name))
        if known is None or mark.source > known.source:
            spoken[mark.facet, mark.name] = mark
    best: dict[str, Tag] = {}
    for mark in spoken.values():
        if mark.confidence > 0 and mark.facet in ONE_OF_FACETS:
            known = best.get(mark.facet)
            if known is None or _rank(mark) < _rank(known):
                best[mark.facet] = mark
    return [mark for mark in spoken.values() if mark.confidence > 0 and best.get(mark.facet, mark) is mark]


def _rank(mark: Tag) -> tuple[int, float, str]:
    return (-mark.source, -mark.confidence, mark.name)


_Opinions: TypeAlias = dict[tuple[int, int], tuple[float, int]]  # tag and source; confidence, and whether it counts


class TagWriter:
    """Tags of samples within one transaction."""

    def __init__(self, cursor: Cursor) -> None:
        self._cursor = cursor
        self._ids: dict[tuple[str, str], int] = {}

    def add(self, sample_id: int, marks: Iterable[Tag]) -> None:
        """Add marks, each in place of what the same source said of the same tag."""
        self.add_all((sample_id, mark) for mark in marks)

    def add_all(self, marks: Iterable[tuple[int, Tag]]) -> None:
        """Add marks of many samples at once."""
        rows = ((sample_id, self._tag_id(mark), mark.source, mark.confidence, 0) for sample_id, mark in marks)
        self._cursor.executemany(_ADD_MARK, list(rows))

    def replace(self, marks: Mapping[int, tuple[Tag, ...]], sources: Collection[Source]) -> None:
        """Replace all that these sources say of samples, and settle it; what stays the same is not written.

        Where nobody else speaks of a sample, what counts is decided here: in SQL it takes three times as long.
        """
        before: dict[int, _Opinions] = {sample_id: {} for sample_id in marks}
        others: set[int] = set()
        for sample_id, tag_id, source, confidence, is_effective in self._cursor.execute(_SAID, (json.dumps([*marks]),)):
            if source in sources:
                before[sample_id][tag_id, source] = confidence, is_effective
            else:
                others.add(sample_id)
        gone, new, weighed, turned, contested = [], [], [], [], []
        for sample_id, given in marks.items():
            told = {(self._tag_id(mark), mark.source): mark for mark in given}
            known = before[sample_id]
            if len(told) == len(known) and all(
                key in known and known[key][0] == mark.confidence for key, mark in told.items()
            ):
                continue
            if sample_id in others:
                contested.append(sample_id)
            standing = set(map(id, _standing(told.values())))
            gone += [(sample_id, *key) for key in known if key not in told]
            for key, mark in told.items():
                opinion = mark.confidence, id(mark) in standing and sample_id not in others
                if key not in known:
                    new.append((sample_id, *key, *opinion))
                elif known[key][1] != opinion[1]:
                    turned.append((*opinion, sample_id, *key))
                else:
                    weighed.append((mark.confidence, sample_id, *key))
        self._cursor.executemany(_REMOVE_MARK, gone)
        self._cursor.executemany(_INSERT_MARK, new)
        self._cursor.executemany(_SET_BOTH, turned)
        self._cursor.executemany(_SET_CONFIDENCE, weighed)
        self.settle(contested)

    def clear(self, sample_ids: Iterable[int], sources: Collection[Source]) -> None:
        """Remove all marks of these sources from these samples."""
        self._cursor.execute(_CLEAR, (json.dumps(list(sample_ids)), json.dumps(list(sources))))

    def settle(self, sample_ids: Iterable[int]) -> None:
        """Decide which marks of these samples are effective."""
        self._cursor.execute(_SETTLE_TAGS, (json.dumps(list(sample_ids)),))

    def _tag_id(self, mark: Tag) -> int:
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
