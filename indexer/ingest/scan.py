"""Walk a folder and find what is new, changed, unchanged, gone or unreadable, with one stat per file."""

import os
import stat
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from db.errors import system_reason
from db.paths import is_hidden, is_litter, is_system_folder
from db.types import FileStat, KnownFile
from db.write.records import FailedFile
from indexer.audio.formats import (
    ALL_EXTENSIONS,
    AUDIO_EXTENSIONS,
    UNREADABLE_EXTENSIONS,
    extension_of,
    unreadable_message,
)

# Hidden folders that nobody keeps sounds in on purpose: nothing is said of what lies in them.
_TOOL_FOLDERS = frozenset(
    b".git .svn .hg .cache .thumbnails .trash .trashes .spotlight-v100 .fseventsd .documentrevisions-v100 "
    b".temporaryitems .appledouble .stversions .sync .tmp".split()
)
_MAX_LOOKED_AT = 500  # entries of a hidden folder, to tell whether sounds are in it
_NO_STAT = FileStat(0, 0)
_KIND = stat.S_IFMT(0xFFFF)  # the bits of a mode that say what kind of file it is

FolderId = tuple[int, int]  # device and inode


@dataclass(frozen=True, slots=True)
class FoundFile:
    """An audio file that has to be read.

    Attributes:
        relpath: Path below the root, ``/``-separated, as bytes.
        stat: What tells whether it has changed.
        was_known: An earlier run recorded this path: its content changed, or it has no vector yet.
    """

    relpath: bytes
    stat: FileStat
    was_known: bool


@dataclass(frozen=True, slots=True)
class Scan:
    """The result of one walk.

    Attributes:
        is_online: False if the root is missing, unreadable, or the mount point of a drive that is not plugged in; then
            nothing has vanished.
        to_embed: New and changed files, in order of path.
        n_unchanged: Known files that are as recorded.
        vanished: Known paths that are gone; empty if the walk was cancelled.
        failed: Paths that cannot be read, told without opening them.
        skipped: Hidden folders with sounds in them.
        solved: Folders that were recorded as problems and are none now.
    """

    is_online: bool
    to_embed: list[FoundFile] = field(default_factory=list)
    n_unchanged: int = 0
    vanished: list[bytes] = field(default_factory=list)
    failed: list[FailedFile] = field(default_factory=list)
    skipped: list[FailedFile] = field(default_factory=list)
    solved: list[bytes] = field(default_factory=list)


def never() -> bool:
    """Return False: the walk is not cancelled."""
    return False


def scan(
    root: Path,
    known: Mapping[bytes, KnownFile],
    cancelled: Callable[[], bool] = never,
    *,
    other_roots: Collection[Path] = (),
) -> Scan:
    """Compare a folder with what is known of it. Opens no file.

    A file is unchanged if its size and its times of last change are as recorded, and if it is done.
    Links to folders are followed, each real folder once; a link to a file is a file of its own. Hidden and system
    folders are skipped.

    Args:
        root: The folder to walk.
        known: What the library holds, by path below the root.
        cancelled: Asked once per folder; the walk ends early when it returns True.
        other_roots: A hidden folder that is one of them is walked on its own.
    """
    walk = _Walk(root, known, cancelled, other_roots)
    return walk.run()


class _Walk:
    """The state of one walk."""

    def __init__(
        self,
        root: Path,
        known: Mapping[bytes, KnownFile],
        cancelled: Callable[[], bool],
        other_roots: Collection[Path],
    ) -> None:
        self._root = os.fsencode(root)
        self._known = known
        self._cancelled = cancelled
        self._other_roots = {os.fsencode(other) for other in other_roots}
        self._was_cancelled = False
        self._folders = [b""]  # still to visit, as prefixes of the names in them
        self._linked_folders: list[bytes] = []
        self._unreadable: list[bytes] = []  # known files below these have not vanished
        self._unseen = dict(known)
        self._n_unchanged = 0
        self._to_embed: list[FoundFile] = []
        self._failed: list[FailedFile] = []
        self._skipped: list[FailedFile] = []
        self._solved: set[bytes] = set()

    def run(self) -> Scan:
        if not self._is_online():
            return Scan(is_online=False)
        for folder in self._iter_folders():
            self._visit(folder)
        if not self._is_online():  # unplugged meanwhile: nothing has vanished
            return Scan(is_online=False)
        self._to_embed.sort(key=lambda found: found.relpath)
        return Scan(
            is_online=True,
            to_embed=self._to_embed,
            n_unchanged=self._n_unchanged,
            vanished=self._vanished(),
            failed=self._failed,
            skipped=self._skipped,
            solved=sorted(self._solved),
        )

    def _is_online(self) -> bool:
        try:
            with os.scandir(self._root) as entries:
                return not self._known or any(not is_litter(each.name) or each.name in self._known for each in entries)
        except OSError:
            return False

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
        n_unchanged, unseen, folder_mode = 0, self._unseen, stat.S_IFDIR  # locals: 3 us for each unchanged file
        try:
            with os.scandir(os.path.join(self._root, folder)) as entries:
                for entry in entries:
                    relpath = folder + entry.name
                    known = unseen.pop(relpath, None)
                    if known is not None:
                        try:
                            now = entry.stat()
                        except OSError:
                            pass  # sorted with the rest
                        else:
                            stamp = (now.st_size, now.st_mtime_ns, now.st_ctime_ns, True)
                            if stamp == known and now.st_mode & _KIND != folder_mode:
                                n_unchanged += 1
                                continue
                    self._sort_entry(entry, relpath)
        except FileNotFoundError:
            pass  # removed since its parent was read
        except OSError as error:
            self._unreadable.append(folder)
            message = f"This folder may not be read: {system_reason(error)}."
            self._solved.discard(folder.rstrip(b"/"))
            self._fail(folder.rstrip(b"/"), _NO_STAT, "unreadable-folder", message)
        self._n_unchanged += n_unchanged

    def _sort_entry(self, entry: os.DirEntry[bytes], relpath: bytes) -> None:
        name = entry.name
        if entry.is_dir(follow_symlinks=False):
            self._sort_folder(entry, relpath, self._folders)
            return
        extension = extension_of(name)
        if extension in ALL_EXTENSIONS:
            if not name.startswith(b"._"):  # the resource fork of a file copied from a Mac
                self._sort_audio(entry, relpath, extension)
        elif entry.is_symlink():
            self._sort_link(entry, relpath)

    def _sort_folder(self, entry: os.DirEntry[bytes], relpath: bytes, to_visit: list[bytes]) -> None:
        if relpath in self._known:
            self._solved.add(relpath)  # unless it turns out to be a problem again
        if is_hidden(entry.name):
            self._skip_hidden(entry, relpath)
        elif not is_system_folder(entry.name):
            to_visit.append(relpath + b"/")

    def _skip_hidden(self, entry: os.DirEntry[bytes], relpath: bytes) -> None:
        name = entry.name.lower()
        if name in _TOOL_FOLDERS or name.startswith(b".trash-"):
            return
        if os.path.realpath(entry.path) not in self._other_roots and _holds_sounds(entry.path):
            message = "Hidden folders are skipped. To index this one, give it by name: earmark index FOLDER"
            self._skipped.append(FailedFile(relpath, _NO_STAT, "hidden-folder", message))
            self._solved.discard(relpath)

    def _sort_link(self, entry: os.DirEntry[bytes], relpath: bytes) -> None:
        if os.path.isdir(entry.path):
            self._sort_folder(entry, relpath, self._linked_folders)
        elif not os.path.exists(entry.path):
            self._unreadable.append(relpath + b"/")  # perhaps to an unplugged drive: nothing behind it has vanished

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
            self._sort_folder(entry, relpath, self._linked_folders)
            return
        file_stat = FileStat(status.st_size, status.st_mtime_ns, status.st_ctime_ns)
        if not stat.S_ISREG(status.st_mode):
            self._fail(relpath, file_stat, "not-a-file", "It is a pipe, socket or device, not a file.")
        elif extension in UNREADABLE_EXTENSIONS:
            self._fail(relpath, file_stat, "unsupported", unreadable_message(extension))
        else:
            self._to_embed.append(FoundFile(relpath, file_stat, relpath in self._known))

    def _fail(self, relpath: bytes, file_stat: FileStat, code: str, message: str) -> None:
        self._failed.append(FailedFile(relpath, file_stat, code, message))

    def _vanished(self) -> list[bytes]:
        if self._was_cancelled:
            return []
        unreadable = tuple(self._unreadable)
        return sorted(relpath for relpath in self._unseen if not relpath.startswith(unreadable))


def _holds_sounds(folder: bytes) -> bool:
    """Say whether an audio file is among the first entries of a folder and of those in it."""
    folders = [folder]
    n_left = _MAX_LOOKED_AT
    while folders and n_left > 0:
        try:
            with os.scandir(folders.pop(0)) as entries:
                for entry in entries:
                    n_left -= 1
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(entry.path)
                    elif extension_of(entry.name) in AUDIO_EXTENSIONS and not entry.name.startswith(b"._"):
                        return True
                    if n_left <= 0:
                        return False
        except OSError:
            continue
    return False


def _folder_id(folder: bytes) -> FolderId | None:
    try:
        status = os.stat(folder)
    except OSError:
        return None
    return status.st_dev, status.st_ino
