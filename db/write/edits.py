"""Small changes that a user makes, one transaction each."""

import time
from collections.abc import Collection as Ids
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import numpy as np
import numpy.typing as npt

from db.engines.sqlite import Cursor, Database
from db.types import EncoderInfo, Reading, Remark, SampleIds, Source, TagMark
from db.write.ingest import ADD_READING, reading_row
from db.write.tag_changes import TagChange, apply_change, undo_change
from db.write.tag_resolution import TagWriter, settle_readings

_KEEP_REMARK = "INSERT OR REPLACE INTO remarks (sample_id, stars, note) VALUES (?, ?, ?)"
_ADD_MEMBER = "INSERT OR IGNORE INTO collection_samples (collection_id, sample_id, position) VALUES (?, ?, ?)"
_KEEP_POINT = "INSERT OR REPLACE INTO map_points (encoder_id, sample_id, x, y) VALUES (?, ?, ?, ?)"


class Edits:
    """Changes that wait for nobody but another process: they may come while this one is indexing.

    Comes from :meth:`db.library.Library.edits`.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep_remarks(self, remarks: Mapping[int, Remark]) -> None:
        """Store stars and notes by sample id; an empty remark is forgotten."""
        empty = [(sample_id,) for sample_id, remark in remarks.items() if remark == Remark()]
        kept = [(sample_id, remark.stars, remark.note) for sample_id, remark in remarks.items() if remark != Remark()]
        with self._transaction() as cursor:
            cursor.executemany("DELETE FROM remarks WHERE sample_id = ?", empty)
            cursor.executemany(_KEEP_REMARK, kept)

    def keep_collection(self, name: str, ids: Sequence[int]) -> None:
        """Make a collection hold exactly these samples, in this order; without any it is deleted."""
        with self._transaction() as cursor:
            cursor.execute("DELETE FROM collections WHERE name = ? COLLATE NOCASE", (name,))
            if ids:
                cursor.execute("INSERT INTO collections (name, created_at) VALUES (?, ?)", (name, int(time.time())))
                collection_id = cursor.lastrowid
                members = [(collection_id, sample_id, position) for position, sample_id in enumerate(ids, start=1)]
                cursor.executemany(_ADD_MEMBER, members)

    def keep_map_points(self, encoder: EncoderInfo, ids: SampleIds, places: npt.NDArray[np.float32]) -> None:
        """Store places on the map, shape ``(n, 2)``, in addition to or in place of those known."""
        with self._transaction() as cursor:
            row = cursor.execute("SELECT id FROM encoders WHERE fingerprint = ?", (encoder.fingerprint,)).fetchone()
            rows = zip(ids.tolist(), places.tolist(), strict=True)
            cursor.executemany(_KEEP_POINT, [(row[0], sample_id, x, y) for sample_id, (x, y) in rows])

    def keep_readings(self, name: str, readings: Mapping[int, Reading | None]) -> None:
        """Store what the user says of tempo, key or pitch by sample id; None forgets what was said before."""
        said = [(sample_id, name, Source.USER) for sample_id in readings]
        rows = [reading_row(sample_id, reading) for sample_id, reading in readings.items() if reading is not None]
        with self._transaction() as cursor:
            cursor.executemany("DELETE FROM readings WHERE sample_id = ? AND name = ? AND source = ?", said)
            cursor.executemany(ADD_READING, rows)
            settle_readings(cursor, readings.keys())

    def keep_setting(self, name: str, value: str) -> None:
        """Store a single value of the library."""
        with self._transaction() as cursor:
            cursor.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))

    def retag(self, marks: Mapping[int, tuple[TagMark, ...]], sources: Ids[Source]) -> None:
        """Replace all that these sources say of these samples; no other source is touched.

        Args:
            marks: The new tags by sample id; an empty tuple removes the old ones.
            sources: The sources that speak.

        Raises:
            ValueError: A mark is of none of the sources.
        """
        if any(mark.source not in sources for given in marks.values() for mark in given):
            raise ValueError("a mark is of a source that is not being replaced")
        with self._transaction() as cursor:
            TagWriter(cursor).replace(marks, sources)

    def change_tags(self, change: TagChange) -> int:
        """Change tags so that `undo_tags` can take it back; return how many samples look different."""
        with self._transaction() as cursor:
            return apply_change(cursor, change)

    def undo_tags(self, change_id: int | None = None) -> str | None:
        """Take back the last `change_tags`, save what changed again since; return its sentence, None without one.

        Does nothing where ``change_id`` is given and some other change is the last one.
        """
        with self._transaction() as cursor:
            return undo_change(cursor, change_id)

    @contextmanager
    def _transaction(self) -> Iterator[Cursor]:
        with self._database.write() as cursor:
            yield cursor
            cursor.execute("UPDATE meta SET value = value + 1 WHERE name = 'generation'")
