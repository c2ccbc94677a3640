"""The system's trash: put files there, and find them again."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from indexer.organize.disk import FileFacts, holds, read_facts

_INFO_ENDING = ".trashinfo"


def send(path: Path) -> None:
    """Put a file into the system's trash.

    Raises:
        OSError: It cannot be put there, as from a drive that has none.
    """
    from send2trash import send2trash

    send2trash(str(path))


class Trash:
    """What lies in the trash, looked through once."""

    def __init__(self) -> None:
        self._known: dict[Path, dict[tuple[int, int], Path]] = {}

    def find(self, path: Path, facts: FileFacts, content_hash: str) -> Path | None:
        """Return where a file lies that was put into the trash; None where it is not found.

        Args:
            path: Where it was.
            facts: Of it, there.
            content_hash: Of its bytes.
        """
        for folder in _folders(path):
            if folder not in self._known:
                self._known[folder] = dict(_entries(folder))
            found = self._known[folder]
            same = found.get((facts.device, facts.inode))
            named = (one for one in found.values() if one.name.startswith(path.stem[:8]) or one.suffix == path.suffix)
            for place in [same] if same is not None else named:  # another number where it went to another drive
                if holds(place, facts.size_bytes, content_hash):
                    return place
        return None


def forget(place: Path) -> None:
    """Remove what the trash noted of a file that is there no more."""
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
    """Yield the folders in which a system keeps what was removed from a place."""
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
