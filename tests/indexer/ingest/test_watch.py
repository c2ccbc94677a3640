"""Folders are followed: real events of this system, with short waits."""

import os
import sys
import threading
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

from indexer.ingest import watch
from indexer.ingest.watch import follow, may_be_sound


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "_TICK_MS", 20)
    monkeypatch.setattr(watch, "_SETTLE_MS", 40)
    monkeypatch.setattr(watch, "_STEP_MS", 10)
    monkeypatch.setattr(watch, "_LOOK_SECONDS", 0.02)


@pytest.fixture
def stop() -> Iterator[threading.Event]:
    """Return what ends it; a test that waits for a change that never comes is ended too."""
    stop = threading.Event()
    timer = threading.Timer(5.0, stop.set)
    timer.start()
    yield stop
    timer.cancel()
    stop.set()


def test_a_scan_is_due_at_once_and_after_each_change(tmp_path: Path, stop: threading.Event) -> None:
    due = follow(lambda: [tmp_path], stop, pytest.fail)
    next(due)
    (tmp_path / "kick.wav").write_bytes(b"RIFF")
    next(due)
    (tmp_path / "Pack").mkdir()
    next(due)
    assert not stop.is_set()


def test_a_change_during_a_scan_is_noticed_after_it(tmp_path: Path, stop: threading.Event) -> None:
    due = follow(lambda: [tmp_path], stop, pytest.fail)
    for name in ("a.wav", "b.wav"):
        next(due)
        (tmp_path / name).write_bytes(b"RIFF")  # as if the scan had passed this place already
    next(due)
    assert not stop.is_set()


@pytest.mark.skipif(sys.platform != "linux", reason="names are text elsewhere")
def test_a_name_that_is_not_utf8_does_not_end_it(tmp_path: Path, stop: threading.Event) -> None:
    due = follow(lambda: [tmp_path], stop, pytest.fail)
    for name in (b"Fl\xf6te.wav", b"kick.wav"):
        next(due)
        (tmp_path / os.fsdecode(name)).write_bytes(b"RIFF")
    next(due)
    assert not stop.is_set()


@pytest.mark.skipif(sys.platform != "linux", reason="names are text elsewhere")
def test_names_that_are_not_utf8_one_after_the_other_are_no_reason_to_fall_back(
    tmp_path: Path, stop: threading.Event
) -> None:
    due = follow(lambda: [tmp_path], stop, pytest.fail)
    next(due)
    for n in range(20):
        (tmp_path / os.fsdecode(b"Fl\xf6te %d.wav" % n)).write_bytes(b"RIFF")
        next(due)
    assert not stop.is_set()


def test_a_folder_that_comes_back_is_followed(tmp_path: Path, stop: threading.Event) -> None:
    drive = tmp_path / "drive"
    due = follow(lambda: [drive] if drive.is_dir() else [], stop, pytest.fail)
    next(due)
    drive.mkdir()
    next(due)
    (drive / "kick.wav").write_bytes(b"RIFF")
    next(due)
    assert not stop.is_set()


def test_where_nothing_is_told_of_changes_scans_go_on(
    tmp_path: Path, stop: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> Iterator[None]:
        raise OSError("OS file watch limit reached.")

    monkeypatch.setattr("watchfiles.watch", refuse)
    monkeypatch.setattr(watch, "_RESCAN_WITHOUT_EVENTS_SECONDS", 0.01)
    told: list[str] = []
    assert len(list(islice(follow(lambda: [tmp_path], stop, told.append), 3))) == 3
    [sentence] = told
    assert "limit reached" in sentence


@pytest.mark.skipif(sys.platform != "linux", reason="limits of Linux")
def test_where_no_watcher_can_be_made_scans_go_on(
    tmp_path: Path, stop: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    import resource

    import watchfiles  # noqa: F401 (before no more files can be opened)

    monkeypatch.setattr(watch, "_RESCAN_WITHOUT_EVENTS_SECONDS", 0.01)
    told: list[str] = []
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    free = os.dup(0)
    os.close(free)
    resource.setrlimit(resource.RLIMIT_NOFILE, (free, hard))
    try:
        n_scans = len(list(islice(follow(lambda: [tmp_path], stop, told.append), 3)))
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert n_scans == 3
    [sentence] = told
    assert "Too many open files" in sentence


@pytest.mark.skipif(sys.platform != "linux", reason="names are text elsewhere")
def test_a_folder_whose_name_is_not_utf8_is_scanned(
    tmp_path: Path, stop: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "_RESCAN_WITHOUT_EVENTS_SECONDS", 0.01)
    folder = tmp_path / os.fsdecode(b"Fl\xf6te")
    folder.mkdir()
    told: list[str] = []
    assert len(list(islice(follow(lambda: [folder], stop, told.append), 3))) == 3
    assert len(told) == 1


def test_it_ends_when_stopped(tmp_path: Path, stop: threading.Event) -> None:
    due = follow(lambda: [tmp_path], stop, pytest.fail)
    next(due)
    stop.set()
    assert list(due) == []


@pytest.mark.parametrize(
    ("name", "is_it"),
    [
        ("kick.wav", True),
        ("KICK.AIFF", True),
        ("loop.rx2", True),
        ("gone", True),
        ("Pack v1.2", True),
        ("kick.wav.asd", False),
        ("song.als", False),
        ("._kick.wav", False),
        (".DS_Store", False),
    ],
)
def test_changes_of_other_files_are_no_reason_to_scan(tmp_path: Path, name: str, is_it: bool) -> None:
    if name != "gone":
        path = tmp_path / name
        path.mkdir() if name.startswith("Pack") else path.touch()
    assert may_be_sound(str(tmp_path / name)) is is_it
