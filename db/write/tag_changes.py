"""Changes of tags that can be taken back: each is kept with what every mark was before and after."""

import json
import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from db.engines.sqlite import Cursor
from db.types import Source, TagMark
from db.write.tag_resolution import TagWriter

_MAX_KEPT = 50

_MARKS = """
SELECT m.sample_id, m.source, m.confidence FROM sample_tags AS m JOIN tags AS t ON t.id = m.tag_id
WHERE t.facet = ? AND t.name = ? AND m.source IN (SELECT value FROM json_each(?))
"""
_REMOVE_MARK = """
DELETE FROM sample_tags WHERE sample_id = ? AND source = ?
AND tag_id = (SELECT id FROM tags WHERE facet = ? AND name = ?)
"""
_LESSONS = (
    "SELECT t.facet, t.name, t.parent, l.imported FROM lessons AS l JOIN tags AS t ON t.id = l.tag_id ORDER BY t.id"
)
_DROP_LESSON = "DELETE FROM lessons WHERE tag_id = (SELECT id FROM tags WHERE facet = ? AND name = ?)"
_ORPHANS = """
DELETE FROM tags WHERE facet = 'user' AND id NOT IN (SELECT tag_id FROM sample_tags)
AND id NOT IN (SELECT tag_id FROM lessons)
"""


class TagName(NamedTuple):
    """A tag by facet and name; ``parent`` is the wider word, as "drums" is of "kick"."""

    facet: str
    name: str
    parent: str | None = None


class Cell(NamedTuple):
    """The place of one opinion: what one source says of one tag on one sample."""

    sample_id: int
    tag: TagName
    source: Source


Cells: TypeAlias = Mapping[Cell, float | None]  # confidence; None: says nothing


@dataclass(frozen=True, slots=True)
class TagChange:
    """What is to become of some tags.

    Attributes:
        text: What it does, as a sentence for the one who takes it back.
        marks: New confidence of each cell; None removes the mark, 0 says "not this".
        lessons: Imported examples (JSON) of the tags that are learned from now on; None ends a lesson.
        can_be_undone: False for what follows from earlier changes, such as learning again after new sounds came in.
    """

    text: str
    marks: Cells
    lessons: Mapping[TagName, str | None] = field(default_factory=dict)
    can_be_undone: bool = True


def read_tag_marks(cursor: Cursor, tag: TagName, sources: Collection[Source]) -> dict[Cell, float]:
    """Return everything that some sources say of one tag."""
    rows = cursor.execute(_MARKS, (tag.facet, tag.name, json.dumps(list(sources))))
    return {Cell(sample_id, tag, Source(source)): confidence for sample_id, source, confidence in rows}


def read_lessons(cursor: Cursor) -> dict[TagName, str]:
    """Return the tags that are learned, each with its imported examples as JSON."""
    return {TagName(*row[:3]): row[3] for row in cursor.execute(_LESSONS)}


def apply_change(cursor: Cursor, change: TagChange) -> int:
    """Change marks and lessons, and keep the way back.

    Returns:
        How many samples look different.
    """
    tags = {cell.tag for cell in change.marks}
    sources = {cell.source for cell in change.marks}
    before: dict[Cell, float | None] = {}
    for tag in tags:
        before |= read_tag_marks(cursor, tag, sources)
    marks = {cell: (before.get(cell), after) for cell, after in change.marks.items() if before.get(cell) != after}
    known = read_lessons(cursor)
    lessons = {tag: (known.get(tag), after) for tag, after in change.lessons.items() if known.get(tag) != after}
    if marks or lessons:
        _write(
            cursor, {cell: after for cell, (_, after) in marks.items()}, {tag: now for tag, (_, now) in lessons.items()}
        )
    if (marks or lessons) and change.can_be_undone:
        cursor.execute("INSERT INTO tag_changes (text, cells) VALUES (?, ?)", (change.text, _pack(marks, lessons)))
        cursor.execute("DELETE FROM tag_changes WHERE id <= (SELECT max(id) FROM tag_changes) - ?", (_MAX_KEPT,))
    return len({cell.sample_id for cell in marks})


def read_last_change(cursor: Cursor) -> int | None:
    """Return the id of the last change of tags that can be taken back."""
    row = cursor.execute("SELECT max(id) FROM tag_changes").fetchone()
    return None if row is None else row[0]


def undo_change(cursor: Cursor, change_id: int | None = None) -> str | None:
    """Take back the last change of tags, save what was changed again since; return its sentence.

    Does nothing where ``change_id`` is given and some other change is the last one.
    """
    row = cursor.execute("SELECT id, text, cells FROM tag_changes ORDER BY id DESC LIMIT 1").fetchone()
    if row is None or change_id not in {None, row[0]}:
        return None
    marks, lessons = _unpack(row[2])
    now: dict[Cell, float] = {}
    for tag in {cell.tag for cell in marks}:
        now |= read_tag_marks(cursor, tag, list(Source))
    known = read_lessons(cursor)
    _write(
        cursor,
        {cell: before for cell, (before, after) in marks.items() if now.get(cell) == after},
        {tag: before for tag, (before, after) in lessons.items() if known.get(tag) == after},
    )
    cursor.execute("DELETE FROM tag_changes WHERE id = ?", (row[0],))
    return str(row[1])


def _write(cursor: Cursor, marks: Cells, lessons: Mapping[TagName, str | None]) -> None:
    tags = TagWriter(cursor)
    gone = [(cell.sample_id, cell.source, *cell.tag[:2]) for cell, confidence in marks.items() if confidence is None]
    cursor.executemany(_REMOVE_MARK, gone)
    tags.add_all(
        (cell.sample_id, TagMark(cell.tag.facet, cell.tag.name, cell.source, confidence, cell.tag.parent))
        for cell, confidence in marks.items()
        if confidence is not None
    )
    for tag, imported in lessons.items():
        if imported is None:
            cursor.execute(_DROP_LESSON, tag[:2])
        else:
            tag_id = tags.ensure(*tag)
            cursor.execute("INSERT OR REPLACE INTO lessons (tag_id, imported) VALUES (?, ?)", (tag_id, imported))
    tags.settle({cell.sample_id for cell in marks})
    cursor.execute(_ORPHANS)


_Marks: TypeAlias = Mapping[Cell, tuple[float | None, float | None]]
_Lessons: TypeAlias = Mapping[TagName, tuple[str | None, str | None]]


def _pack(marks: _Marks, lessons: _Lessons) -> bytes:
    tags = list(dict.fromkeys([*(cell.tag for cell in marks), *lessons]))
    places = {tag: place for place, tag in enumerate(tags)}
    document = {
        "tags": tags,
        "marks": [(cell.sample_id, places[cell.tag], cell.source, *values) for cell, values in marks.items()],
        "lessons": [(places[tag], *values) for tag, values in lessons.items()],
    }
    return zlib.compress(json.dumps(document).encode(), 1)


def _unpack(packed: bytes) -> tuple[_Marks, _Lessons]:
    document = json.loads(zlib.decompress(packed))
    tags = [TagName(*tag) for tag in document["tags"]]
    marks = {Cell(sample, tags[tag], Source(source)): (old, new) for sample, tag, source, old, new in document["marks"]}
    return marks, {tags[tag]: (old, new) for tag, old, new in document["lessons"]}
