import os
import signal
import subprocess
import sys

from tui.terminal.interrupt import stop_on_interrupt


def test_the_first_interrupt_asks_to_stop() -> None:
    said: list[str] = []
    before = signal.getsignal(signal.SIGINT)
    with stop_on_interrupt(said.append) as stop:
        assert not stop.is_set()
        os.kill(os.getpid(), signal.SIGINT)
        assert stop.is_set()
    assert signal.getsignal(signal.SIGINT) is before
    assert len(said) == 1


def test_the_second_interrupt_kills() -> None:
    script = """
import os, signal
from tui.terminal.interrupt import stop_on_interrupt
with stop_on_interrupt(str) as stop:
    os.kill(os.getpid(), signal.SIGINT)
    print(stop.is_set(), flush=True)
    os.kill(os.getpid(), signal.SIGINT)
    print("still here", flush=True)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=30, check=False)
    assert done.stdout == "True\n"
    assert done.returncode == -signal.SIGINT
