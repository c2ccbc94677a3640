"""Sounds in object stores: each has a place on this machine, where a copy appears once somebody listens to it.

``s3://bucket/kicks/a.wav`` has its place at ``.../earmark/remote/s3/bucket/kicks/a.wav``. So the rest of earmark knows
paths alone, and a copy is a file like any other. Stores are only read, by fsspec.
"""

import os
import re
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import platformdirs

from db.errors import SoundError, UsageError
from db.paths import display_text

_N_FETCHED_AT_ONCE = 8
_URL = re.compile(r"([a-z][a-z0-9+]*)://(.+)", re.DOTALL)
_LOCAL = frozenset({"file", "local"})
_ABOUT_NAME = "about.txt"  # also shows that the folder is there: an empty one is a drive that is not plugged in
_ABOUT = "Copies of sounds in {url}, made by earmark when they are heard. They may be deleted at any time.\n"


def remote_folder() -> Path:
    """Return where copies lie, in folders by store."""
    return platformdirs.user_data_path("earmark", appauthor=False).resolve() / "remote"  # as the library keeps roots


def is_url(text: str) -> bool:
    """Say whether this is the address of a folder in an object store."""
    return _URL.fullmatch(text) is not None


def add_remote(url: str) -> Path:
    """Return the place on this machine of a folder in an object store; errors as of `place_of` and `check_folder`."""
    place = place_of(url)
    check_folder(url)
    prepare_place(place)
    return place


def check_folder(url: str) -> None:
    """Ask a store whether it has a folder.

    Raises:
        UsageError: It has not, does not let it be read, or takes a package that is not installed.
    """
    store, path = open_store(url)
    try:
        is_there = store.isdir(path)
    except Exception as error:  # each store has errors of its own
        raise UsageError(f"{display_text(url)} cannot be read: {_reason(error)}") from error
    if not is_there:
        raise UsageError(f"{display_text(url)} is no folder with sounds, or may not be read with these credentials.")


def place_of(url: str) -> Path:
    """Return the place of an address on this machine.

    Raises:
        UsageError: It is not one that earmark takes.
    """
    match = _URL.fullmatch(url)
    scheme, parts = (match[1], match[2].rstrip("/").split("/")) if match else ("", [])
    if scheme in _LOCAL or not parts or not all(map(_is_plain, parts)):
        raise UsageError(f"{display_text(url)} is no address of a folder, such as s3://bucket/folder.")
    if "@" in parts[0]:
        raise UsageError("Leave user names and passwords out of the address: fsspec reads them from its own files.")
    return remote_folder().joinpath(scheme, *parts)


def url_of(path: Path) -> str | None:
    """Return the address of which this is the place; None for a path like any other."""
    folder = remote_folder()
    if not path.is_relative_to(folder):
        return None
    scheme, *parts = path.relative_to(folder).parts or ("",)
    return f"{scheme}://{'/'.join(parts)}" if parts and all(map(_is_plain, parts)) else None


def prepare_place(place: Path) -> None:
    """Make the folder for copies of a remote one, and say in it what it is."""
    place.mkdir(parents=True, exist_ok=True)
    about = place / _ABOUT_NAME
    if not about.exists():
        about.write_text(_ABOUT.format(url=url_of(place)), encoding="utf-8", errors="replace")


def open_store(url: str) -> tuple[Any, str]:
    """Return the file system of an address, and the path in it.

    Raises:
        UsageError: fsspec, or its package for this store, is not installed.
    """
    try:
        from fsspec.core import url_to_fs

        store, path = url_to_fs(url)
    except ImportError as error:
        missing = "pip install 'earmark[remote]'" if "fsspec" in str(error) else str(error)
        raise UsageError(f"{display_text(url)} takes one more package: {missing}") from error
    except ValueError as error:  # a scheme that fsspec does not know
        raise UsageError(f"{display_text(url)} cannot be read: {_reason(error)}") from error
    return store, path


@contextmanager
def temporary_copy(url: str) -> Iterator[Path]:
    """Fetch one sound for the time of the block, to be analysed.

    Raises:
        SoundError: It cannot be fetched: ``gone``, ``unreadable``.
    """
    with tempfile.TemporaryDirectory(prefix="earmark-") as folder:
        copy = Path(folder) / f"sound{Path(url).suffix}"
        _fetch(url, copy)
        yield copy


def fetch_here(path: Path) -> bool:
    """Fetch the sound whose place this is; return False where it is none, or the store has no such sound.

    Raises:
        SoundError: It cannot be fetched: ``unreadable``.
    """
    url = url_of(path)
    if url is None:
        return False
    part = path.with_name(f".{os.getpid()}-{threading.get_ident()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _fetch(url, part)
        part.replace(path)
    except SoundError as error:
        if error.code == "gone":
            return False
        raise
    finally:
        with suppress(OSError):
            part.unlink()
    return True


def is_here(path: Path) -> bool:
    """Say whether a file can be used now; one in an object store is fetched."""
    if path.exists():
        return True
    try:
        return fetch_here(path)
    except (SoundError, OSError):
        return False


def fetch_missing(sounds: Iterable[Sequence[Path]], on_fetched: Callable[[int, int], None]) -> None:
    """Fetch the sounds of object stores that are not here yet, several at a time; those that cannot be are left out.

    Args:
        sounds: Files of each sound, any of which will do.
        on_fetched: Told how many are fetched, and how many will be.
    """
    missing = [
        paths
        for paths in dict.fromkeys(map(tuple, sounds))
        if not any(path.exists() for path in paths) and any(url_of(path) is not None for path in paths)
    ]
    if not missing:
        return
    pool = ThreadPoolExecutor(_N_FETCHED_AT_ONCE)
    try:
        for n_fetched, _ in enumerate(pool.map(lambda paths: any(map(is_here, paths)), missing), 1):
            on_fetched(n_fetched, len(missing))
    finally:
        pool.shutdown(cancel_futures=True)  # Ctrl-C


def _fetch(url: str, target: Path) -> None:
    try:
        store, path = open_store(url)
        store.get_file(path, str(target))
    except FileNotFoundError as error:
        raise SoundError("gone", "It was gone before it could be read.") from error
    except Exception as error:  # each store has errors of its own
        raise SoundError("unreadable", f"It could not be fetched: {_reason(error)}") from error


def _reason(error: Exception) -> str:
    """Return the first line of what a store says, as display text."""
    lines = str(error).strip().splitlines()
    return display_text(lines[0]) if lines else type(error).__name__


def _is_plain(part: str) -> bool:
    return part not in {"", ".", ".."} and "\0" not in part and os.sep not in part
