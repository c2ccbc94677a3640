"""Sounds as requests name them, and their files: no path of a request is ever opened."""

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

from db.errors import SoundError, UsageError
from db.library import Library
from db.read.duplicates import FilePlace

_HASH_DIGITS = 32


SOUND_NAME = r"^([1-9][0-9]{0,17}|[0-9a-f]{32})$"
"""An id, of which SQLite has no longer ones, or the hash of a sound."""


class UnknownSoundError(UsageError):
    """The library has no such sound."""


class NoFileError(UsageError):
    """The file of a sound cannot be served now."""


def is_sound_name(text: str) -> bool:
    return re.fullmatch(SOUND_NAME, text, re.ASCII) is not None


@dataclass(frozen=True, slots=True)
class OpenSound:
    """The open file of a sound, which its reader closes.

    Attributes:
        place: As the library knows it.
        size_bytes, mtime_ns: Of what is open.
    """

    file: BinaryIO
    place: FilePlace
    size_bytes: int
    mtime_ns: int

    @property
    def version(self) -> str:
        """What changes when the file does."""
        return f"{self.place.audio_hash.hex()}-{self.size_bytes:x}-{self.mtime_ns:x}"


def find_sounds(library: Library, names: Sequence[int | str]) -> list[int]:
    """Return the samples of some names, in their order: ids, or hashes of the audio as `LibraryApi.info` has them.

    Raises:
        UnknownSoundError: The library has no such sound.
    """
    hashes = {name: bytes.fromhex(name) for name in map(str, names) if len(name) == _HASH_DIGITS}
    by_hash = library.find_by_hash(hashes.values()) if hashes else {}
    ids = [by_hash.get(hashes[str(name)], 0) if str(name) in hashes else int(name) for name in names]
    known = {place.sample_id for place in library.file_places(np.array(ids, np.int64))}
    for name, sample_id in zip(names, ids, strict=True):
        if sample_id not in known:
            raise UnknownSoundError(f"The library has no sound {name}. Use an id that search returned.")
    return ids


@contextmanager
def opened_sound(library: Library, sample_id: int) -> Iterator[OpenSound]:
    """Open a sound for the block: `open_sound`."""
    sound = open_sound(library, sample_id)
    with sound.file:
        yield sound


def open_sound(library: Library, sample_id: int) -> OpenSound:
    """Open the first file of a sound that is there and lies in its folder of the library.

    Raises:
        NoFileError: There is none.
    """
    has_left = False
    for place in library.file_places(np.array([sample_id], np.int64)):
        if not _is_below(place.root, place.path):
            has_left = True
            continue
        try:
            file = _open(place.path)
        except (OSError, SoundError, UsageError):
            continue
        status = os.fstat(file.fileno())
        with suppress(OSError):
            if _is_below(place.root, place.path, status):
                return OpenSound(file, place, status.st_size, status.st_mtime_ns)
        file.close()
        has_left = True
    if has_left:
        raise NoFileError("A link leads out of the folders of the library there, so this file is not served.")
    raise NoFileError("No file of this sound is there now. Its drive may be away.")


def _open(path: Path) -> BinaryIO:
    """Open a file; a sound of an object store is fetched first."""
    from indexer.audio.open_audio import open_regular

    return open_regular(path)


def _is_below(root: Path, path: Path, opened: os.stat_result | None = None) -> bool:
    """Say whether a path leads below a root once all links are followed.

    What was opened is compared with what lies there now, so that a link that is put there in between changes nothing.

    Raises:
        OSError: Nothing lies there any more.
    """
    real = Path(os.path.realpath(path))
    is_there = opened is None or os.path.samestat(real.stat(), opened)
    return is_there and real.is_relative_to(os.path.realpath(root))
