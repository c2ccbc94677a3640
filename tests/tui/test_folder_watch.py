"""Following folders beside the app."""

import threading
from pathlib import Path

import pytest

from db.errors import LibraryError
from db.library import Library
from tui.workspace.indexing.folder_watch import FolderWatch


def test_an_error_that_ends_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> list[Path]:
        raise LibraryError("The disk reports a fault.")

    told: list[str] = []
    has_told = threading.Event()

    def tell(sentence: str) -> None:
        told.append(sentence)
        has_told.set()

    with Library.create(tmp_path / "library") as library:
        monkeypatch.setattr(library, "online_folders", fail)
        watch = FolderWatch(library, lambda: None, tell)
        watch.start()
        assert has_told.wait(5)
        watch.stop(5)
    [sentence] = told
    assert "The disk reports a fault" in sentence
