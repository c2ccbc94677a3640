"""One writer at a time: SQLite before 3.51.3 can corrupt a WAL that two processes checkpoint at once."""

import json
import os
import platform
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime
from pathlib import Path

from db.engines.file_lock import lock_file
from db.errors import LibraryBusyError, LibraryError, LibraryReadOnlyError, system_reason
from db.paths import display_text

LOCK_NAME = "writer.lock"
OWNER_NAME = "writer.json"  # says who holds the lock; the lock itself is the operating system's


@contextmanager
def writer_lock(folder: Path) -> Iterator[None]:
    """Hold the write lock of a library; the system releases it when the process dies.

    Raises:
        LibraryBusyError: Somebody holds it, in this process or another one.
        LibraryReadOnlyError: The folder cannot be written.
        LibraryError: Its file system has no locks.
    """
    try:
        descriptor = os.open(folder / LOCK_NAME, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise LibraryReadOnlyError(
            f"The library in {display_text(folder)} is read-only, so it cannot be changed. Searching it works."
        ) from error
    try:
        _lock(descriptor, folder)
        owner = folder / OWNER_NAME
        try:
            with suppress(OSError):  # it only tells others who we are, which a full disk cannot
                _write_owner(owner)
            yield
        finally:
            owner.unlink(missing_ok=True)
    finally:
        os.close(descriptor)


def _lock(descriptor: int, folder: Path) -> None:
    try:
        is_locked = lock_file(descriptor)
    except OSError as error:
        raise LibraryError(
            f"The library in {display_text(folder)} cannot be locked: {system_reason(error)}. "
            "Keep it on a disk of this machine."
        ) from error
    if not is_locked:
        raise LibraryBusyError(_busy_message(folder))


class WriterTurn:
    """The write lock of one process, shared by those of its threads that ask to share it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._guard = threading.Lock()
        self._lock = ExitStack()
        self._n_sharing = 0
        self._is_taken = False

    @contextmanager
    def take(self) -> Iterator[None]:
        """Hold the lock; threads that `share` it may join meanwhile.

        Raises:
            LibraryBusyError: Somebody took it, in this process or another one.
        """
        with self.share():
            with self._guard:
                if self._is_taken:
                    raise LibraryBusyError(_busy_message(self._folder))
                self._is_taken = True
            try:
                yield
            finally:
                with self._guard:
                    self._is_taken = False

    @contextmanager
    def share(self) -> Iterator[None]:
        """Join a thread of this process that holds the lock, or take it.

        Raises:
            LibraryBusyError: Another process has it.
        """
        with self._guard:
            if self._n_sharing == 0:
                self._lock.enter_context(writer_lock(self._folder))
            self._n_sharing += 1
        try:
            yield
        finally:
            with self._guard:
                self._n_sharing -= 1
                if self._n_sharing == 0:
                    self._lock.close()


def _write_owner(owner: Path) -> None:
    facts = {
        "process": os.getpid(),
        "host": platform.node(),
        "since": datetime.now().astimezone().isoformat(timespec="seconds"),
    }
    owner.write_text(json.dumps(facts), encoding="utf-8")


def _busy_message(folder: Path) -> str:
    try:
        facts = json.loads((folder / OWNER_NAME).read_text(encoding="utf-8"))
        since = datetime.fromisoformat(facts["since"])
        who = f" (process {int(facts['process'])} on {facts['host']}, since {since:%H:%M})"
    except (OSError, ValueError, KeyError, TypeError):
        who = ""  # the owner is just starting or ending
    return f"earmark is already writing this library{who}. Wait for it, or stop it."
