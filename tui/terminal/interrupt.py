"""Ctrl-C during long work: the first requests a stop, the second kills the process."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

_SHOW_CURSOR = b"\x1b[?25h\n"  # a progress bar hides the cursor


@contextmanager
def stop_on_interrupt(on_stop: Callable[[str], None]) -> Iterator[threading.Event]:
    """Yield an event that the first Ctrl-C sets; the work inside the block polls it.

    Args:
        on_stop: Called with a sentence for the user at the first Ctrl-C.
    """
    stop = threading.Event()

    def on_interrupt(_signal: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            _die()
        stop.set()
        on_stop("Stopping after the current sounds; press Ctrl-C again to stop at once.")

    previous = signal.signal(signal.SIGINT, on_interrupt)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, previous)


def end_at_once(exit_code: int) -> None:
    """End this process, whatever its threads wait for; what is stored stays."""
    _show_cursor()
    os._exit(exit_code)


def _show_cursor() -> None:
    if os.isatty(2):
        os.write(2, _SHOW_CURSOR)


def _die() -> None:
    _show_cursor()
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.kill(os.getpid(), signal.SIGINT)
