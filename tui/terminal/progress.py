"""Progress on stderr: a bar on a screen, a plain line every few seconds in a log."""

import sys
import time
from contextlib import AbstractContextManager
from typing import Protocol

from tui import human
from tui.terminal.output import say

_LINE_EVERY_SECONDS = 5.0


class Meter(Protocol):
    """Shows how far some work is."""

    def show(self, n_done: int, n_total: int, note: str = "") -> None:
        """Show progress.

        Args:
            n_done: Items done; 0 at first.
            n_total: Items to do.
            note: What is being done now, as display text.
        """
        ...

    def note(self, note: str) -> None:
        """Say something beside the progress, as display text."""
        ...


def meter(label: str) -> AbstractContextManager[Meter]:
    """Return a meter that suits stderr, to be used in a ``with`` block; on a screen it leaves no trace."""
    if sys.stderr.isatty():
        from tui.terminal.bars import BarMeter

        return BarMeter(label)
    return LineMeter(label)


class LineMeter:
    """A `Meter` for logs: a line every five seconds, none for work that is done sooner."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._began = self._shown = time.monotonic()

    def show(self, n_done: int, n_total: int, note: str = "") -> None:
        now = time.monotonic()
        if now - self._shown < _LINE_EVERY_SECONDS:
            return
        self._shown = now
        pace = [human.pace(n_done, n_total, now - self._began)] if n_done else []
        say(", ".join([f"{self._label}: {n_done:,} of {n_total:,}", *pace, *([note] if note else [])]))

    def note(self, note: str) -> None:
        say(note)

    def __enter__(self) -> "LineMeter":
        return self

    def __exit__(self, *exc_info: object) -> None:
        pass
