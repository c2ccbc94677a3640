"""Small changes that a user makes, one transaction each."""

import time
from collections.abc import Collection as Ids
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import numpy as np
import numpy.typing as npt

from db.engines.sqlite import Cursor, Database
from db.errors import UsageError
from db.paths import display_text
from db.read.annotations import read_annotations
from db.types import (
    TAG_STAGE_SOURCES,
    Annotation,
    DuplicateDecisions,
    EncoderInfo,
    QueuedSample,
    Reading,
    SampleIds,
    Source,
    Tag,
    TagEdit,
    TagResult,
)
from db.write.readings import replace_readings
from db.write.tag_edits import apply_edit, undo_edit
from db.write.tagging_queue import finish_tagging, request_all
from db.write.tags import TagWriter

_SET_ANNOTATION = "INSERT OR REPLACE INTO annotations (sample_id, stars, note, is_hidden) VALUES (?, ?, ?, ?)"
# each value by itself, so that of two people who change one sound at once both are kept
_CHANGE_ANNOTATION = """
INSERT INTO annotations (sample_id, stars, note, is_hidden)
VALUES (?1, coalesce(?2, 0), coalesce(?3, ''), coalesce(?4, 0))
ON CONFLICT (sample_id) DO UPDATE SET
    stars = coalesce(?2, stars), note = coalesce(?3, note), is_hidden = coalesce(?4, is_hidden)
"""
_DROP_EMPTY_ANNOTATION = "DELETE FROM annotations WHERE sample_id = ? AND stars = 0 AND note = '' AND NOT is_hidden"
_SET_USE = "INSERT OR REPLACE INTO sample_uses (sample_id, used_at) SELECT id, ? FROM samples WHERE id = ?"
_SET_HEARING = "INSERT OR REPLACE INTO sample_hearings (sample_id, heard_at) SELECT id, ? FROM samples WHERE id = ?"
_SET_VALUE = "INSERT OR REPLACE INTO meta VALUES (?, ?)"
_FIND_COLLECTION = "SELECT id FROM collections WHERE name = ? COLLATE NOCASE"
_ADD_COLLECTION = "INSERT OR IGNORE INTO collections (name, created_at) VALUES (?, ?)"
_ADD_MEMBER = "INSERT OR IGNORE INTO collection_samples (collection_id, sample_id, position, slot) VALUES (?, ?, ?, ?)"
_APPEND_MEMBER = """
INSERT INTO collection_samples (collection_id, sample_id, position)
SELECT ?1, ?2, coalesce(max(position), 0) + 1 FROM collection_samples WHERE collection_id = ?1
ON CONFLICT (collection_id, sample_id) DO NOTHING
"""
_DROP_MEMBER = """
DELETE FROM collection_samples
WHERE collection_id = (SELECT id FROM collections WHERE name = ? COLLATE NOCASE) AND sample_id = ?
"""
_DROP_EMPTY_COLLECTION = """
DELETE FROM collections
WHERE name = ? COLLATE NOCASE AND id NOT IN (SELECT collection_id FROM collection_samples)
"""
_SLOTS = "SELECT sample_id, slot FROM collection_samples WHERE collection_id = ?"
_SET_MAP_POINT = "INSERT OR REPLACE INTO map_points (encoder_id, sample_id, x, y) VALUES (?, ?, ?, ?)"


class Edits:
    """Small changes; they wait only for other processes, not for indexing in this one.

    Comes from :meth:`db.library.Library.edits`.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def set_annotations(self, annotations: Mapping[int, Annotation]) -> None:
        """Store stars, notes and what is hidden by sample id; an empty annotation is deleted."""
        empty = [(sample_id,) for sample_id, given in annotations.items() if given == Annotation()]
        rows = [
            (sample_id, given.stars, given.note, given.is_hidden)
            for sample_id, given in annotations.items()
            if given != Annotation()
        ]
        with self._transaction() as cursor:
            cursor.executemany("DELETE FROM annotations WHERE sample_id = ?", empty)
            cursor.executemany(_SET_ANNOTATION, rows)

    def change_annotations(
        self, ids: Ids[int], *, stars: int | None = None, note: str | None = None, is_hidden: bool | None = None
    ) -> int:
        """Store stars, notes or what is hidden, of which None stays as it is; return how many samples that changed."""
        rows = [(sample_id, stars, note, is_hidden) for sample_id in ids]
        with self._transaction() as cursor:
            before = read_annotations(cursor, list(ids))
            cursor.executemany(_CHANGE_ANNOTATION, rows)
            cursor.executemany(_DROP_EMPTY_ANNOTATION, [(sample_id,) for sample_id in ids])
            after = read_annotations(cursor, list(ids))
        return sum(before.get(sample_id) != after.get(sample_id) for sample_id in set(ids))

    def note_use(self, ids: Ids[int], used_at: int) -> None:
        """Store when sounds were taken elsewhere, in seconds of Unix time; ids that are unknown are passed over."""
        with self._transaction() as cursor:
            cursor.executemany(_SET_USE, [(used_at, sample_id) for sample_id in ids])

    def note_hearings(self, heard_at: Mapping[int, int]) -> None:
        """Store when sounds were listened to, in seconds of Unix time; ids that are unknown are passed over.

        Counts as no change of the library: whoever listens need not read it again.
        """
        with self._database.write() as cursor:
            cursor.executemany(_SET_HEARING, [(at, sample_id) for sample_id, at in heard_at.items()])

    def set_collection(self, name: str, ids: Sequence[int], slots: Mapping[int, str] | None = None) -> None:
        """Make a collection hold exactly these samples, in this order; without any it is deleted.

        One that is there keeps the spelling of its name, in which the case of ASCII letters does not matter.

        Args:
            name: Of the collection.
            ids: Samples.
            slots: Of a kit, by sample; None leaves each sample the slot that it has.
        """
        with self._transaction() as cursor:
            if not ids:
                cursor.execute("DELETE FROM collections WHERE name = ? COLLATE NOCASE", (name,))
                return
            cursor.execute(_ADD_COLLECTION, (name, int(time.time())))
            (collection_id,) = cursor.execute(_FIND_COLLECTION, (name,)).fetchone()
            if slots is None:
                slots = dict(cursor.execute(_SLOTS, (collection_id,)).fetchall())
            cursor.execute("DELETE FROM collection_samples WHERE collection_id = ?", (collection_id,))
            places = enumerate(ids, start=1)
            members = [(collection_id, sample_id, position, slots.get(sample_id)) for position, sample_id in places]
            cursor.executemany(_ADD_MEMBER, members)

    def add_to_collection(self, name: str, ids: Sequence[int]) -> int:
        """Add samples at the end of a collection, which is made where there is none; return how many were not in it."""
        if not ids:
            return 0
        with self._transaction() as cursor:
            cursor.execute(_ADD_COLLECTION, (name, int(time.time())))
            (collection_id,) = cursor.execute(_FIND_COLLECTION, (name,)).fetchone()
            cursor.executemany(_APPEND_MEMBER, [(collection_id, sample_id) for sample_id in ids])
            return cursor.rowcount

    def remove_from_collection(self, name: str, ids: Ids[int]) -> int:
        """Take samples out of a collection, which goes with its last one; return how many were in it."""
        with self._transaction() as cursor:
            cursor.executemany(_DROP_MEMBER, [(name, sample_id) for sample_id in ids])
            n_removed = cursor.rowcount if ids else 0
            cursor.execute(_DROP_EMPTY_COLLECTION, (name,))
            return n_removed

    def rename_collection(self, name: str, new: str) -> None:
        """Give a collection another name, or another spelling of its name.

        Raises:
            UsageError: There is another one of that name.
        """
        with self._transaction() as cursor:
            found, taken = (cursor.execute(_FIND_COLLECTION, (one,)).fetchone() for one in (name, new))
            if taken not in {None, found}:
                raise UsageError(f"There is a collection {display_text(new)} already. Choose another name.")
            cursor.execute("UPDATE collections SET name = ? WHERE name = ? COLLATE NOCASE", (new, name))

    def set_map_points(self, encoder: EncoderInfo, ids: SampleIds, places: npt.NDArray[np.float32]) -> None:
        """Store coordinates on the map, shape ``(n, 2)``; other sounds keep theirs."""
        with self._transaction() as cursor:
            row = cursor.execute("SELECT id FROM encoders WHERE fingerprint = ?", (encoder.fingerprint,)).fetchone()
            rows = zip(ids.tolist(), places.tolist(), strict=True)
            cursor.executemany(_SET_MAP_POINT, [(row[0], sample_id, x, y) for sample_id, (x, y) in rows])

    def store_decisions(self, decisions: DuplicateDecisions) -> None:
        """Add what the user said of duplicates to what was said before; of one sound the later choice counts."""
        with self._transaction() as cursor:
            cursor.executemany("INSERT OR IGNORE INTO kept_apart VALUES (?, ?)", sorted(decisions.apart))
            cursor.executemany("INSERT OR REPLACE INTO chosen_keepers VALUES (?, ?)", decisions.keepers.items())

    def forget_decisions(self, audio_hashes: Ids[bytes]) -> int:
        """Forget what the user said of the duplicates of some sounds; return how many decisions that were."""
        hashes = [(each,) for each in audio_hashes]
        with self._transaction() as cursor:
            cursor.executemany("DELETE FROM kept_apart WHERE first_hash = ?1 OR second_hash = ?1", hashes)
            n_apart = cursor.rowcount
            cursor.executemany("DELETE FROM chosen_keepers WHERE audio_hash = ?", hashes)
            return n_apart + cursor.rowcount

    def set_user_readings(self, name: str, readings: Mapping[int, Reading | None]) -> None:
        """Store the user's tempo, key or pitch by sample id; None deletes it."""
        given = {sample_id: () if reading is None else (reading,) for sample_id, reading in readings.items()}
        with self._transaction() as cursor:
            replace_readings(cursor, given, [Source.USER], name)

    def set_setting(self, name: str, value: str) -> None:
        """Store a single value of the library."""
        with self._transaction() as cursor:
            cursor.execute(_SET_VALUE, (name, value))

    def set_tags(self, tags: Mapping[int, tuple[Tag, ...]], sources: Ids[Source]) -> None:
        """Replace all tags of these samples from these sources; other sources keep theirs.

        Args:
            tags: The new tags by sample id; an empty tuple removes the old ones.
            sources: The sources whose tags are replaced.

        Raises:
            ValueError: A tag is from none of the sources.
        """
        if any(tag.source not in sources for given in tags.values() for tag in given):
            raise ValueError("a tag is from a source that is not being replaced")
        with self._transaction() as cursor:
            TagWriter(cursor).replace(tags, sources)

    def begin_tagging(self, name: str, value: str) -> None:
        """Store the setting by which sounds are tagged from now on, and queue all of them."""
        with self._transaction() as cursor:
            cursor.execute(_SET_VALUE, (name, value))
            request_all(cursor)

    def store_tagging(self, results: Mapping[QueuedSample, TagResult]) -> None:
        """Replace the results of the tag stage for samples, and take them off its queue."""
        with self._transaction() as cursor:
            tags = {queued.sample_id: result.tags for queued, result in results.items()}
            TagWriter(cursor).replace(tags, TAG_STAGE_SOURCES)
            readings = {
                queued.sample_id: result.name_readings
                for queued, result in results.items()
                if result.name_readings is not None
            }
            replace_readings(cursor, readings, [Source.FILENAME])
            finish_tagging(cursor, [queued.queue_id for queued in results])

    def edit_tags(self, edit: TagEdit) -> int:
        """Change tags so that `undo_tag_edit` can take it back; return how many samples changed."""
        with self._transaction() as cursor:
            return apply_edit(cursor, edit)

    def undo_tag_edit(self, edit_id: int | None = None) -> str | None:
        """Undo the last `edit_tags`, except for what was changed again since; return its summary, None without one.

        Does nothing where ``edit_id`` is given and is not the last edit.
        """
        with self._transaction() as cursor:
            return undo_edit(cursor, edit_id)

    @contextmanager
    def _transaction(self) -> Iterator[Cursor]:
        with self._database.write() as cursor:
            yield cursor
            cursor.execute("UPDATE meta SET value = value + 1 WHERE name = 'generation'")
