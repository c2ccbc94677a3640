"""The public interface to a library, in a folder or on a server.

What no search needs is imported by the methods that use it: `earmark search` starts sooner by 10 ms.
"""

from collections import deque
from collections.abc import Container, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from db.compiled.samples import ANY
from db.engines.base import Transaction
from db.engines.postgres.place import LibraryPlace
from db.engines.selection import Scope, Selection
from db.errors import LibraryDamagedError
from db.query.filters import read_filter_confidence, select, select_files
from db.query.names import read_file_names, read_letter_matches, read_name_matches
from db.query.parser import Filter
from db.read.folders import FolderTable, PackNames, read_folder_table
from db.read.known_files import read_complete_files, read_embedded, read_known_files
from db.read.orders import Ranks, read_ranks, sort_places
from db.read.roots import find_root, find_sample_id, read_folder_counts, read_roots
from db.read.sample_reads import SampleReads
from db.read.samples import read_paths, read_samples
from db.read.settings import read_generation, read_setting
from db.storage.base import Storage
from db.storage.opening import create_place, open_place
from db.types import EncoderInfo, KnownFile, Root, Sample, SampleIds
from db.vectors.flat_index import VectorIndex

if TYPE_CHECKING:
    from db.read.overview import EncoderCount, LibraryStats, Problem
    from db.write.edits import Edits
    from db.write.writer import Writer

_N_OWN_CHANGES = 1000  # remembered; after more, between two looks, others are taken to have made some of them


class Library(SampleReads):
    """The sounds of a user and all that is known of them, in one folder or on a server.

    Every read is of one moment and waits for nobody; changes go through :meth:`writer`. One object serves all threads
    of a process.

    Attributes:
        name: Where the library lies, to print.
        folder: What belongs to it on this machine: caches that may be deleted at any time, logs of exports, and
            ``earmark.db`` where it does not lie on a server.
        own_tag_edit: The last edit of tags that was made through this object and can be undone.
    """

    def __init__(self, storage: Storage) -> None:
        self.name = storage.name
        self.folder = storage.folder
        super().__init__(storage.database)
        self._storage = storage
        self.own_tag_edit: int | None = None
        self._own_changes: deque[int] = deque(maxlen=_N_OWN_CHANGES)  # generations that were made through this object
        self._packs = PackNames()
        self._listed: tuple[int, Scope | None] = (-1, None)  # all that is not hidden, and when it was asked for

    @classmethod
    def create(cls, place: LibraryPlace) -> "Library":
        """Open a library; in a folder it is made where it is missing, on a server it is there.

        Raises:
            LibraryError: The folder cannot be written, or holds something else.
        """
        return cls(create_place(place))

    @classmethod
    def open(cls, place: LibraryPlace) -> "Library":
        """Open a library, upgrading one that an older earmark made.

        Raises:
            LibraryError: There is none, it is damaged, its server cannot be reached, or a newer earmark made it.
        """
        return cls(open_place(place))

    def close(self) -> None:
        self._database.close()

    def __enter__(self) -> "Library":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def read_together(self) -> Iterator[None]:
        """Let the reads of this thread within the block be of one moment on a server, in a third of the round trips.

        For one answer of several reads. What this thread changes within the block, its reads may not see.
        """
        with self._database.read_together():
            yield

    @property
    def id(self) -> str:
        """The name that no other library has; copies and backups of this one share it."""
        return self.setting("library") or ""

    @property
    def longest_path(self) -> int | None:
        """How many bytes a path below its root may have; None for any."""
        return self._storage.longest_path

    @property
    def is_writable(self) -> bool:
        """Whether this user may change the library; false where its folder is read-only."""
        return self._database.is_writable

    @property
    def is_empty(self) -> bool:
        """Whether no sound was ever stored here; cheap enough to ask at every start."""
        with self._database.read_one() as transaction:
            return transaction.first(ANY) is None

    def roots(self) -> list[Root]:
        """Return the folders of the library, in the order in which they were added."""
        return self._read(read_roots)

    def online_folders(self) -> list[Path]:
        """Return the folders of the library that are there now."""
        return [root.path for root in self.roots() if root.is_online]

    def find_root(self, path: Path) -> Root | None:
        """Return the folder of the library at a path, in any spelling or by the name of a link."""
        return self._read(find_root, path)

    def folder_counts(self, root_id: int) -> dict[str, int]:
        """Return the number of files directly in each folder below a root; ``""`` stands for the root itself."""
        return self._read(read_folder_counts, root_id)

    def folder_table(self) -> FolderTable:
        """Return where all sounds lie, by folder and pack: `db.read.folders.read_folder_table`."""
        return self._read(read_folder_table)

    def known_files(
        self, root_id: int, encoder: EncoderInfo, retried: Container[str] | None = frozenset()
    ) -> dict[bytes, KnownFile]:
        """Return every stored path under a root: `db.read.known_files.read_known_files`."""
        return self._read(read_known_files, root_id, encoder, retried)

    def complete_files(self, sizes: Iterable[int], encoder: EncoderInfo) -> dict[int, tuple[bytes, ...]]:
        """Return, by size in bytes, hashes of files that need no decoding for this encoder."""
        return self._read(read_complete_files, sizes, encoder)

    def embedded(self, audio_hashes: Iterable[bytes], encoder: EncoderInfo) -> set[bytes]:
        """Return those sounds that have a vector of an encoder."""
        return self._read(read_embedded, audio_hashes, encoder)

    def samples(self, ids: Sequence[int]) -> list[Sample]:
        """Return sounds in the order asked; ids without a file on record are left out."""
        return self._read(read_samples, ids, self._packs)

    def filter_ids(self, filters: Sequence[Filter]) -> SampleIds | None:
        """Return the ids on record that pass every filter, ascending; None where that is all of them.

        What the user has hidden passes only where ``hidden:`` asks for it.
        """
        scope = self.scope(filters)
        return None if scope is None else scope.ids

    def scope(self, filters: Sequence[Filter]) -> Scope | None:
        """Return what passes every filter, for a search; None where that is everything: `filter_ids`."""
        with self._database.read() as transaction:
            if filters:
                return self._scope(transaction, filters)
            generation = read_generation(transaction)  # asked for with each key that is typed
            if generation != self._listed[0]:
                self._listed = (generation, self._scope(transaction, ()))
            return self._listed[1]

    def _scope(self, transaction: Transaction, filters: Sequence[Filter]) -> Scope | None:
        selection = select(transaction, filters)
        return None if selection is None else Scope(selection, self._read_ids)

    def _read_ids(self, selection: Selection) -> SampleIds:
        with self._database.read() as transaction:
            return transaction.select(selection)

    def matching_paths(self, ids: Sequence[int], filters: Sequence[Filter]) -> dict[int, tuple[Path, ...]]:
        """Return the places of sounds that pass all filters on places; empty where there is no such filter."""
        with self._database.read() as transaction:
            conditions = select_files(transaction, filters) if ids else ()
            if not conditions:
                return {}
            return read_paths(transaction, ids, transaction.select_files(conditions, ids))

    def filter_confidence(self, filters: Sequence[Filter], ids: SampleIds) -> npt.NDArray[np.float32] | None:
        """Return the confidence of the tags that filters ask for: `db.query.filters.read_filter_confidence`."""
        return self._read(read_filter_confidence, filters, ids)

    def name_matches(self, words: Sequence[str], limit: int = 2000) -> dict[int, float]:
        """Match words with the names of files and folders.

        Returns:
            A share above 0 and up to 1 by sample id; of at most ``limit`` files, those with the rarest words first.
        """
        return self._read(read_name_matches, words, limit)

    def letter_matches(self, letters: str, limit: int = 2000) -> dict[int, float]:
        """Say which file names hold some letters in order: `db.query.names.read_letter_matches`."""
        return self._read(read_letter_matches, letters, limit)

    def file_names(self) -> list[tuple[int, str, str]]:
        """Return sample, folder below its root and name of every file, for display; 0.1 s for 100,000."""
        return self._read(read_file_names)

    def find_sample_id(self, path: Path) -> int | None:
        """Return the id of the sound that lies at a path."""
        return self._read(find_sample_id, path)

    def sorted_ids(self, order: str = "added", *, is_descending: bool = False) -> SampleIds:
        """Return the ids of all sounds on record in one of `db.read.orders.ORDERS`; those without a value come last."""
        found = self.ranks(order)
        return found.ids[sort_places([(found.ranks, is_descending)])]

    def ranks(self, order: str) -> Ranks:
        """Return where each sound on record stands in one of `db.read.orders.ORDERS`, to sort by several of them."""
        return self._read(read_ranks, order)

    def vectors(self, encoder: EncoderInfo) -> VectorIndex:
        """Return the vectors of an encoder as of now; the next call may extend the index that this one returned."""
        return self._storage.vectors(encoder)

    def generation(self) -> int:
        """Return the number of write transactions so far; while it stays the same, what was read is up to date."""
        with self._database.read_one() as transaction:
            return read_generation(transaction)

    def changes_of_others(self, since: int) -> tuple[int, bool]:
        """Return the generation, and whether others have changed the library after an earlier one.

        Others are all who do not change it through this object, in this process or another one.
        """
        now = self.generation()
        own = list(self._own_changes)
        return now, now - since != sum(since < generation <= now for generation in own)

    def active_encoder(self) -> str | None:
        """Return the fingerprint of the encoder that searches use, or None where none was chosen yet."""
        return self.setting("encoder")

    def setting(self, name: str) -> str | None:
        """Return a single value of the library, or None where it was never stored."""
        with self._database.read_one() as transaction:
            return read_setting(transaction, name)

    def document(self, name: str) -> bytes | None:
        """Return a text that belongs to the library, such as ``taxonomy.toml``; None where there is none.

        In a folder it is a file there, which people edit.

        Raises:
            OSError: It is a file that cannot be read.
        """
        return self._storage.read_document(name)

    def set_document(self, name: str, content: bytes | None) -> None:
        """Store such a text, which is UTF-8, or remove it.

        Raises:
            LibraryBusyError: Another process writes the library.
            OSError: It is a file that cannot be written.
        """
        with self._storage.share_turn():
            self._storage.write_document(name, content)

    def back_up(self) -> Path | None:
        """Copy the library to its folder and return the file; None on a server, which is backed up as a whole.

        Raises:
            LibraryError: It cannot be written or read.
        """
        return self._storage.back_up()

    def encoders(self) -> "list[EncoderCount]":
        """Return the encoders that have vectors here, oldest first."""
        from db.read.overview import read_encoders

        return self._read(read_encoders)

    def stats(self) -> "LibraryStats":
        """Return the library in figures."""
        from db.read.overview import read_stats

        with self._database.read() as transaction:
            return read_stats(transaction, self._storage.count_bytes(transaction))

    def problems(self) -> "list[Problem]":
        """Return the files that could not be read, ordered by root and path."""
        from db.read.overview import read_problems

        return self._read(read_problems)

    def partly_read(self) -> dict[Path, tuple[str, ...]]:
        """Return the files that were read only in part, with sentences that say what is missing."""
        from db.read.overview import read_partly_read

        return self._read(read_partly_read)

    def find_problem(self, path: Path) -> "Problem | None":
        """Return why a file could not be read, by its path as written or with links in its folders resolved."""
        absolute = path.absolute()
        places = {absolute, absolute.parent.resolve() / absolute.name}
        return next((problem for problem in self.problems() if problem.path in places), None)

    def check(self) -> list[str]:
        """Return one sentence for each fault of the database and of its caches; empty when all is well.

        Raises:
            LibraryError: It cannot be read for another reason than damage.
        """
        try:
            with self._database.read() as transaction:
                return transaction.find_faults() + self._storage.find_faults(transaction)
        except LibraryDamagedError as error:
            return [str(error)]

    @contextmanager
    def writer(self) -> "Iterator[Writer]":
        """Hold the write lock and yield what changes the library.

        Raises:
            LibraryBusyError: Somebody else holds it.
        """
        from db.write.writer import Writer  # who only reads starts without it

        with self._storage.take_turn():
            yield Writer(self._database, self._note_tag_edit, self._own_changes.append)

    @contextmanager
    def edits(self) -> "Iterator[Edits]":
        """Hold the write lock for small changes, also while a thread of this process holds the `writer`.

        Raises:
            LibraryBusyError: Another process holds it.
        """
        from db.write.edits import Edits

        with self._storage.share_turn():
            yield Edits(self._database, self._note_tag_edit, self._own_changes.append)

    def _note_tag_edit(self, edit_id: int) -> None:
        self.own_tag_edit = edit_id
