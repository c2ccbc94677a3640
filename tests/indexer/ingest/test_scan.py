"""What a walk finds, skips and refuses, without opening a file."""

import os
from pathlib import Path

import pytest

from db.types import FileStat, KnownFile
from indexer.ingest.scan import FoundFile, Scan, scan
from tests.sounds import EVIL_NAMES


def add(root: Path, relpath: str, content: bytes = b"sound") -> Path:
    path = root / relpath
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def as_known(found: list[FoundFile], *, is_done: bool = True) -> dict[bytes, KnownFile]:
    return {file.relpath: (*file.stat, is_done) for file in found}


def relpaths(result: Scan) -> list[bytes]:
    return [file.relpath for file in result.to_embed]


def codes(result: Scan) -> dict[bytes, str]:
    return {failed.relpath: failed.code for failed in result.failed}


@pytest.fixture
def readable_again():
    """Give folders their permissions back, so that pytest can remove them."""
    folders: list[Path] = []
    yield folders
    for folder in folders:
        folder.chmod(0o755)


def test_audio_is_found_in_order_whatever_the_case_of_its_extension(tmp_path):
    for name in ("b/Snare.WAV", "a/kick.wav", "a/b/c/deep.Flac", "notes.txt", "cover.jpg", "no_extension"):
        add(tmp_path, name)
    result = scan(tmp_path, {})
    assert relpaths(result) == [b"a/b/c/deep.Flac", b"a/kick.wav", b"b/Snare.WAV"]
    assert not result.failed
    assert not any(file.was_known for file in result.to_embed)


def test_stat_is_that_of_the_file(tmp_path):
    path = add(tmp_path, "kick.wav", b"12345")
    os.utime(path, ns=(1, 1_700_000_000_123_456_789))
    (found,) = scan(tmp_path, {}).to_embed
    assert found.stat == FileStat(5, path.stat().st_mtime_ns, path.stat().st_ctime_ns)


def test_unchanged_files_are_only_counted(tmp_path):
    add(tmp_path, "kick.wav")
    add(tmp_path, "b/snare.wav")
    result = scan(tmp_path, as_known(scan(tmp_path, {}).to_embed))
    assert result == Scan(is_online=True, n_unchanged=2)


@pytest.mark.parametrize("content", [b"other", b"longer than before"])
def test_changed_file_is_read_again(tmp_path, content):
    path = add(tmp_path, "kick.wav")
    known = as_known(scan(tmp_path, {}).to_embed)
    path.write_bytes(content)
    os.utime(path, ns=(2, 2))
    (found,) = scan(tmp_path, known).to_embed
    assert found.was_known


def test_a_file_replaced_by_one_of_the_same_size_and_time_is_read_again(tmp_path):
    path = add(tmp_path, "kick.wav", b"one")
    times = (path.stat().st_atime_ns, path.stat().st_mtime_ns)
    known = as_known(scan(tmp_path, {}).to_embed)
    add(tmp_path, "other", b"two").replace(path)
    os.utime(path, ns=times)
    assert (path.stat().st_size, path.stat().st_mtime_ns) == (3, times[1])
    assert relpaths(scan(tmp_path, known)) == [b"kick.wav"]


def test_file_that_is_not_done_is_read_again(tmp_path):
    add(tmp_path, "kick.wav")
    known = as_known(scan(tmp_path, {}).to_embed, is_done=False)
    assert relpaths(scan(tmp_path, known)) == [b"kick.wav"]


def test_missing_file_has_vanished(tmp_path):
    add(tmp_path, "kick.wav")
    path = add(tmp_path, "snare.wav")
    known = as_known(scan(tmp_path, {}).to_embed)
    path.unlink()
    assert scan(tmp_path, known).vanished == [b"snare.wav"]


def test_missing_root_is_offline_and_nothing_has_vanished(tmp_path):
    known = {b"kick.wav": (1, 1, 1, True)}
    assert scan(tmp_path / "gone", known) == Scan(is_online=False)


LITTER = [
    ".DS_Store",
    "lost+found/",
    ".Trashes/",
    "System Volume Information/",
    "$Recycle.Bin/",
    "desktop.ini",
    "Icon\r",
]


@pytest.mark.parametrize("litter", [[], *([name] for name in LITTER), LITTER])
def test_a_mount_point_without_its_drive_is_offline_whatever_systems_left_in_it(tmp_path, litter):
    for name in litter:
        (tmp_path / name).mkdir() if name.endswith("/") else (tmp_path / name).touch()
    assert scan(tmp_path, {b"kick.wav": (1, 1, 1, True)}) == Scan(is_online=False)
    assert scan(tmp_path, {}) == Scan(is_online=True)


def test_a_folder_with_anything_else_in_it_is_online(tmp_path):
    add(tmp_path, "still here.txt")
    assert scan(tmp_path, {b"kick.wav": (1, 1, 1, True)}).vanished == [b"kick.wav"]


def test_a_drive_that_is_unplugged_during_the_walk_loses_nothing(tmp_path):
    root = tmp_path / "drive"
    for number in range(3):
        add(root, f"{number}/kick.wav")
    known = as_known(scan(root, {}).to_embed)
    answers = iter([False, True])

    def unplug_after_the_first_folder() -> bool:
        if next(answers, False):
            root.rename(tmp_path / "unplugged")
        return False

    assert scan(root, known, cancelled=unplug_after_the_first_folder) == Scan(is_online=False)


def test_system_and_tool_folders_are_skipped_without_a_word(tmp_path):
    for folder in (
        "__MACOSX",
        ".git",
        ".Trash-1000",
        ".Trashes",
        "$Recycle.Bin",
        "System Volume Information",
        "@eaDir",
    ):
        add(tmp_path, f"pack/{folder}/kick.wav")
    add(tmp_path, "pack/._kick.wav")
    add(tmp_path, "pack/kick.wav")
    result = scan(tmp_path, {})
    assert relpaths(result) == [b"pack/kick.wav"]
    assert result.skipped == []


def test_hidden_folders_are_skipped_and_named_where_they_hold_sounds(tmp_path):
    add(tmp_path, "pack/.samples/deep/kick.wav")
    add(tmp_path, "pack/.notes/todo.txt")
    add(tmp_path, "elsewhere/snare.wav")
    (tmp_path / "pack/.link").symlink_to(tmp_path / "elsewhere")
    result = scan(tmp_path / "pack", {})
    assert (result.to_embed, result.failed) == ([], [])
    assert {skipped.relpath: skipped.code for skipped in result.skipped} == {
        b".link": "hidden-folder",
        b".samples": "hidden-folder",
    }
    known = {skipped.relpath: (*skipped.stat, True) for skipped in result.skipped}
    others = [tmp_path / "pack/.samples", tmp_path / "elsewhere"]
    assert scan(tmp_path / "pack", known, other_roots=others) == Scan(is_online=True, solved=[b".link", b".samples"])


@pytest.mark.parametrize("name", ["...And Kicks For All", "..Kicks", ".38 Special", ". space"])
def test_titles_that_begin_with_a_dot_are_no_hidden_folders(tmp_path, name):
    add(tmp_path, f"{name}/kick.wav")
    assert relpaths(scan(tmp_path, {})) == [os.fsencode(f"{name}/kick.wav")]


def test_a_hidden_root_is_walked(tmp_path):
    add(tmp_path, ".samples/kick.wav")
    assert relpaths(scan(tmp_path / ".samples", {})) == [b"kick.wav"]


@pytest.mark.parametrize("name", ["old.SD2", "piano.ncw", "song.m4p", "song.aup"])
def test_unreadable_formats_are_named_once(tmp_path, name):
    path = add(tmp_path, name)
    result = scan(tmp_path, {})
    assert codes(result) == {os.fsencode(name): "unsupported"}
    assert f".{name.rsplit('.')[-1].lower()}" in result.failed[0].message
    status = path.stat()
    known = {os.fsencode(name): (status.st_size, status.st_mtime_ns, status.st_ctime_ns, True)}
    assert scan(tmp_path, known) == Scan(is_online=True, n_unchanged=1)


def test_link_to_a_file_is_a_file(tmp_path):
    target = add(tmp_path, "elsewhere/kick.wav", b"123")
    (tmp_path / "root").mkdir()
    (tmp_path / "root/link.wav").symlink_to(target)
    (found,) = scan(tmp_path / "root", {}).to_embed
    assert (found.relpath, found.stat.size_bytes) == (b"link.wav", 3)


def test_linked_folders_are_visited_once_and_loops_end(tmp_path):
    root, outside = tmp_path / "root", tmp_path / "outside"
    add(outside, "snare.wav")
    add(root, "z/kick.wav")
    (root / "a_link_inside").symlink_to(root / "z")
    (root / "first").symlink_to(outside)
    (root / "second").symlink_to(outside)
    (root / "z/up").symlink_to(root)
    (root / "above").symlink_to(tmp_path)
    (outside / "back").symlink_to(root)
    found = relpaths(scan(root, {}))
    assert b"z/kick.wav" in found
    assert len([path for path in found if path.endswith(b"snare.wav")]) == 1
    assert len(found) == 2


def test_link_to_itself_is_one_line_in_the_report(tmp_path):
    (tmp_path / "loop.wav").symlink_to(tmp_path / "loop.wav")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    add(tmp_path, "kick.wav")
    result = scan(tmp_path, {})
    assert codes(result) == {b"loop.wav": "broken-link"}
    assert relpaths(result) == [b"kick.wav"]


def test_files_behind_a_broken_folder_link_have_not_vanished(tmp_path):
    drive = tmp_path / "drive"
    add(drive, "kick.wav")
    root = tmp_path / "root"
    add(root, "here.wav")
    (root / "drive").symlink_to(drive)
    known = as_known(scan(root, {}).to_embed)
    drive.rename(tmp_path / "unplugged")
    assert scan(root, known).vanished == []


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no FIFOs")
def test_fifo_with_an_audio_name_is_no_file(tmp_path):
    os.mkfifo(tmp_path / "pipe.wav")
    assert codes(scan(tmp_path, {})) == {b"pipe.wav": "not-a-file"}


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read every folder")
@pytest.mark.parametrize("mode", [0o000, 0o444])
def test_files_in_an_unreadable_folder_have_not_vanished(tmp_path, readable_again, mode):
    add(tmp_path, "kick.wav")
    add(tmp_path, "private/snare.wav")
    known = as_known(scan(tmp_path, {}).to_embed)
    readable_again.append(tmp_path / "private")
    (tmp_path / "private").chmod(mode)
    result = scan(tmp_path, known)
    assert codes(result) == {b"private": "unreadable-folder"}
    assert result.vanished == []
    assert result.n_unchanged == 1


def test_a_folder_that_can_be_read_again_is_no_problem_any_more(tmp_path):
    add(tmp_path, "private/snare.wav")
    known = {b"private": (0, 0, 0, True)}
    result = scan(tmp_path, known)
    assert (result.solved, result.vanished, relpaths(result)) == ([b"private"], [], [b"private/snare.wav"])


def test_folder_that_fails_to_read_is_reported(tmp_path, monkeypatch):
    add(tmp_path, "broken/snare.wav")
    known = as_known(scan(tmp_path, {}).to_embed)
    scandir = os.scandir

    def failing(path):
        if path.endswith(b"broken/"):
            raise OSError(5, "Input/output error")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", failing)
    result = scan(tmp_path, known)
    assert [failed.message for failed in result.failed] == ["This folder may not be read: input/output error."]
    assert result.vanished == []


def test_evil_names_survive_the_round_trip(tmp_path):
    for name in EVIL_NAMES:
        (tmp_path / os.fsdecode(name)).touch()
    found = scan(tmp_path, {}).to_embed
    assert sorted(EVIL_NAMES) == [file.relpath for file in found]
    assert scan(tmp_path, as_known(found)).n_unchanged == len(EVIL_NAMES)


def test_cancelled_walk_ends_early_and_reports_nothing_as_vanished(tmp_path):
    for number in range(5):
        add(tmp_path, f"{number}/kick.wav")
    known = as_known(scan(tmp_path, {}).to_embed)
    answers = iter([False, False, True])
    result = scan(tmp_path, known, cancelled=lambda: next(answers))
    assert (result.n_unchanged, result.vanished) == (1, [])


def test_walk_opens_no_file(tmp_path, monkeypatch):
    add(tmp_path, "kick.wav")
    monkeypatch.setattr("builtins.open", None)
    monkeypatch.setattr(os, "open", None)
    assert relpaths(scan(tmp_path, {})) == [b"kick.wav"]
