"""Walk a folder and tell what is new, changed, unchanged, gone or unreadable, at the price of one stat per file."""

import os
import stat
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from db.types import FailedFile, FileStat, KnownFile

# What libsndfile reads; the content decides in the end, the name only proposes.
AUDIO_EXTENSIONS = frozenset(
    b"wav wave bwf rf64 w64 aif aiff aifc flac ogg oga opus mp3 mp2 caf au snd voc svx 8svx".split()
)
UNSUPPORTED_EXTENSIONS = frozenset(
    b"rx2 rex rcy m4a m4p aac alac wma wv ape tta tak mpc ac3 dts dsf dff ra amr aup aup3 wem ncw".split()
)
_SKIPPED_FOLDERS = frozenset({b"__MACOSX", b"$RECYCLE.BIN", b"System Volume Information"})
_NO_STAT = FileStat(0, 0)

FolderId = tuple[int, int]  # device and inode


@dataclass(frozen=True, slots=True)
class FoundFile:
    """An audio file that has to be heard.

    Attributes:
        relpath: Path below the root, ``/``-separated, as bytes.
        stat: Size and time of last change.
        was_known: An earlier run recorded this path: its content changed, or it has no vector yet.
    """

    relpath: bytes
    stat: FileStat
    was_known: bool


@dataclass(frozen=True, slots=True)
class Scan:
    """What one walk found.

    Attributes:
        is_online: False if the root is missing, unreadable, or an empty mount point; then nothing has vanished.
        to_embed: New and changed files, in order of path.
        n_unchanged: Known files whose size and time are as recorded.
        vanished: Known paths that are gone; empty if the walk was cancelled.
        failed: Paths that cannot be heard, told without opening them.
    """

    is_online: bool
    to_embed: list[FoundFile] = field(default_factory=list)
    n_unchanged: int = 0
    vanished: list[bytes] = field(default_factory=list)
    failed: list[FailedFile] = field(default_factory=list)


def never() -> bool:
    """Return False: the walk is not cancelled."""
    return False


def scan(
    root: Path,
    known: Mapping[bytes, KnownFile],
    cancelled: Callable[[], bool] = never,
    *,
    retry_problems: bool = False,
) -> Scan:
    """Compare a folder with what is known of it. Opens no file.

    A file is unchanged if its size and its time of last change are, and if it has a vector or is a recorded problem.
    Links to folders are followed, each real folder once; a link to a file is a file of its own. Hidden and system
    folders are skipped.

    Args:
        root: The folder to walk.
        known: What the library holds, by path below the root.
        cancelled: Asked once per folder; the walk ends early when it returns True.
        retry_problems: Report unchanged files that failed before as files to hear.
    """
    walk = _Walk(root, known, cancelled, retry_problems=retry_problems)
    return walk.run()


class _Walk:
    """The state of one walk."""

    def __init__(
        self, root: Path, known: Mapping[bytes, KnownFile], cancelled: Callable[[], bool], *, retry_problems: bool
    ) -> None:
        self._root = os.fsencode(root)
        self._known = known
        self._cancelled = cancelled
        self._retry_problems = retry_problems
        self._was_cancelled = False
        self._folders = [b""]  # still to visit, as prefixes of the names in them
        self._linked_folders: list[bytes] = []
        self._unreadable: list[bytes] = []  # known files below these have not vanished
        self._unseen = dict(known)
        self._n_unchanged = 0
        self._to_embed: list[FoundFile] = []
        self._failed: list[FailedFile] = []

    def run(self) -> Scan:
        try:
            with os.scandir(self._root) as entries:
                is_empty = next(entries, None) is None
        except OSError:
            return Scan(is_online=False)
        if is_empty and self._known:
            return Scan(is_online=False)
        for folder in self._iter_folders():
            self._visit(folder)
        self._to_embed.sort(key=lambda found: found.relpath)
        return Scan(
            is_online=True,
            to_embed=self._to_embed,
            n_unchanged=self._n_unchanged,
            vanished=self._vanished(),
            failed=self._failed,
        )

    def _iter_folders(self) -> Iterator[bytes]:
        """Yield each real folder once: by its own path where it has one below the root, else by the first link."""
        # A link to a folder above the root would lead through the whole disk and back.
        visited = {_folder_id(os.fsencode(parent)) for parent in Path(os.fsdecode(self._root)).resolve().parents}
        while self._folders or self._linked_folders:
            if self._cancelled():
                self._was_cancelled = True
                return
            folder = self._folders.pop() if self._folders else self._linked_folders.pop()
            folder_id = _folder_id(os.path.join(self._root, folder))
            if folder_id is None or folder_id not in visited:
                visited.add(folder_id)
                yield folder

    def _visit(self, folder: bytes) -> None:
        try:
            with os.scandir(os.path.join(self._root, folder)) as entries:
                for entry in entries:
                    relpath = folder + entry.name
                    known = self._unseen.pop(relpath, None)
                    if known is not None and self._is_unchanged(entry, known):
                        self._n_unchanged += 1
                    else:
                        self._sort_entry(entry, relpath)
        except FileNotFoundError:
            return  # removed since its parent was read
        except OSError as error:
            self._unreadable.append(folder)
            message = f"This folder may not be read: {(error.strerror or 'unknown error').lower()}."
            self._failed.append(FailedFile(folder.rstrip(b"/"), _NO_STAT, "unreadable-folder", message))

    def _is_unchanged(self, entry: os.DirEntry[bytes], known: KnownFile) -> bool:
        """Tell a file that needs nothing: the way of nearly all of them, at 3 us each."""
        try:
            status = entry.stat()
        except OSError:
            return False  # sorted with the rest
        if status.st_mtime_ns != known.mtime_ns or status.st_size != known.size_bytes:
            return False
        is_done = known.is_embedded if known.sample_id else not self._retry_problems
        return is_done and not stat.S_ISDIR(status.st_mode)

    def _sort_entry(self, entry: os.DirEntry[bytes], relpath: bytes) -> None:
        name = entry.name
        if entry.is_dir(follow_symlinks=False):
            if not (name.startswith(b".") or name in _SKIPPED_FOLDERS):
                self._folders.append(relpath + b"/")
            return
        extension = name[name.rfind(b".") + 1 :].lower()
        if extension in AUDIO_EXTENSIONS or extension in UNSUPPORTED_EXTENSIONS:
            if not name.startswith(b"._"):  # the resource fork of a file copied from a Mac
                self._sort_audio(entry, relpath, extension)
        elif entry.is_symlink() and not name.startswith(b"."):
            self._sort_link(entry, relpath + b"/")

    def _sort_link(self, entry: os.DirEntry[bytes], folder: bytes) -> None:
        if os.path.isdir(entry.path):
            self._linked_folders.append(folder)
        elif not os.path.exists(entry.path):
            self._unreadable.append(folder)  # it may lead to an unplugged drive: nothing behind it has vanished

    def _sort_audio(self, entry: os.DirEntry[bytes], relpath: bytes, extension: bytes) -> None:
        try:
            status = entry.stat()
        except OSError as error:
            if entry.is_symlink():
                self._unreadable.append(relpath + b"/")
                self._fail(relpath, _NO_STAT, "broken-link", "It is a link to something that is not there.")
            elif not isinstance(error, FileNotFoundError):
                raise
            return
        if stat.S_ISDIR(status.st_mode):  # a link, named like a sound, to a folder
            self._linked_folders.append(relpath + b"/")
            return
        file_stat = FileStat(status.st_size, status.st_mtime_ns)
        if not stat.S_ISREG(status.st_mode):
            self._fail(relpath, file_stat, "not-a-file", "It is a pipe, socket or device, not a file.")
        elif extension in UNSUPPORTED_EXTENSIONS:
            self._fail(relpath, file_stat, "unsupported", _unsupported_message(extension))
        else:
            self._to_embed.append(FoundFile(relpath, file_stat, relpath in self._known))

    def _fail(self, relpath: bytes, file_stat: FileStat, code: str, message: str) -> None:
        self._failed.append(FailedFile(relpath, file_stat, code, message))

    def _vanished(self) -> list[bytes]:
        if self._was_cancelled:
            return []
        unreadable = tuple(self._unreadable)
        return sorted(relpath for relpath in self._unseen if not relpath.startswith(unreadable))


def _folder_id(folder: bytes) -> FolderId | None:
    try:
        status = os.stat(folder)
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _unsupported_message(extension: bytes) -> str:
    name = extension.decode()
    if name in {"rx2", "rex", "rcy"}:
        return f"earmark cannot read REX loops (.{name}); export it as WAV from a program that can."
    return f"earmark cannot read .{name} files; convert it to WAV or FLAC."
