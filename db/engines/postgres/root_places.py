"""Where this machine has the roots of a library on a server: the server knows them by names alone."""

import json
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from db.engines.file_lock import lock_file
from db.errors import LibraryBusyError, LibraryError, system_reason

FILE_NAME = "roots.json"
_WAIT_SECONDS, _POLL_SECONDS = 10.0, 0.002  # for another process that writes the file, which takes a millisecond
NOWHERE = b"/not on this machine/"


class _Unstored(threading.local):
    """What the transaction of this thread has set: others may end meanwhile, and keep or drop their own."""

    def __init__(self) -> None:
        self.paths: dict[bytes, bytes | None] = {}


class RootPlaces:
    """The file ``roots.json`` in the local folder of a library: path by name of root. It may be edited.

    Names and paths are stored paths (`db.paths.to_stored`).
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / FILE_NAME
        self._seen: tuple[int, int] | None = None  # time and size of the file that was read
        self._paths: dict[bytes, bytes] = {}
        self._new = _Unstored()
        self._writing = threading.Lock()

    def find(self, name: bytes) -> bytes:
        """Return where this machine has a root, or a path that is never there, so that the root is offline."""
        return self._known().get(name) or NOWHERE + name

    def has(self, name: bytes) -> bool:
        """Say whether this machine was told where it has a root."""
        return self._known().get(name) is not None

    def set(self, name: bytes, path: bytes | None) -> None:
        """Say where this machine has a root, or with None that it has it nowhere; to be kept by `keep`."""
        self._new.paths[name] = path

    def keep(self) -> None:
        """Write what was set to the file, when what it belongs to is stored.

        Raises:
            LibraryError: The file cannot be written.
        """
        if not self._new.paths:
            return
        try:
            with self._writing, self._alone():
                self._seen = None  # another process may just have written
                known = sorted(self._known().items())
                paths = {os.fsdecode(name): os.fsdecode(path) for name, path in known if path is not None}
                temporary = self._file.with_name(f"{FILE_NAME}.{os.getpid()}")
                temporary.write_text(json.dumps(paths, indent=1), encoding="utf-8")
                temporary.replace(self._file)
        except OSError as error:
            raise LibraryError(f"{self._file} cannot be written: {system_reason(error)}.") from error
        self._new.paths.clear()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep other processes from writing.

        Raises:
            OSError: The file cannot be written.
            LibraryBusyError: Another one has been writing for long.
        """
        give_up_at = time.monotonic() + _WAIT_SECONDS
        with self._file.with_name(f"{FILE_NAME}.lock").open("ab") as lock:
            while not lock_file(lock.fileno()):
                if time.monotonic() > give_up_at:
                    raise LibraryBusyError(f"{self._file} is being written by another process. Try again.")
                time.sleep(_POLL_SECONDS)
            yield

    def drop(self) -> None:
        """Forget what was set, when what it belongs to was not stored."""
        self._new.paths.clear()

    def _known(self) -> dict[bytes, bytes | None]:
        return {**self._read(), **self._new.paths}

    def _read(self) -> dict[bytes, bytes]:
        try:
            status = self._file.stat()
        except OSError:
            return {}
        if self._seen != (status.st_mtime_ns, status.st_size):
            self._paths = self._parse()
            self._seen = (status.st_mtime_ns, status.st_size)
        return self._paths

    def _parse(self) -> dict[bytes, bytes]:
        try:
            given = json.loads(self._file.read_text(encoding="utf-8"))
            return {os.fsencode(name): os.fsencode(path) for name, path in given.items()}
        except (OSError, ValueError, AttributeError, TypeError):
            raise LibraryError(
                f"{self._file} does not say where this machine has its folders. "
                "Remove it, and say it again by: earmark relink NAME FOLDER"
            ) from None
