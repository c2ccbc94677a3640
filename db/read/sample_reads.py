"""What is known of sounds: tags, measurements, what the user said of them; a part of `db.library.Library`.

What no search needs is imported by the methods that use it: `earmark search` starts sooner by 10 ms.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

import numpy as np
import numpy.typing as npt

from db.compiled.samples import COPIED
from db.engines.base import Database, Transaction
from db.measurements import Features
from db.read.annotations import (
    read_annotations,
    read_collection_ids,
    read_collections,
    read_hearings,
    read_slots,
    read_uses,
)
from db.read.embeddings import read_embeddings
from db.read.measurements import read_features, read_measurements
from db.types import Annotation, Collection, EncoderInfo, Matrix, SampleIds, Source, Tag, TagKey, TagName

if TYPE_CHECKING:
    from db.read.duplicates import DuplicateDecisions, FilePlace
    from db.read.facets import TagTable
    from db.read.map_points import MapPoints
    from db.read.marks import SampleMarks
    from db.read.tagging_inputs import QueuedSample, TaggingInputs

P = ParamSpec("P")
T = TypeVar("T")


class SampleReads:
    """Reads of tags, measurements, annotations and collections, each of one moment."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def _read(self, read: Callable[Concatenate[Transaction, P], T], *args: P.args, **options: P.kwargs) -> T:
        """Return what a function reads in a transaction of its own."""
        with self._database.read() as transaction:
            return read(transaction, *args, **options)

    def tag_names(self, facet: str | None = None) -> list[str]:
        """Return the names of the tags that sounds have or had, with those above them; of one facet or of all."""
        from db.read.facets import read_tag_names

        return self._read(read_tag_names, facet)

    def tag_table(self) -> "TagTable":
        """Return which sound has which effective tag, for counting."""
        from db.read.facets import read_tag_table

        return self._read(read_tag_table)

    def tags_from(self, sources: Iterable[Source], ids: Sequence[int]) -> dict[int, tuple[Tag, ...]]:
        """Return the tags of these samples from some sources; a confidence of 0 says that a tag does not fit."""
        from db.read.tags import read_tags_from

        return self._read(read_tags_from, sources, ids)

    def tag_confidences(self, tag: TagName, sources: Iterable[Source]) -> dict[TagKey, float]:
        """Return the confidence of one tag by sample and source; 0 says that it does not fit."""
        from db.read.tags import read_tag_confidences

        return self._read(read_tag_confidences, tag, sources)

    def few_shot_tags(self) -> dict[TagName, str]:
        """Return the tags that are learned from examples, each with its imported examples as JSON."""
        from db.read.tags import read_few_shot_tags

        return self._read(read_few_shot_tags)

    def tagging_queue(self, limit: int) -> "list[QueuedSample]":
        """Return samples that wait to be tagged, the longest waiting first."""
        from db.read.tagging_inputs import read_tagging_queue

        return self._read(read_tagging_queue, limit)

    def n_queued(self) -> int:
        """Return how many samples wait to be tagged."""
        from db.read.tagging_inputs import count_tagging_queue

        with self._database.read_one() as transaction:
            return count_tagging_queue(transaction)

    def tagging_inputs(self, ids: Sequence[int]) -> "list[TaggingInputs]":
        """Return what samples are tagged by, in the order asked; all ids are there."""
        from db.read.tagging_inputs import read_tagging_inputs

        return self._read(read_tagging_inputs, ids)

    def file_places(self, ids: SampleIds) -> "list[FilePlace]":
        """Return the files of samples, the first found first."""
        from db.read.duplicates import read_file_places

        return self._read(read_file_places, ids)

    def duplicate_decisions(self) -> "DuplicateDecisions":
        """Return what the user said of duplicates."""
        from db.read.duplicates import read_decisions

        return self._read(read_decisions)

    def copied_ids(self) -> SampleIds:
        """Return the samples that lie in several files, ascending."""
        with self._database.read() as transaction:
            return np.unique(transaction.numbers(COPIED))

    def measurements(self, ids: SampleIds, names: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return numbers of samples in the order asked, shape ``(n, len(names))``; NaN where one is unknown.

        Raises:
            ValueError: A name is in none of `MEASUREMENTS`, `READINGS` and `DERIVED` (`db.measurements`).
        """
        return self._read(read_measurements, ids, names)

    def features(self, ids: Sequence[int]) -> dict[int, Features]:
        """Return what was measured on samples, by id."""
        return self._read(read_features, ids)

    def annotations(self, ids: Sequence[int]) -> dict[int, Annotation]:
        """Return stars, notes and what is hidden; samples without any are left out."""
        return self._read(read_annotations, ids)

    def uses(self, ids: Sequence[int]) -> dict[int, int]:
        """Return when sounds were last exported, dragged or copied, in Unix seconds; the others are left out."""
        return self._read(read_uses, ids)

    def hearings(self, ids: Sequence[int]) -> dict[int, int]:
        """Return when sounds were last listened to here, in seconds of Unix time; the others are left out."""
        return self._read(read_hearings, ids)

    def collections(self) -> list[Collection]:
        """Return the named lists of sounds."""
        return self._read(read_collections)

    def collection_ids(self, name: str) -> list[int]:
        """Return the samples of a collection in its order; none where it does not exist."""
        return self._read(read_collection_ids, name)

    def kit_slots(self, name: str) -> dict[int, str]:
        """Return what each sample of a kit is in it, in its order; none where there is no such kit."""
        return self._read(read_slots, name)

    def marks(self) -> "list[SampleMarks]":
        """Return the sounds of which the user said something, and what: `db.read.marks.read_marks`."""
        from db.read.marks import read_marks

        return self._read(read_marks)

    def find_by_hash(self, hashes: Iterable[bytes]) -> dict[bytes, int]:
        """Return the samples with these hashes, of their sound or of a file that held it, by hash."""
        from db.read.marks import find_by_hash

        return self._read(find_by_hash, hashes)

    def map_points(self, encoder: EncoderInfo) -> "MapPoints":
        """Return ids and places, shape ``(n, 2)``, of the sounds that are on the map of an encoder."""
        from db.read.map_points import read_map_points

        return self._read(read_map_points, encoder)

    def embeddings(self, encoder: EncoderInfo, ids: Sequence[int]) -> tuple[list[int], Matrix]:
        """Return those of these samples that have a vector, and their unit vectors, shape ``(n, dim)``.

        They are read from the database; where all vectors are needed, or a search, `vectors` is quicker.
        """
        return self._read(read_embeddings, encoder, ids)
