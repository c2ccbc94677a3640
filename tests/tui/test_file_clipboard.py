"""Files on the clipboard, by programs of the system; here by small scripts in their place."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from db.errors import UsageError
from tests.tui.conftest import Shelf
from tests.tui.samples import make_sample
from tui.sample_paths import existing_files
from tui.workspace.export import file_clipboard
from tui.workspace.export.drag_programs import find_drag_program
from tui.workspace.export.file_clipboard import copy_files, uri_list

pytestmark = pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="the scripts stand for programs of Linux")


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder that is the whole PATH, of a system with an X screen."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("DISPLAY", ":7")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    return folder


def install(folder: Path, name: str, script: str) -> Path:
    program = folder / name
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return program


def test_names_keep_every_byte_in_a_list_of_uris() -> None:
    assert uri_list([Path("/a b/[Am] #1 \udcff.wav"), Path("/ü.wav")]) == (
        b"file:///a%20b/%5BAm%5D%20%231%20%FF.wav\r\nfile:///%C3%BC.wav\r\n"
    )


@pytest.mark.parametrize(
    ("screen", "name", "args"),
    [
        ("DISPLAY", "xclip", "-selection clipboard -t text/uri-list"),
        ("WAYLAND_DISPLAY", "wl-copy", "--type text/uri-list"),
    ],
)
def test_files_are_given_to_the_program_of_the_screen(
    screen: str, name: str, args: str, programs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(screen, "there")
    install(
        programs, name, f'echo "$@" > {tmp_path}/args; while IFS= read -r line; do echo "$line"; done > {tmp_path}/in'
    )
    copy_files([Path("/samples/kick.wav"), Path("/samples/hat.wav")])
    assert (tmp_path / "args").read_text().strip() == args
    assert (tmp_path / "in").read_bytes().split() == [b"file:///samples/kick.wav", b"file:///samples/hat.wav"]


@pytest.mark.parametrize(
    ("script", "said"),
    [("exit 3", "xclip ended with 3"), ("while :; do :; done", "did not answer within"), (None, "install xclip")],
)
def test_what_fails_hangs_or_is_missing_is_a_sentence(
    script: str | None, said: str, programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_clipboard, "_SECONDS", 0.1)
    if script is not None:
        install(programs, "xclip", script)
    with pytest.raises(UsageError, match=said):
        copy_files([Path("/samples/kick.wav")])


def test_without_a_screen_nothing_is_run(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(programs, "xclip", "exit 0")
    install(programs, "ripdrag", "exit 0")
    monkeypatch.delenv("DISPLAY")
    with pytest.raises(UsageError, match="there is no screen here"):
        copy_files([Path("/samples/kick.wav")])
    assert find_drag_program() is None


@pytest.mark.parametrize(("system", "program"), [("darwin", "osascript"), ("win32", "powershell.exe")])
def test_macos_and_windows_get_paths_that_no_shell_reads(
    system: str, program: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = {}

    def run(command: tuple[str, ...], **options: object) -> subprocess.CompletedProcess[bytes]:
        seen[command[0]] = (command, options["input"])
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(file_clipboard.shutil, "which", lambda name: name)
    monkeypatch.setattr(file_clipboard.subprocess, "run", run)
    paths = [Path("/samples/$(rm) 'a'.wav"), Path("/samples/b.wav")]
    copy_files(paths)
    command, content = seen[program]
    if system == "darwin":
        assert list(command[-2:]) == [str(path) for path in paths]
    else:
        assert content == "\n".join(map(str, paths)).encode()
        assert not any("$(rm)" in part for part in command)


def test_the_video_player_of_the_same_name_drags_nothing(programs: Path) -> None:
    dragon = install(programs, "dragon", "echo Dragon Player")
    assert find_drag_program() is None
    install(programs, "dragon", 'echo "  --and-exit, -x  exit after a drag" >&2')
    assert find_drag_program() == str(dragon)
    ripdrag = install(programs, "ripdrag", "exit 0")
    assert find_drag_program() == str(ripdrag)


def test_hits_go_to_the_clipboard_and_are_used(shelf: Shelf, programs: Path, tmp_path: Path) -> None:
    install(programs, "xclip", f'while IFS= read -r line; do echo "$line"; done > {tmp_path}/in')
    done = shelf.run("search", "boomstick", "-k", "1", "--clipboard")
    assert "1 file on the clipboard" in done.stderr
    assert (tmp_path / "in").read_text().strip() in {shelf.kick.as_uri(), shelf.copy.as_uri()}
    assert shelf.run("search", "used:day", "--paths").stdout.splitlines()


def test_files_that_are_away_are_left_out_and_none_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "there.wav").touch()
    there, away = (make_sample(str(tmp_path / name)) for name in ("there.wav", "away.wav"))
    assert existing_files([away, there]) == [tmp_path / "there.wav"]
    with pytest.raises(UsageError, match="None of these files exists"):
        existing_files([away])
