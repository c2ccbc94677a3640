"""Progress on stderr: a bar in a terminal, a line every few seconds in a log."""

import sys
import time
from contextlib import AbstractContextManager
from typing import Protocol

from tui import formatting
from tui.terminal.output import say

_LINE_EVERY_SECONDS = 5.0


class Meter(Protocol):
    """Shows the progress of some work."""

    def show(self, n_done: int, n_total: int, note: str = "") -> None:
        """Show progress.

        Args:
            n_done: Number of items done.
            n_total: Number of items.
            note: Current item, as display text.
        """
        ...

    def note(self, note: str) -> None:
        """Show a note beside the progress, as display text."""
        ...


def meter(label: str, *, in_bytes: bool = False) -> AbstractContextManager[Meter]:
    """Return a meter for stderr, to use in a ``with`` block; in a terminal it disappears at the end.

    Args:
        label: Name of the work.
        in_bytes: Items are bytes, shown as sizes.
    """
    if sys.stderr.isatty():
        from tui.terminal.bars import BarMeter

        return BarMeter(label, in_bytes=in_bytes)
    return LineMeter(label, in_bytes=in_bytes)


class LineMeter:
    """A `Meter` for logs, with a line every five seconds."""

    def __init__(self, label: str, *, in_bytes: bool = False) -> None:
        self._label = label
        self._count = formatting.size if in_bytes else "{:,}".format
        self._pace = formatting.byte_pace if in_bytes else formatting.pace
        self._began = self._shown = time.monotonic()
        self._starts_anew = in_bytes
        self._n_first = self._n_total = 0

    def show(self, n_done: int, n_total: int, note: str = "") -> None:
        now = time.monotonic()
        if self._starts_anew and n_total != self._n_total:  # another file, a part of which may exist already
            self._began, self._n_first, self._n_total = now, n_done, n_total
        if now - self._shown < _LINE_EVERY_SECONDS:
            return
        self._shown = now
        n_new = n_done - self._n_first
        pace = [self._pace(n_new, n_total - self._n_first, now - self._began)] if n_new else []
        counts = f"{self._label}: {self._count(n_done)} of {self._count(n_total)}"
        say(", ".join([counts, *pace, *([note] if note else [])]))

    def note(self, note: str) -> None:
        say(note)

    def __enter__(self) -> "LineMeter":
        return self

    def __exit__(self, *exc_info: object) -> None:
        pass
