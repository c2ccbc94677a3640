"""One small library for all tests of the app that only read it."""

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from db.library import Library
from tests.trees import tree_hash
from tests.tui.app.shelf import Shelf, make_shelf

_WAIT_SECONDS = 0.02


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait two frames after each key instead of until the process idles: ours never does, it moves the playhead."""
    for name in ("textual.app.wait_for_idle", "textual.pilot.wait_for_idle"):
        monkeypatch.setattr(name, lambda *_: asyncio.sleep(_WAIT_SECONDS))


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    """Make the shelf; in the end, whatever the app did, every byte, time and mode of its sounds is as it was."""
    shelf = make_shelf(tmp_path_factory.mktemp("app"))
    before = tree_hash(shelf.sounds)
    yield shelf
    assert tree_hash(shelf.sounds) == before


@pytest.fixture
def library(shelf: Shelf, tmp_path: Path) -> Iterator[Library]:
    """Give a copy of the library that a test may change."""
    copy = tmp_path / "library"
    shutil.copytree(shelf.library, copy)
    with Library.open(copy) as opened:
        yield opened


@pytest.fixture
def state_file(tmp_path: Path) -> Path:
    return tmp_path / "state.json"
