"""``earmark watch`` with hints given by the test instead of the system."""

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copyfile, copytree

import pytest

from db.library import Library
from tests.tui.conftest import Shelf, run

Hints = Callable[[Callable[[], object], threading.Event, object], Iterator[None]]


@pytest.fixture
def sounds(shelf: Shelf, tmp_path: Path) -> Path:
    """Return a folder in a library of its own, `watch` on which ends when the hints do."""
    copytree(shelf.library, tmp_path / "library")
    with Library.open(tmp_path / "library") as library, library.writer() as writer:
        writer.forget_root(library.roots()[0].id)
        (tmp_path / "sounds").mkdir()
        copyfile(shelf.kick, tmp_path / "sounds" / "kick.wav")
        writer.add_root(tmp_path / "sounds")
    return tmp_path / "sounds"


def add_sound(shelf: Shelf, sounds: Path) -> Path:
    """Add a sound that comes back to the library, which costs no embedding."""
    known = next(path for path in sorted(shelf.sounds.glob("audio_*.wav")))
    return Path(copyfile(known, sounds / "new.wav"))


def watch(sounds: Path, monkeypatch: pytest.MonkeyPatch, hints: Hints) -> list[dict[str, int]]:
    monkeypatch.setattr("indexer.ingest.watch.follow", hints)
    result = run("--library", str(sounds.parent / "library"), "watch", "--json")
    assert result.exit_code == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_each_change_is_taken_up_and_told_and_what_changed_nothing_is_not(
    shelf: Shelf, sounds: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hints(_: object, stop: threading.Event, __: object) -> Iterator[None]:
        yield
        added = add_sound(shelf, sounds)
        yield
        added.rename(sounds / "better name.wav")
        yield
        added.with_name("better name.wav").unlink()
        yield

    summaries = watch(sounds, monkeypatch, hints)
    assert [(each["n_moved"], each["n_removed"]) for each in summaries] == [(1, 0), (1, 0), (1, 0), (0, 1)]


def test_while_another_process_writes_it_waits(shelf: Shelf, sounds: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.commands.watch._BUSY_SECONDS", 0.01)

    def hints(_: object, stop: threading.Event, __: object) -> Iterator[None]:
        add_sound(shelf, sounds)
        busy = threading.Event()
        other = threading.Thread(target=write_for_a_moment, args=(sounds.parent / "library", busy))
        other.start()
        busy.wait()
        yield
        other.join()

    assert [summary["n_moved"] for summary in watch(sounds, monkeypatch, hints)] == [1, 1]


def write_for_a_moment(folder: Path, busy: threading.Event) -> None:
    with Library.open(folder) as library, library.writer():
        busy.set()
        threading.Event().wait(0.1)
