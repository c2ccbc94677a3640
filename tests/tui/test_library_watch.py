"""Noticing what others write to a library that is open."""

import queue
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from db.errors import LibraryError
from db.library import Library
from db.write.edits import Edits
from tui.workspace.indexing import library_watch
from tui.workspace.indexing.library_watch import LibraryWatch

_WAIT_SECONDS = 5


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_LOOK_SECONDS", "_REST_SECONDS", "_BUSY_SECONDS"):
        monkeypatch.setattr(library_watch, name, 0.002)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.create(tmp_path / "library") as library:
        yield library


class Told(queue.Queue[str]):
    """What a watch has told, in order."""

    is_busy = False

    def watch(self, library: Library) -> LibraryWatch:
        watch = LibraryWatch(library, lambda: self.is_busy, lambda: self.put("changed"), self.put)
        watch.start()
        return watch


def change(library: Library) -> None:
    """Change a library as another process does."""
    Edits(library._database).set_setting("name", "value")


def test_a_change_of_others_is_told_once_and_one_of_ours_never(library: Library) -> None:
    told = Told()
    watch = told.watch(library)
    with library.edits() as edits:
        edits.set_setting("name", "ours")
    change(library)
    assert told.get(timeout=_WAIT_SECONDS) == "changed"
    change(library)
    assert told.get(timeout=_WAIT_SECONDS) == "changed"
    watch.stop()
    watch._thread.join(_WAIT_SECONDS)
    assert told.empty()


def test_while_a_key_is_pressed_nobody_looks(library: Library) -> None:
    told = Told()
    told.is_busy = True
    watch = told.watch(library)
    change(library)
    with pytest.raises(queue.Empty):
        told.get(timeout=0.03)
    told.is_busy = False
    assert told.get(timeout=_WAIT_SECONDS) == "changed"
    watch.stop()


def test_a_library_that_is_gone_is_told_once_and_again_when_it_is_back(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> int:
        raise LibraryError("The server was stopped.")

    told = Told()
    watch = told.watch(library)
    with monkeypatch.context() as server:
        server.setattr(library, "generation", fail)
        assert told.get(timeout=_WAIT_SECONDS) == "The server was stopped. earmark keeps trying."
    assert [told.get(timeout=_WAIT_SECONDS) for _ in range(2)] == ["", "changed"]
    watch.stop()
    watch._thread.join(_WAIT_SECONDS)
    assert told.empty()


def test_a_drive_that_is_unplugged_is_waited_for_and_a_replaced_library_is_not(library: Library) -> None:
    told = Told()
    watch = told.watch(library)
    file = library.folder / "earmark.db"
    away = file.rename(library.folder / "away")
    assert "is its drive connected? earmark keeps trying." in told.get(timeout=_WAIT_SECONDS)
    away.rename(file)
    assert [told.get(timeout=_WAIT_SECONDS) for _ in range(2)] == ["", "changed"]

    shutil.copy(file, away)
    away.replace(file)
    assert told.get(timeout=_WAIT_SECONDS).endswith("was replaced while it was open. Start earmark again.")
    watch.stop()
