"""Small changes that a user makes, one transaction each."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Collection as Ids
from contextlib import contextmanager

import numpy as np
import numpy.typing as npt

from db.compiled.annotations import (
    ADD_COLLECTION,
    ADD_MEMBER,
    CHANGE_ANNOTATION,
    DROP_ANNOTATION,
    DROP_COLLECTION,
    DROP_EMPTY_ANNOTATION,
    DROP_MEMBER,
    DROP_MEMBERS,
    FIND_COLLECTION,
    IS_EMPTY,
    LAST_PLACE,
    RENAME_COLLECTION,
    SET_ANNOTATION,
    SET_HEARING,
    SET_USE,
    SLOTS_IN,
)
from db.compiled.edits import (
    CHOOSE_KEEPER,
    COUNT_CHANGE,
    FORGET_APART,
    FORGET_KEEPER,
    KEEP_APART,
    SET_MAP_POINT,
    SET_VALUE,
)
from db.compiled.locks import GIVEN
from db.compiled.samples import PRESENT
from db.engines.base import Database, Transaction
from db.errors import UsageError
from db.paths import display_text
from db.read.annotations import read_annotations
from db.read.duplicates import DuplicateDecisions
from db.read.known_files import find_encoder_id
from db.read.tagging_inputs import QueuedSample
from db.types import TAG_STAGE_SOURCES, Annotation, EncoderInfo, Reading, SampleIds, Source, Tag
from db.write.readings import replace_readings
from db.write.records import TagEdit, TagResult
from db.write.tag_edits import apply_edit, undo_edit
from db.write.tagging_queue import finish_tagging, request_all
from db.write.tags import TagWriter


class Edits:
    """Small changes; they wait only for other processes, not for indexing in this one.

    On a server two people change the library at once: each of them locks the samples that a change is about before
    anything else (`db.engines.base.Transaction.lock_samples`), then a collection; the generation is counted last.

    Comes from :meth:`db.library.Library.edits`.
    """

    def __init__(
        self,
        database: Database,
        on_tag_edit: Callable[[int], None] = lambda _edit_id: None,
        on_change: Callable[[int], None] = lambda _generation: None,
    ) -> None:
        """Change a library.

        Args:
            database: Of the library.
            on_tag_edit: Told the id of each edit of tags that can be undone.
            on_change: Told the generation of the library that each change has made.
        """
        self._database = database
        self._on_tag_edit = on_tag_edit
        self._on_change = on_change

    def set_annotations(self, annotations: Mapping[int, Annotation]) -> None:
        """Store stars, notes and what is hidden by sample id; an empty annotation is deleted."""
        empty = [(sample_id,) for sample_id, given in annotations.items() if given == Annotation()]
        rows = [
            (sample_id, given.stars, given.note, given.is_hidden)
            for sample_id, given in annotations.items()
            if given != Annotation()
        ]
        with self._transaction(annotations) as transaction:
            transaction.run_many(DROP_ANNOTATION, empty)
            transaction.run_many(SET_ANNOTATION, rows)

    def change_annotations(
        self, ids: Ids[int], *, stars: int | None = None, note: str | None = None, is_hidden: bool | None = None
    ) -> int:
        """Store stars, notes or what is hidden, of which None stays as it is; return how many samples that changed."""
        rows = [(sample_id, stars, note, is_hidden) for sample_id in ids]
        with self._transaction(ids) as transaction:
            before = read_annotations(transaction, list(ids))
            transaction.run_many(CHANGE_ANNOTATION, rows)
            transaction.run_many(DROP_EMPTY_ANNOTATION, [(sample_id,) for sample_id in ids])
            after = read_annotations(transaction, list(ids))
        return sum(before.get(sample_id) != after.get(sample_id) for sample_id in set(ids))

    def note_use(self, ids: Ids[int], used_at: int) -> None:
        """Store when sounds were taken elsewhere, in seconds of Unix time; ids that are unknown are passed over."""
        with self._transaction(ids) as transaction:
            transaction.run_many(SET_USE, [(used_at, sample_id) for sample_id in ids])

    def note_hearings(self, heard_at: Mapping[int, int]) -> None:
        """Store when sounds were listened to, in seconds of Unix time; ids that are unknown are passed over.

        Counts as no change of the library: whoever listens need not read it again.
        """
        with self._database.write() as transaction:
            transaction.run_many(SET_HEARING, [(at, sample_id) for sample_id, at in sorted(heard_at.items())])

    def set_collection(self, name: str, ids: Sequence[int], slots: Mapping[int, str] | None = None) -> None:
        """Make a collection hold exactly these samples, in this order; without any it is deleted.

        One that is there keeps the spelling of its name, in which the case of ASCII letters does not matter.

        Args:
            name: Of the collection.
            ids: Samples.
            slots: Of a kit, by sample; None leaves each sample the slot that it has.
        """
        with self._transaction() as transaction:
            if not ids:
                transaction.run(DROP_COLLECTION, collection_id=transaction.value(FIND_COLLECTION, name=name))
                return
            collection_id = _ensure_collection(transaction, name)
            if slots is None:
                slots = dict(transaction.rows(SLOTS_IN, collection_id=collection_id))
            transaction.run(DROP_MEMBERS, collection_id=collection_id)
            places = enumerate(ids, start=1)
            members = [(collection_id, sample_id, position, slots.get(sample_id)) for position, sample_id in places]
            transaction.run_many(ADD_MEMBER, members)

    def add_to_collection(self, name: str, ids: Sequence[int]) -> int:
        """Add samples at the end of a collection, which is made where there is none; return how many were not in it."""
        if not ids:
            return 0
        with self._transaction() as transaction:
            collection_id = _ensure_collection(transaction, name)
            places = enumerate(ids, start=transaction.value(LAST_PLACE, collection_id=collection_id) + 1)
            members = [(collection_id, sample_id, position, None) for position, sample_id in places]
            return transaction.run_many(ADD_MEMBER, members)

    def remove_from_collection(self, name: str, ids: Ids[int]) -> int:
        """Take samples out of a collection, which goes with its last one; return how many were in it."""
        with self._transaction() as transaction:
            collection_id = transaction.value(FIND_COLLECTION, name=name)
            n_removed = transaction.run_many(DROP_MEMBER, [(collection_id, sample_id) for sample_id in ids])
            if transaction.value(IS_EMPTY, collection_id=collection_id):
                transaction.run(DROP_COLLECTION, collection_id=collection_id)
            return n_removed

    def rename_collection(self, name: str, new: str) -> None:
        """Give a collection another name, or another spelling of its name.

        Raises:
            UsageError: There is another one of that name.
        """
        with self._transaction() as transaction:
            found, taken = (transaction.value(FIND_COLLECTION, name=one) for one in (name, new))
            if taken not in {None, found}:
                raise UsageError(f"There is a collection {display_text(new)} already. Choose another name.")
            transaction.run(RENAME_COLLECTION, new_name=new, collection_id=found)

    def set_map_points(self, encoder: EncoderInfo, ids: SampleIds, places: npt.NDArray[np.float32]) -> None:
        """Store coordinates on the map, shape ``(n, 2)``; other sounds keep theirs."""
        with self._transaction() as transaction:
            encoder_id = find_encoder_id(transaction, encoder)
            rows = sorted(zip(ids.tolist(), places.tolist(), strict=True))  # as everybody does who stores some
            transaction.run_many(SET_MAP_POINT, [(encoder_id, sample_id, x, y) for sample_id, (x, y) in rows])

    def store_decisions(self, decisions: DuplicateDecisions) -> None:
        """Add what the user said of duplicates to what was said before; of one sound the later choice counts."""
        with self._transaction() as transaction:
            transaction.run_many(KEEP_APART, sorted(decisions.apart))
            transaction.run_many(CHOOSE_KEEPER, sorted(decisions.keepers.items()))

    def forget_decisions(self, audio_hashes: Ids[bytes]) -> int:
        """Forget what the user said of the duplicates of some sounds; return how many decisions that were."""
        hashes = [(each,) for each in sorted(audio_hashes)]
        with self._transaction() as transaction:
            return transaction.run_many(FORGET_APART, hashes) + transaction.run_many(FORGET_KEEPER, hashes)

    def set_user_readings(self, name: str, readings: Mapping[int, Reading | None]) -> None:
        """Store the user's tempo, key or pitch by sample id; None deletes it."""
        given = {sample_id: () if reading is None else (reading,) for sample_id, reading in readings.items()}
        with self._transaction(readings) as transaction:
            replace_readings(transaction, given, [Source.USER], name)

    def set_setting(self, name: str, value: str) -> None:
        """Store a single value of the library."""
        with self._transaction() as transaction:
            transaction.run(SET_VALUE, name=name, value=value)

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
        with self._transaction(tags) as transaction:
            TagWriter(transaction).replace(tags, sources)

    def begin_tagging(self, name: str, value: str) -> None:
        """Store the setting by which sounds are tagged from now on, and queue all of them."""
        with self._transaction() as transaction:
            transaction.lock_samples(PRESENT)
            transaction.run(SET_VALUE, name=name, value=value)
            request_all(transaction)

    def store_tagging(self, results: Mapping[QueuedSample, TagResult]) -> None:
        """Replace the results of the tag stage for samples, and take them off its queue."""
        tags = {queued.sample_id: result.tags for queued, result in results.items()}
        with self._transaction(tags) as transaction:
            TagWriter(transaction).replace(tags, TAG_STAGE_SOURCES)
            readings = {
                queued.sample_id: result.name_readings
                for queued, result in results.items()
                if result.name_readings is not None
            }
            replace_readings(transaction, readings, [Source.FILENAME])
            finish_tagging(transaction, [queued.queue_id for queued in results])

    def edit_tags(self, edit: TagEdit) -> int:
        """Change tags so that `undo_tag_edit` can undo it; return how many samples changed."""
        with self._transaction({key.sample_id for key in edit.confidences}) as transaction:
            n_changed, edit_id = apply_edit(transaction, edit)
        if edit_id is not None:
            self._on_tag_edit(edit_id)
        return n_changed

    def undo_tag_edit(self, edit_id: int | None = None) -> str | None:
        """Undo an `edit_tags`, the last one by default, except for what was changed again since.

        Returns:
            Its summary; None where there is no such edit, or none any more.
        """
        with self._transaction() as transaction:
            return undo_edit(transaction, edit_id)

    @contextmanager
    def _transaction(self, sample_ids: Ids[int] = ()) -> Iterator[Transaction]:
        """Open a transaction that changes these samples."""
        with self._database.write() as transaction:
            if sample_ids:
                transaction.lock_samples(GIVEN, ids=sample_ids)
            yield transaction
            generation = int(transaction.value(COUNT_CHANGE))  # the last row, for which others wait until the end
        self._on_change(generation)


def _ensure_collection(transaction: Transaction, name: str) -> int:
    """Return the row id of a collection, made where it is new; nobody else changes it until the transaction ends."""
    while (collection_id := transaction.value(FIND_COLLECTION, name=name)) is None:
        transaction.run(ADD_COLLECTION, name=name, created_at=int(time.time()))
    return int(collection_id)
