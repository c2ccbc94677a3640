"""Bring a library up to date: scan the folders, decode and embed what is new, store it batch by batch."""

import os
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from db.errors import UsageError
from db.library import Library
from db.paths import display_text
from db.types import Root
from db.write.records import FailedFile, Observation, Outcome
from db.write.writer import Writer
from indexer.audio.remote import prepare_place, url_of
from indexer.encoders.base import Encoder
from indexer.ingest.long_paths import leave_out_long_paths
from indexer.ingest.scan import FoundFile, Scan, scan
from indexer.ingest.scan_remote import scan_remote
from indexer.processes.gc_pause import gc_paused
from indexer.tagging.tag_pass import TagPass

if TYPE_CHECKING:
    from indexer.ingest.decode_and_embed import EmbeddedSound, EmbedFiles
    from indexer.ingest.worker_pool import Task
    from indexer.provenance.pack_documents import PackDocuments


@dataclass(frozen=True, slots=True)
class RootScanned:
    """One folder was compared with what the library knows of it."""

    root: Path
    is_online: bool
    n_to_embed: int
    n_unchanged: int


@dataclass(frozen=True, slots=True)
class BatchStored:
    """One more batch is safe on disk; whatever happens next, it will not be embedded again."""

    n_done: int
    n_total: int
    n_failed: int
    current: str  # display text of the last file of the batch
    seconds: float  # since the first file was read


_N_COPIES_OF = 100  # sounds of one size whose copies are told without decoding; their hashes travel with each task
_RETRIED = frozenset({"unreadable"})  # with each run: permissions and disks change without the file

IndexEvent: TypeAlias = RootScanned | BatchStored


@dataclass(frozen=True, slots=True)
class IndexSummary:
    """What one run did. Counts are files."""

    n_new: int
    n_changed: int
    n_retagged: int  # other bytes, the same sound
    n_moved: int
    n_duplicate: int
    n_unchanged: int
    n_removed: int
    n_failed: int
    n_skipped_folders: int  # hidden ones with sounds in them
    n_offline_roots: int
    n_embedded: int
    seconds: float
    was_cancelled: bool


def index(
    library: Library,
    folders: Sequence[Path],
    encoder: Encoder,
    *,
    on_event: Callable[[IndexEvent], None] = lambda _: None,
    cancelled: Callable[[], bool] = lambda: False,
    retry_problems: bool = False,
    is_full: bool = False,
    embed_files: "EmbedFiles | None" = None,
    has_remote: bool = False,
) -> IndexSummary:
    """Add folders to a library and bring all of its roots up to date.

    Every batch is one transaction, so a kill at any moment loses nothing that a `BatchStored` has reported, and the
    next run goes on from there.

    Args:
        library: The library to write; its writer lock is held meanwhile.
        folders: Roots to add; may be empty.
        encoder: Embeds what has no vector of it yet; becomes the library's active encoder.
        on_event: Told of progress, from this thread.
        cancelled: Polled often; once true, what is under way is stored and the run ends.
        retry_problems: Also try again the files that failed before and have not changed since.
        is_full: Read every file again, also those whose size and times are as before; what holds other bytes is then
            decoded. Implies ``retry_problems``.
        embed_files: Decodes and embeds; by default, processes of this machine do.
        has_remote: Also look through the folders of object stores, which nobody wants at each change of a local file.

    Raises:
        UsageError: A folder does not exist, or the user's taxonomy cannot be understood.
        LibraryBusyError: Another process is writing this library.
        ModelError: The encoder cannot be used.
    """
    check_folders(folders)
    with library.writer() as writer:
        for folder in folders:
            writer.add_root(folder)
        tag_pass = TagPass(library, encoder)
        run = _Run(library, writer, encoder, tag_pass, on_event, cancelled, embed_files)
        roots = [root for root in library.roots() if has_remote or url_of(root.path) is None]
        summary = run.update(roots, retry_problems=retry_problems or is_full, is_full=is_full)
        if not summary.was_cancelled:
            tag_pass.refresh(has_new_sounds=summary.n_embedded > 0, cancelled=cancelled)
        if summary.n_embedded and library.few_shot_tags():
            from indexer.few_shot.service import FewShotTagger

            FewShotTagger(library, encoder.info, encoder).renew()  # new sounds get the few-shot tags
            tag_pass.tag_queued(cancelled=cancelled)
    return summary


def check_folders(folders: Sequence[Path]) -> None:
    """Raise UsageError for the first path that is not a folder."""
    for folder in folders:
        if not folder.is_dir():
            raise UsageError(f"{display_text(folder)} is not a folder. Give the folder that holds your sounds.")


class _Run:
    """One pass over the roots of a library."""

    def __init__(
        self,
        library: Library,
        writer: Writer,
        encoder: Encoder,
        tag_pass: TagPass,
        on_event: Callable[[IndexEvent], None],
        cancelled: Callable[[], bool],
        embed_files: "EmbedFiles | None",
    ) -> None:
        self._library = library
        self._writer = writer
        self._encoder = encoder
        self._on_event = on_event
        self._cancelled = cancelled
        self._tag_pass = tag_pass
        self._embed_files = embed_files
        self._counts: Counter[Outcome] = Counter()
        self._n_embedded = 0
        self._n_failed = 0
        # rows whose file the scan did not find: moved if their content turns up elsewhere, else removed at the end
        self._vanished: set[tuple[int, bytes]] = set()
        self._documents: dict[int, PackDocuments] = {}  # by root
        self._known_hashes: dict[int, tuple[bytes, ...]] = {}  # of files that need no decoding, by size in bytes

    def update(self, roots: Sequence[Root], *, retry_problems: bool, is_full: bool) -> IndexSummary:
        began = time.monotonic()
        paths = [root.path for root in roots]
        scans = {root: self._scan(root, paths, retry_problems=retry_problems, is_full=is_full) for root in roots}
        if self._library.active_encoder() != self._encoder.info.fingerprint:
            self._writer.activate(self._encoder.info)
        work = [(root, file) for root, found in scans.items() for file in found.to_embed]
        # Changed paths first: a sound that went from one of them to a new path is told as moved then, not as a copy.
        self._embed(sorted(work, key=lambda each: not each[1].was_known))
        was_cancelled = self._cancelled()
        n_removed = 0 if was_cancelled else len(self._vanished)
        if n_removed:
            self._writer.remove_files(self._vanished)
        if not was_cancelled:
            self._writer.settle_edits()
        if self._n_embedded:
            self._library.vectors(self._encoder.info)  # writes the cache now, so that the first search is quick
        return IndexSummary(
            n_new=self._counts[Outcome.NEW],
            n_changed=self._counts[Outcome.CHANGED],
            n_retagged=self._counts[Outcome.RETAGGED],
            n_moved=self._counts[Outcome.MOVED],
            n_duplicate=self._counts[Outcome.DUPLICATE],
            n_unchanged=self._counts[Outcome.UNCHANGED] + sum(found.n_unchanged for found in scans.values()),
            n_removed=n_removed,
            n_failed=self._n_failed,
            n_skipped_folders=sum(len(found.skipped) for found in scans.values()),
            n_offline_roots=sum(not found.is_online for found in scans.values()),
            n_embedded=self._n_embedded,
            seconds=time.monotonic() - began,
            was_cancelled=was_cancelled,
        )

    def _scan(self, root: Root, other_roots: Sequence[Path], *, retry_problems: bool, is_full: bool) -> Scan:
        with gc_paused():
            retried = None if retry_problems else _RETRIED
            known = self._library.known_files(root.id, self._encoder.info, retried)
            if is_full:
                known = {relpath: (*file[:3], False) for relpath, file in known.items()}
            url = url_of(root.path)
            if url is None:
                found = scan(root.path, known, self._cancelled, other_roots=other_roots)
            else:
                prepare_place(root.path)
                found = scan_remote(url, known, self._cancelled)
            found = leave_out_long_paths(found, known, self._library.longest_path)
        self._vanished |= {(root.id, relpath) for relpath in found.vanished}
        self._n_failed += len(found.failed)
        if found.failed or found.skipped:
            problems = found.failed + found.skipped
            self._writer.store(root.id, self._encoder.info, [], problems, self._vanished)
        if found.solved:
            self._writer.remove_files((root.id, relpath) for relpath in found.solved)
        self._on_event(RootScanned(root.path, found.is_online, len(found.to_embed), found.n_unchanged))
        return found

    def _embed(self, work: Sequence[tuple[Root, FoundFile]]) -> None:
        if not work:
            return
        from indexer.ingest.decode_and_embed import decode_and_embed  # 0.03 s, needed only here

        began = time.monotonic()
        n_done = 0
        embed_files = self._embed_files or decode_and_embed
        batches = embed_files(
            self._tasks(work), self._encoder, cancelled=self._cancelled, find_embedded=self._find_embedded
        )
        for batch in batches:
            self._store(work, batch)
            n_done += len(batch)
            current = display_text(work[batch[-1].key][1].relpath)
            self._on_event(BatchStored(n_done, len(work), self._n_failed, current, time.monotonic() - began))

    def _find_embedded(self, audio_hashes: Set[bytes]) -> Set[bytes]:
        return self._library.embedded(audio_hashes, self._encoder.info)

    def _tasks(self, work: Sequence[tuple[Root, FoundFile]]) -> "Iterator[Task]":
        from indexer.ingest.worker_pool import Task

        sizes = {file.stat.size_bytes for _, file in work}
        self._known_hashes = self._library.complete_files(sizes, self._encoder.info)
        urls = {root: url_of(root.path) for root in {root for root, _ in work}}
        for key, (root, file) in enumerate(work):
            top, size_bytes = urls[root], file.stat.size_bytes
            url = None if top is None else f"{top}/{os.fsdecode(file.relpath)}"
            known = self._known_hashes.get(size_bytes, ())
            yield Task(key, _absolute(root, file.relpath), known, url=url, size_bytes=size_bytes)

    def _store(self, work: Sequence[tuple[Root, FoundFile]], batch: "Sequence[EmbeddedSound]") -> None:
        observed: defaultdict[int, list[Observation]] = defaultdict(list)
        failed: defaultdict[int, list[FailedFile]] = defaultdict(list)
        for item in batch:
            root, file = work[item.key]
            if item.error is not None and item.error[0] == "gone":
                continue  # the next scan tells whether it was removed or its drive was unplugged
            if item.error is not None:
                failed[root.id].append(FailedFile(file.relpath, file.stat, *item.error))
            else:
                observed[root.id].append(self._observation(root, file, item))
        for root_id in observed.keys() | failed.keys():
            outcomes = self._writer.store(
                root_id, self._encoder.info, observed[root_id], failed[root_id], self._vanished
            )
            self._counts.update(outcomes)
        self._tag_pass.tag_queued()
        self._n_failed += sum(map(len, failed.values()))
        self._n_embedded += sum(item.vector is not None for item in batch)
        self._note_hashes(work, batch)

    def _note_hashes(self, work: Sequence[tuple[Root, FoundFile]], batch: "Sequence[EmbeddedSound]") -> None:
        """Let copies of what was just stored, of which packs are full, pass without decoding."""
        for item in batch:
            if item.sound is not None and item.vector is not None:
                size = work[item.key][1].stat.size_bytes
                known = self._known_hashes.get(size, ())
                if len(known) < _N_COPIES_OF:
                    self._known_hashes[size] = (*known, item.sound.file_hash)

    def _observation(self, root: Root, file: FoundFile, item: "EmbeddedSound") -> Observation:
        from indexer.provenance.pack_documents import PackDocuments  # needed only here

        assert item.sound is not None
        documents = self._documents.setdefault(root.id, PackDocuments(root.path))
        return Observation(
            relpath=file.relpath,
            stat=file.stat,
            file_hash=item.sound.file_hash,
            audio_hash=item.sound.audio_hash,
            features=item.sound.features,
            vector=item.vector,
            caveats=item.sound.caveats,
            readings=item.sound.readings,
            provenance=item.sound.provenance.or_else(
                documents.of_file(Path(os.fsdecode(_absolute(root, file.relpath))))
            ),
        )


def _absolute(root: Root, relpath: bytes) -> bytes:
    return os.path.join(os.fsencode(root.path), relpath)
