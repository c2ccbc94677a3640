"""Everything that the user said of sounds, with what identifies these in any library."""

import json
from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from db.engines.sqlite import Cursor
from db.read.annotations import read_annotations
from db.read.tags import read_tags_from
from db.types import Annotation, Reading, Source, Tag

MARKED = """
SELECT sample_id FROM annotations UNION SELECT sample_id FROM collection_samples
UNION SELECT sample_id FROM sample_tags WHERE source = ?1 UNION SELECT sample_id FROM readings WHERE source = ?1
"""
_SAMPLES = "SELECT s.id, s.audio_hash FROM json_each(?) JOIN samples AS s ON s.id = value ORDER BY s.id"
_CONTENTS = "SELECT sample_id, file_hash FROM json_each(?) JOIN file_contents ON sample_id = value"
_NAMES = "SELECT sample_id, min(name) FROM json_each(?) JOIN files ON sample_id = value GROUP BY sample_id"
_READINGS = """
SELECT sample_id, name, source, confidence, number, text FROM json_each(?) JOIN readings ON sample_id = value
WHERE source = ? ORDER BY name
"""


class SampleMarks(NamedTuple):
    """What the user said of one sound.

    Attributes:
        audio_hash: Of its sound, the same in every library.
        file_hashes: Of the files that held it.
        name: Of one of its files, for people; empty where none is on record.
        tags: A confidence of 0 says that a tag does not fit.
        readings: Corrected tempo, key and pitch.
    """

    sample_id: int
    audio_hash: bytes
    file_hashes: tuple[bytes, ...]
    name: str
    annotation: Annotation
    tags: tuple[Tag, ...]
    readings: tuple[Reading, ...]


def read_marks(cursor: Cursor) -> list[SampleMarks]:
    """Return the sounds that the user rated, noted, hid, tagged, corrected or collected."""
    ids = [row[0] for row in cursor.execute(MARKED, (Source.USER,))]
    wanted = json.dumps(ids)
    contents, readings = defaultdict[int, list[bytes]](list), defaultdict[int, list[Reading]](list)
    for sample_id, file_hash in cursor.execute(_CONTENTS, (wanted,)):
        contents[sample_id].append(file_hash)
    for sample_id, name, source, *values in cursor.execute(_READINGS, (wanted, Source.USER)):
        readings[sample_id].append(Reading(name, Source(source), *values))
    names = dict(cursor.execute(_NAMES, (wanted,)).fetchall())
    annotations, tags = read_annotations(cursor, ids), read_tags_from(cursor, [Source.USER], ids)
    return [
        SampleMarks(
            sample_id,
            audio_hash,
            tuple(sorted(contents[sample_id])),
            names.get(sample_id, ""),
            annotations.get(sample_id, Annotation()),
            tags[sample_id],
            tuple(readings[sample_id]),
        )
        for sample_id, audio_hash in cursor.execute(_SAMPLES, (wanted,)).fetchall()
    ]


def find_by_hash(cursor: Cursor, hashes: Iterable[bytes]) -> dict[bytes, int]:
    """Return the samples with these hashes, of their sound or of a file that held it, by hash."""
    found = dict[bytes, int]()
    for each in hashes:
        row = cursor.execute("SELECT id FROM samples WHERE audio_hash = ?", (each,)).fetchone()
        if row is None:
            row = cursor.execute("SELECT sample_id FROM file_contents WHERE file_hash = ?", (each,)).fetchone()
        if row is not None:
            found[each] = int(row[0])
    return found
