"""Following folders beside the app."""

import threading
from pathlib import Path

import pytest

from db.errors import LibraryError
from db.library import Library
from tui.workspace.indexing import folder_watch
from tui.workspace.indexing.folder_watch import FolderWatch


def test_an_error_that_ends_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> list[Path]:
        raise ValueError("The disk reports a fault.")

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


def test_a_library_that_is_there_again_is_followed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder_watch, "_RETRY_SECONDS", 0.01)
    answers = iter([LibraryError("The server was stopped."), []])
    is_followed, told = threading.Event(), []

    def find() -> list[Path]:
        answer = next(answers, [])
        if isinstance(answer, LibraryError):
            raise answer
        is_followed.set()
        return answer

    with Library.create(tmp_path / "library") as library:
        monkeypatch.setattr(library, "online_folders", find)
        watch = FolderWatch(library, lambda: None, told.append)
        watch.start()
        assert is_followed.wait(5)
        watch.stop(5)
    assert told == []
