"""Dragging sounds out of the app: by the terminal, by a program, or as files on the clipboard."""

import base64
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot

from db.library import Library
from tests.tui.app.driving import drive, to_list, until
from tests.tui.app.shelf import make_app
from tests.tui.test_file_clipboard import install, programs
from tui.app.app import EarmarkApp
from tui.app.terminal_drag import DragAwareParser, TerminalDrag, TerminalReplied
from tui.workspace.export import drag_programs

__all__ = ["programs"]  # a fixture
pytestmark = pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="the scripts stand for programs of Linux")


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return what the app writes to a terminal that may drag."""
    monkeypatch.setenv("TERM", "xterm-kitty")
    for name in ("TMUX", "STY", "SSH_CONNECTION", "SSH_TTY"):
        monkeypatch.delenv(name, raising=False)
    written: list[str] = []
    send = TerminalDrag._send
    monkeypatch.setattr(TerminalDrag, "_write", written.append, raising=False)

    def keep(drag: TerminalDrag, metadata: str, payload: str = "") -> None:
        drag._write = written.append
        send(drag, metadata, payload)

    monkeypatch.setattr(TerminalDrag, "_send", keep)
    return written


def reply(app: EarmarkApp, text: str) -> None:
    """Say something to the app as its terminal."""
    for message in DragAwareParser().feed(f"\x1b]72;{text}\x1b\\"):
        app.post_message(message)


def status(app: EarmarkApp) -> str:
    message = app.screen.status._message
    return "" if message is None else message.plain


def test_replies_are_no_keys_however_the_input_is_cut() -> None:
    data = "a\x1b]72;t=o:x=3:y=4;\x1b\\b\x1b[A\x1b]72;t=E;OK\x07c"
    for cut in range(len(data)):
        if data[:cut].endswith("\x1b"):
            continue  # the parser of Textual waits for what follows an escape
        parser = DragAwareParser()
        messages = [*parser.feed(data[:cut]), *parser.feed(data[cut:])] if cut else list(parser.feed(data))
        replies = [(m.fields, m.payload) for m in messages if isinstance(m, TerminalReplied)]
        assert replies == [({"t": "o", "x": "3", "y": "4"}, ""), ({"t": "E"}, "OK")]
        assert [m.key for m in messages if isinstance(m, events.Key)] == ["a", "b", "up", "c"]


def test_a_terminal_that_can_is_given_the_files_when_the_user_drags(
    library: Library, state_file: Path, terminal: list[str]
) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await to_list(app, pilot)
        (sample,) = library.samples([screen.sounds.current_id])
        await pilot.press("D")
        await until(pilot, lambda: terminal == ["\x1b]72;t=q\x1b\\"])
        reply(app, "t=q")
        await until(pilot, lambda: terminal[-1] == "\x1b]72;t=o:x=1\x1b\\")
        assert "with the mouse" in status(app)
        reply(app, "t=o:x=3:y=4")
        await until(pilot, lambda: "t=P:x=-1" in terminal[-1])
        _, _, offer, data, end, _ = terminal
        assert offer == "\x1b]72;t=o:o=1;text/uri-list\x1b\\"
        assert base64.b64decode(data.partition("m=1;")[2][:-2]) == f"{sample.paths[0].as_uri()}\r\n".encode()
        assert end == "\x1b]72;t=p:x=0:m=0\x1b\\"
        for said in ("t=E;OK", "t=e:x=1:y=0", "t=e:x=3", "t=e:x=4:y=0"):
            reply(app, said)
        await until(pilot, lambda: "Dragged away" in status(app))
        assert terminal[-1] == "\x1b]72;t=o:x=2\x1b\\"
        await until(pilot, lambda: library.uses([sample.id]))

    drive(make_app(library, state_file), script)


def test_a_terminal_that_answers_late_is_used_the_next_time(
    library: Library, state_file: Path, terminal: list[str], programs: Path
) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        await to_list(app, pilot)
        await pilot.press("D")
        await until(pilot, lambda: "Copied instead: the path" in status(app))
        assert terminal == ["\x1b]72;t=q\x1b\\"]
        reply(app, "t=q")
        await pilot.press("D")
        await until(pilot, lambda: terminal[-1] == "\x1b]72;t=o:x=1\x1b\\")

    drive(make_app(library, state_file), script)
    assert terminal[-1] == "\x1b]72;t=o:x=2\x1b\\"  # nothing is offered after the app


@pytest.mark.parametrize("end", [lambda app: reply(app, "t=e:x=4:y=1"), lambda app: reply(app, "t=E;EFBIG"), None])
def test_what_is_dropped_nowhere_or_called_off_is_not_used(
    end: Callable[[EarmarkApp], None] | None, library: Library, state_file: Path, terminal: list[str]
) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await to_list(app, pilot)
        await pilot.press("D")
        await until(pilot, lambda: terminal)
        reply(app, "t=q")
        await until(pilot, lambda: app.context.drag.is_offering)
        if end is None:
            await pilot.press("D")
        else:
            end(app)
        await until(pilot, lambda: terminal[-1] == "\x1b]72;t=o:x=2\x1b\\")
        assert library.uses(screen.sounds.ids.tolist()) == {}

    drive(make_app(library, state_file), script)


def test_a_program_drags_where_the_terminal_cannot(
    library: Library, state_file: Path, programs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "dumb")
    install(programs, "ripdrag", f'for word in "$@"; do echo "$word"; done > {tmp_path}/args')

    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await to_list(app, pilot)
        samples = library.samples(screen.sounds.ids[:2].tolist())
        await pilot.press("x", "x", "D")
        await until(pilot, lambda: "Dragged away: 2 files" in status(app))
        await until(pilot, lambda: library.uses([sample.id for sample in samples]))
        words = (tmp_path / "args").read_text().splitlines()
        assert words == ["--all", "--and-exit", *(str(sample.paths[0]) for sample in samples)]

    drive(make_app(library, state_file), script)


def test_a_window_that_stays_open_is_closed_by_the_same_key_and_after_its_time(
    library: Library, state_file: Path, programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "dumb")
    install(programs, "ripdrag", "while :; do :; done")

    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await to_list(app, pilot)
        await pilot.press("D")
        await until(pilot, lambda: "out of the window of ripdrag" in status(app))
        await pilot.press("D")
        await until(pilot, lambda: not screen._is_dragging)
        assert "No longer offered" in status(app)
        monkeypatch.setattr(drag_programs, "_OPEN_SECONDS", 0.02)
        await pilot.press("D")
        await until(pilot, lambda: "Dragged nowhere" in status(app))

    drive(make_app(library, state_file), script)


@pytest.mark.parametrize(
    ("drag", "copy", "said"),
    [
        (None, "exit 0", "On the clipboard, to paste"),
        ("exit 1", "exit 0", "On the clipboard, to paste"),
        (None, "exit 1", "Copied instead: the path"),
    ],
)
def test_the_clipboard_takes_the_file_else_the_path(
    drag: str | None, copy: str, said: str, library: Library, state_file: Path, programs: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("TERM", "dumb")
    install(programs, "xclip", copy)
    if drag is not None:
        install(programs, "ripdrag", drag)

    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await to_list(app, pilot)
        (sample,) = library.samples([screen.sounds.current_id])
        await pilot.press("D")
        await until(pilot, lambda: said in status(app))
        is_used = copy == "exit 0"
        assert app.clipboard == ("" if is_used else str(sample.paths[0]))
        await until(pilot, lambda: bool(library.uses([sample.id])) == is_used)

    drive(make_app(library, state_file), script)
