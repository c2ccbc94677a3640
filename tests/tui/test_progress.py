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
    assert out == b""
    assert b"20/40" in drawn.getvalue()
    assert b"[Am] pad.wav" in drawn.getvalue()
    assert drawn.getvalue().rstrip().endswith(b"\x1b[2K") or b"\x1b[?25h" in drawn.getvalue()
