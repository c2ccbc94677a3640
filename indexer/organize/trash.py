"""Put files into the system's trash, and find them there."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from indexer.files.disk import FileFacts, holds, read_facts

_INFO_ENDING = ".trashinfo"


def send(path: Path) -> None:
    """Move a file to the system's trash.

    Raises:
        OSError: It cannot be moved there, as from a drive without a trash.
    """
    from send2trash import send2trash

    send2trash(str(path))


class Trash:
    """The content of the trash; each folder of it is read once."""

    def __init__(self) -> None:
        self._known: dict[Path, dict[tuple[int, int], Path]] = {}

    def find(self, path: Path, facts: FileFacts, content_hash: str) -> Path | None:
        """Return where a removed file is in the trash; None if it is not found.

        Args:
            path: Path of the file before.
            facts: Its facts before.
            content_hash: Hash of its bytes.
        """
        for folder in _folders(path):
            if folder not in self._known:
                self._known[folder] = dict(_entries(folder))
            found = self._known[folder]
            same = found.get((facts.device, facts.inode))
            named = (one for one in found.values() if one.name.startswith(path.stem[:8]) or one.suffix == path.suffix)
            for place in [same] if same is not None else named:  # on another drive it has another inode
                if holds(place, facts.size_bytes, content_hash):
                    return place
        return None


def forget(place: Path) -> None:
    """Remove the record that the trash (freedesktop.org) keeps of a file that was taken out of it."""
    note = place.parent.parent / "info" / (place.name + _INFO_ENDING)
    if place.parent.name == "files":
        note.unlink(missing_ok=True)


def _entries(folder: Path) -> Iterator[tuple[tuple[int, int], Path]]:
    try:
        names = os.listdir(folder)
    except OSError:
        return
    for name in names:
        try:
            facts = read_facts(folder / name)
        except OSError:
            continue
        if facts is not None:
            yield (facts.device, facts.inode), folder / name


def _folders(path: Path) -> Iterator[Path]:
    """Yield the folders in which a system keeps files that were removed from a path."""
    mount = next((folder for folder in path.parents if os.path.ismount(folder)), path.parents[-1])
    if os.name == "nt":
        yield from (mount / "$Recycle.Bin").glob("*")
        return
    user = os.getuid()
    if sys.platform == "darwin":
        yield Path.home() / ".Trash"
        yield mount / ".Trashes" / str(user)
        return
    data = os.environ.get("XDG_DATA_HOME")
    yield (Path(data) if data else Path.home() / ".local" / "share") / "Trash" / "files"
    yield mount / ".Trash" / str(user) / "files"
    yield mount / f".Trash-{user}" / "files"
