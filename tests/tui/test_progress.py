import io
import os
import pty
import subprocess
import sys
import time

import pytest

from tui.terminal.progress import LineMeter


def test_a_log_gets_a_line_every_five_seconds(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    now = 100.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    meter = LineMeter("Listening")
    for now in (101.0, 104.0, 105.5, 108.0, 111.0):
        meter.show(int((now - 100) * 10), 500, "[Am] pad.wav")
    assert capsys.readouterr().err.splitlines() == [
        "Listening: 55 of 500, 10/s, 44.5 s left, [Am] pad.wav",
        "Listening: 110 of 500, 10/s, 39.0 s left, [Am] pad.wav",
    ]


def test_a_screen_gets_a_bar_that_leaves_no_trace_on_stdout() -> None:
    script = """
from tui.terminal.progress import meter
with meter("Listening") as shown:
    shown.show(0, 40)
    shown.show(20, 40, "[Am] pad.wav")
"""
    out, drawn = on_a_screen(script)
    assert out == b""
    assert b"20/40" in drawn
    assert b"[Am] pad.wav" in drawn
    assert drawn.rstrip().endswith(b"\x1b[2K") or b"\x1b[?25h" in drawn


def test_a_download_is_shown_in_bytes_file_by_file() -> None:
    script = """
import time
from tui.terminal.progress import meter
with meter("Getting", in_bytes=True) as shown:
    shown.show(900_000, 900_000, "vocab.json")
    shown.show(1_200_000_000, 2_400_000_000, "music.pt")
    time.sleep(0.2)
    shown.show(1_800_000_000, 2_400_000_000, "music.pt")
    shown.note("reading the weights")
"""
    _, drawn = on_a_screen(script)
    assert b"1.8/2.4 GB" in drawn
    assert b"GB/s" in drawn
    assert b"reading the weights" in drawn


def test_a_resumed_download_is_paced_by_what_came_now(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    now = 100.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    meter = LineMeter("Getting", in_bytes=True)
    meter.show(1_000_000_000, 2_400_000_000, "music.pt")
    now = 110.0
    meter.show(1_100_000_000, 2_400_000_000, "music.pt")
    assert capsys.readouterr().err.strip() == "Getting: 1.1 GB of 2.4 GB, 10.0 MB/s, 2:10 left, music.pt"


def on_a_screen(script: str) -> tuple[bytes, bytes]:
    """Run a script whose stderr is a terminal; return what it wrote to stdout and to the terminal."""
    screen, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=theirs, env={**os.environ, "TERM": "xterm"}
    )
    os.close(theirs)
    out, _ = process.communicate(timeout=30)
    drawn = io.BytesIO()
    try:
        while chunk := os.read(screen, 65_536):
            drawn.write(chunk)
    except OSError:  # Linux says so when the other end is closed
        pass
    os.close(screen)
    assert process.returncode == 0
    return out, drawn.getvalue()
