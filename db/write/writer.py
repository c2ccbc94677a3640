"""All changes to a library, for the one process that holds the writer lock."""

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from db.compiled.edits import COUNT_CHANGE, SET_VALUE
from db.compiled.ingest import DROP_FILE_AT, DROP_PROBLEM_AT
from db.compiled.locks import EDITED, IN_ROOT, OBSERVED
from db.compiled.roots import DROP_FILES, DROP_ROOT
from db.engines.base import Transaction
from db.read.roots import read_roots
from db.read.settings import FILES_VERSION, read_generation
from db.types import EncoderInfo, Root
from db.write.edited_files import has_edits, settle_edits
from db.write.edits import Edits
from db.write.ingest import IngestBatch, Place, ensure_encoder
from db.write.moved_files import follow_changes, lock_samples_at
from db.write.records import FailedFile, FileChange, Observation, Outcome
from db.write.roots import add_root, relink_root, split_root


class Writer(Edits):
    """All changes to a library; each method is one transaction, on disk when it returns.

    Comes from :meth:`db.library.Library.writer`, which holds the lock that makes it the only one.
    """

    def add_root(self, path: Path) -> Root:
        """Add a folder: `db.write.roots.add_root`.

        Returns:
            The new root, or the root that contains the folder already.
        """
        with self._file_transaction() as transaction:
            root_id = add_root(transaction, path)
            return next(root for root in read_roots(transaction) if root.id == root_id)

    def forget_root(self, root_id: int) -> None:
        """Forget a folder, its files and its problems; the sounds are kept in case they return."""
        with self._file_transaction() as transaction:
            transaction.lock_samples(IN_ROOT, root_id=root_id)
            transaction.run(DROP_FILES, root_id=root_id)
            transaction.run(DROP_ROOT, root_id=root_id)

    def split_root(self, root: Root, folders: Sequence[Path]) -> None:
        """Take a folder out and make folders inside of it roots again: `db.write.roots.split_root`."""
        with self._file_transaction() as transaction:
            split_root(transaction, root, folders)

    def relink_root(self, root: Root, path: Path) -> None:
        """Move a root to the place where its folder is now: `db.write.roots.relink_root`."""
        with self._database.write() as transaction:
            transaction.take_turn("files")
            relink_root(transaction, root, path)
            if self._database.is_writable:  # a reader says for this machine alone where a root of a server lies
                _note_new_files(transaction)
                transaction.value(COUNT_CHANGE)  # read to its end: SQLite commits no statement in progress

    def store(
        self,
        root_id: int,
        encoder: EncoderInfo,
        observations: Sequence[Observation],
        failed: Sequence[FailedFile],
        vanished: set[Place],
    ) -> list[Outcome]:
        """Store what was found under a root, all of it or nothing.

        An observation replaces a problem at its path, a failed file replaces an observation. A sound that moved to
        another name loses the tags and readings of the old name.

        Args:
            root_id: The root that the paths are relative to.
            encoder: Whose vectors they are.
            observations: Files that were read. Without measurements only where the same bytes were read before.
            failed: Files that could not be read.
            vanished: Places, under any root, that the scan did not find any more. Those whose sound was found
                elsewhere are moved there and leave the set.

        Returns:
            What became of each observation, in order.

        Raises:
            ValueError: An unknown sound without measurements, or a vector that is not the encoder's.
        """
        with self._file_transaction() as transaction:
            relpaths = [*(file.relpath for file in observations), *(file.relpath for file in failed)]
            transaction.lock_samples(
                OBSERVED,
                file_hashes=[file.file_hash for file in observations],
                audio_hashes=[file.audio_hash for file in observations if file.audio_hash is not None],
                root_ids=[root_id] * len(relpaths),
                relpaths=relpaths,
            )
            batch = IngestBatch(transaction, root_id, relpaths, encoder, vanished, _now())
            outcomes = batch.add_all(observations)
            for file in failed:
                batch.add_failure(file)
            batch.finish()
        vanished -= batch.moved
        return outcomes

    def remove_files(self, places: Iterable[Place]) -> None:
        """Remove files and problems; the sounds are kept in case they return."""
        rows = list(places)
        with self._file_transaction() as transaction:
            lock_samples_at(transaction, rows)
            transaction.run_many(DROP_FILE_AT, rows)
            transaction.run_many(DROP_PROBLEM_AT, rows)

    def check_file_changes(self) -> None:
        """Change nothing, as somebody who may change files: asked before files are moved that the library is to follow.

        Raises:
            LibraryReadOnlyError: The role of this user on the server does not let them change files.
        """
        with self._database.write() as transaction:  # counts as no change
            transaction.run(DROP_FILE_AT, root_id=0, relpath=b"")  # there is no such root

    def follow_changes(self, changes: Sequence[FileChange]) -> None:
        """Bring files to where they were moved, copied or removed to: `db.write.moved_files`."""
        with self._file_transaction() as transaction:
            follow_changes(transaction, changes)

    def settle_edits(self) -> None:
        """Give new sounds in place of others what the user said of those, unless those lie elsewhere now.

        For the end of a run, when every file that was found is stored: `db.write.edited_files`.
        """
        with self._database.read() as transaction:
            if not has_edits(transaction):
                return
        with self._file_transaction() as transaction:
            transaction.lock_samples(EDITED)
            settle_edits(transaction)

    def activate(self, encoder: EncoderInfo) -> None:
        """Make an encoder the one that searches use."""
        with self._file_transaction() as transaction:
            ensure_encoder(transaction, encoder)
            transaction.run(SET_VALUE, name="encoder", value=encoder.fingerprint)

    @contextmanager
    def _file_transaction(self) -> Iterator[Transaction]:
        """Open a transaction that changes files; on a server one of them follows another, so that ids stay true."""
        with self._transaction() as transaction:
            transaction.take_turn("files")
            yield transaction
            _note_new_files(transaction)


def _note_new_files(transaction: Transaction) -> None:
    """Give the files another version: the number that this change will have, so that no two share one."""
    transaction.run(SET_VALUE, name=FILES_VERSION, value=str(read_generation(transaction) + 1))


def _now() -> int:
    return int(time.time())
