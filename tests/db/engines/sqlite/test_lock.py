"""One writer at a time; readers wait for nobody."""

import errno
import json
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from db.errors import LibraryBusyError, LibraryError
from db.library import Library
from db.types import Root
from tests.db.conftest import ONLY_IN_FOLDERS
from tests.db.factories import observed, record

pytestmark = ONLY_IN_FOLDERS

HOLD = """
import sys
from pathlib import Path
from db.library import Library
with Library.open(Path(sys.argv[1])) as library, library.writer():
    print("holding", flush=True)
    sys.stdin.read()
"""


def hold(folder: Path) -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "holding\n"
    return process


def test_a_second_writer_is_told_who_writes_and_readers_go_on(library: Library, root: Root) -> None:
    with hold(library.folder) as process:
        pattern = (
            rf"earmark is already writing this library \(process {process.pid} on {re.escape(socket.gethostname())}, "
            r"since \d\d:\d\d\)\. Wait for it, or stop it\."
        )
        with pytest.raises(LibraryBusyError, match=pattern), library.writer():
            pass
        assert library.roots() == [root]
        process.communicate("")
    assert record(library, root, observed("a.wav"))


def test_a_second_writer_in_one_process_is_refused(library: Library) -> None:
    with library.writer(), pytest.raises(LibraryBusyError, match=f"process {os.getpid()}"), library.writer():
        pass


def test_a_killed_writer_leaves_no_lock(library: Library, root: Root) -> None:
    with hold(library.folder) as process:
        process.kill()
    assert json.loads((library.folder / "writer.json").read_text())["process"] == process.pid
    assert record(library, root, observed("a.wav"))
    assert not (library.folder / "writer.json").exists()


def test_an_owner_that_cannot_be_read_is_no_trouble(library: Library) -> None:
    with library.writer():
        (library.folder / "writer.json").write_text("{")
        with pytest.raises(LibraryBusyError, match=r"writing this library\. Wait"), library.writer():
            pass


def test_a_file_system_without_locks_is_named(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    fcntl = pytest.importorskip("fcntl")

    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", refuse)
    with pytest.raises(LibraryError, match=r"cannot be locked: no locks available\. Keep it on"), library.writer():
        pass
