"""One small library for all tests of the app that only read it."""

import asyncio
import gc
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual._context import active_app

from db.library import Library
from tests.trees import tree_hash
from tests.tui.app.copies import make_copies_library
from tests.tui.app.shelf import ENCODER, Shelf, make_shelf
from tui.workspace.session import Session

_WAIT_SECONDS = 0.004
_MAX_WAITS = 500


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait after each key until it was dealt with; not until the process idles, as ours moves the playhead."""
    monkeypatch.setattr("tui.app.screens.browse._PAUSE_SECONDS", 0.0)
    for name in ("textual.app.wait_for_idle", "textual.pilot.wait_for_idle"):
        monkeypatch.setattr(name, _wait_for_queues)


@pytest.fixture(autouse=True)
def _let_go_of_the_app() -> Iterator[None]:
    """Have the collector look again at what an app has frozen, which is garbage after its test."""
    yield
    gc.unfreeze()


async def _wait_for_queues(*_: float) -> None:
    app = active_app.get()
    for _ in range(3):  # a key goes from the app to what has the focus, and up again
        await asyncio.sleep(_WAIT_SECONDS)
        pumps = [app, *app.screen_stack[-1:], *([app.focused] if app.screen_stack and app.focused else [])]
        for _ in range(_MAX_WAITS):
            if all(pump._message_queue.empty() for pump in pumps):
                break
            await asyncio.sleep(_WAIT_SECONDS)


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
def session(library: Library) -> Session:
    return Session(library, "fake", text_encoder=ENCODER, encoder=ENCODER)


@pytest.fixture
def copies(tmp_path: Path) -> Iterator[Library]:
    with make_copies_library(tmp_path) as opened:
        yield opened


@pytest.fixture
def state_file(tmp_path: Path) -> Path:
    return tmp_path / "state.json"
