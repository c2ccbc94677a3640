"""List a folder of an object store and find what is new, changed, unchanged or gone."""

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from db.errors import UsageError
from db.paths import is_hidden, is_system_folder
from db.types import FileStat, KnownFile
from db.write.records import FailedFile
from indexer.audio.formats import ALL_EXTENSIONS, UNREADABLE_EXTENSIONS, extension_of, unreadable_message
from indexer.audio.remote import open_store
from indexer.ingest.scan import FoundFile, Scan, never

_TIMES = ("LastModified", "last_modified", "mtime", "updated", "created")  # as the stores call them
_VERSIONS = ("ETag", "etag", "md5Hash", "checksum", "generation")


def scan_remote(url: str, known: Mapping[bytes, KnownFile], cancelled: Callable[[], bool] = never) -> Scan:
    """Compare a folder of an object store with what is known of it. Fetches no sound.

    A file is unchanged if its size, time and version are as recorded, and if it is done. Hidden and system folders are
    skipped. A store that does not answer, or has nothing where there were sounds, is offline.

    Args:
        url: Of the folder.
        known: What the library holds, by path below it.
        cancelled: Asked once per folder; the listing ends early when it returns True.
    """
    to_embed: list[FoundFile] = []
    failed: list[FailedFile] = []
    unseen = dict(known)
    n_unchanged, was_cancelled, is_empty = 0, False, True
    try:
        for relpath, info in _files(url, cancelled):
            is_empty = False
            extension = extension_of(relpath)
            if extension not in ALL_EXTENSIONS:
                continue
            stat, before = _stat(info), unseen.pop(relpath, None)
            if before == (*stat, True):
                n_unchanged += 1
            elif extension in UNREADABLE_EXTENSIONS:
                failed.append(FailedFile(relpath, stat, "unsupported", unreadable_message(extension)))
            else:
                to_embed.append(FoundFile(relpath, stat, before is not None))
        was_cancelled = cancelled()
    except UsageError:
        raise  # a package is missing
    except Exception:  # each store has errors of its own
        return Scan(is_online=False)
    if is_empty and known:
        return Scan(is_online=was_cancelled)
    return Scan(
        is_online=True,
        to_embed=sorted(to_embed, key=lambda found: found.relpath),
        n_unchanged=n_unchanged,
        vanished=[] if was_cancelled else sorted(unseen),
        failed=failed,
    )


def _files(url: str, cancelled: Callable[[], bool]) -> Iterator[tuple[bytes, dict[str, Any]]]:
    """Yield the files below a folder, each with its path below it and what the store says of it."""
    store, top = open_store(url)
    top = top.strip("/")
    for folder, folders, files in store.walk(top, detail=True, on_error="raise"):
        if cancelled():
            return
        for name in [name for name in folders if _is_skipped(name)]:
            del folders[name]
        below = folder.strip("/").removeprefix(top).strip("/")
        for name, info in files.items():
            if _is_safe(name) and not name.startswith("._"):
                yield os.fsencode(f"{below}/{name}" if below else name), info


def _is_skipped(name: str) -> bool:
    stored = os.fsencode(name)
    return not _is_safe(name) or is_hidden(stored) or is_system_folder(stored)


def _is_safe(name: str) -> bool:
    """Say whether a key of a store can be the name of a file: anybody may have written it."""
    try:
        os.fsencode(name)
    except UnicodeEncodeError:
        return False
    return name not in {"", ".", ".."} and not any(sign in name for sign in "/\\\0")


def _stat(info: Mapping[str, Any]) -> FileStat:
    """Return what tells whether a file has changed; the version takes the place of the time of the inode."""
    time = next((info[name] for name in _TIMES if info.get(name) is not None), 0)
    version = next((str(info[name]) for name in _VERSIONS if info.get(name) is not None), "")
    digest = hashlib.blake2b(version.encode("utf-8", "replace"), digest_size=8).digest() if version else b""
    return FileStat(int(info.get("size") or 0), _nanoseconds(time), int.from_bytes(digest, "big") >> 1)


def _nanoseconds(time: Any) -> int:
    if isinstance(time, str):
        try:
            time = datetime.fromisoformat(time)
        except ValueError:
            return 0
    seconds = time.timestamp() if isinstance(time, datetime) else time
    return int(seconds * 1_000_000) * 1000 if isinstance(seconds, int | float) else 0
