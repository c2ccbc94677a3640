"""Everything that the user said of sounds, with what identifies these in any library."""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from db.compiled.marks import BY_AUDIO, BY_FILE, CONTENTS, MARKED, NAMES, READINGS, SAMPLES
from db.engines.base import Transaction
from db.read.annotations import read_annotations
from db.read.tags import read_tags_from
from db.types import Annotation, Reading, Source, Tag


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


def read_marks(transaction: Transaction) -> list[SampleMarks]:
    """Return the sounds that the user rated, noted, hid, tagged, corrected or collected."""
    ids = [row[0] for row in transaction.rows(MARKED)]
    contents, readings = defaultdict[int, list[bytes]](list), defaultdict[int, list[Reading]](list)
    for sample_id, file_hash in transaction.rows(CONTENTS, ids=ids):
        contents[sample_id].append(file_hash)
    for sample_id, name, source, *values in transaction.rows(READINGS, ids=ids):
        readings[sample_id].append(Reading(name, Source(source), *values))
    names: dict[int, str] = dict(transaction.rows(NAMES, ids=ids))
    annotations, tags = read_annotations(transaction, ids), read_tags_from(transaction, [Source.USER], ids)
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
        for sample_id, audio_hash in transaction.rows(SAMPLES, ids=ids)
    ]


def find_by_hash(transaction: Transaction, hashes: Iterable[bytes]) -> dict[bytes, int]:
    """Return the samples with these hashes, of their sound or of a file that held it, by hash."""
    wanted = list(hashes)
    by_audio, by_file = (transaction.first_of_each(one, [(each,) for each in wanted]) for one in (BY_AUDIO, BY_FILE))
    rows = ((each, audio or file) for each, audio, file in zip(wanted, by_audio, by_file, strict=True))
    return {each: int(row[0]) for each, row in rows if row is not None}
