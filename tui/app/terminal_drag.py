"""Drag files out of the terminal itself: the drag and drop protocol of kitty (OSC 72).

Source: https://sw.kovidgoyal.net/kitty/dnd-protocol/, "Starting drags" and "Detecting support". Textual knows nothing
of it, so the replies are taken out of the input before its parser sees them, which would read them as keys.
"""

import asyncio
import base64
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from textual._xterm_parser import XTermParser
from textual.message import Message

from tui.workspace.export.file_clipboard import uri_list

_MIME = "text/uri-list"
_COPY = 1  # the only operation that is offered: no file is moved
_MOST_ENCODED = 4096  # bytes of one escape code
_ANSWER_SECONDS = 0.3
_MOST_KEPT = 1 << 16  # of a reply that does not end
_REPLY = re.compile(r"\x1b\]72;([^;\x07\x1b]*)(?:;([^\x07\x1b]*))?(?:\x1b\\|\x07)")
_BEGUN = re.compile(r"\x1b\](?:7(?:2(?:;[^\x07\x1b]*\x1b?)?)?)?\Z")  # a reply of which the rest is still to come


@dataclass
class TerminalReplied(Message):
    """The terminal said something of dragging; ``fields`` are the keys of the protocol."""

    fields: dict[str, str]
    payload: str


class DragAwareParser(XTermParser):
    """A parser of a terminal's input that understands replies about dragging."""

    _kept = ""

    def feed(self, data: str) -> Iterable[Message]:
        if not data or not (self._kept or "\x1b]" in data):
            return super().feed(data)
        return self._split(data)

    def _split(self, data: str) -> Iterator[Message]:
        data, self._kept = self._kept + data, ""
        place = 0
        for reply in _REPLY.finditer(data):
            if reply.start() > place:
                yield from super().feed(data[place : reply.start()])
            place = reply.end()
            fields = dict(part.partition("=")[::2] for part in reply[1].split(":"))
            yield TerminalReplied(fields, reply[2] or "")
        rest = data[place:]
        begun = _BEGUN.search(rest)
        if begun is not None and len(rest) - begun.start() <= _MOST_KEPT:
            rest, self._kept = rest[: begun.start()], begun[0]
        if rest:
            yield from super().feed(rest)


def understand_drags() -> None:
    """Let the app's input understand replies about dragging; the driver of Textual names its parser nowhere else."""
    if sys.platform != "win32":
        from textual.drivers import linux_driver

        linux_driver.XTermParser = DragAwareParser  # type: ignore[attr-defined]


class TerminalDrag:
    """Offers files to the terminal, out of which the user drags them with the mouse.

    Args:
        write: Sends text to the terminal.
    """

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write
        self._can_drag: bool | None = None
        self._answer: asyncio.Future[bool] | None = None
        self._outcome: asyncio.Future[bool] | None = None
        self._data = b""

    @property
    def is_offering(self) -> bool:
        return self._outcome is not None

    async def can_drag(self) -> bool:
        """Say whether the terminal can, by asking it once; over SSH, files are not where the terminal is."""
        if self._can_drag is None and not _is_hopeless():
            self._answer = asyncio.get_running_loop().create_future()
            self._send("t=q")
            self._can_drag = False
            with suppress(TimeoutError):
                await asyncio.wait_for(self._answer, _ANSWER_SECONDS)
        return bool(self._can_drag)

    async def offer(self, paths: Sequence[Path]) -> bool:
        """Offer files until they are dragged away, or `withdraw`; return whether they were dropped somewhere."""
        self._data = base64.b64encode(uri_list(paths))
        self._outcome = asyncio.get_running_loop().create_future()
        self._send("t=o:x=1")
        try:
            return await self._outcome
        finally:
            self._outcome = None
            self._send("t=o:x=2")

    def withdraw(self) -> None:
        self._settle(self._outcome, is_true=False)

    def take(self, reply: TerminalReplied) -> None:
        """Go on with the drag as the terminal asks."""
        kind, fields = reply.fields.get("t"), reply.fields
        if kind == "q":
            self._can_drag = True  # however late it says so
            self._settle(self._answer, is_true=True)
        elif self._outcome is None:
            return  # of a drag that is over
        elif kind == "o":  # the user began to drag
            self._send(f"t=o:o={_COPY}", _MIME)
            self._send_data("t=p:x=0")
            self._send("t=P:x=-1")
        elif kind == "e" and fields.get("x") == "4":
            self._settle(self._outcome, is_true=fields.get("y", "0") == "0")
        elif kind == "e" and fields.get("x") == "5":
            self._send_data(f"t=e:y={fields.get('y', '0')}")
        elif kind == "E" and reply.payload.partition(":")[0] not in {"OK", "EPERM"}:  # EPERM: the button was let go
            self.withdraw()

    def _send_data(self, metadata: str) -> None:
        for start in range(0, len(self._data), _MOST_ENCODED):
            self._send(f"{metadata}:m=1", self._data[start : start + _MOST_ENCODED].decode("ascii"))
        self._send(f"{metadata}:m=0")

    def _send(self, metadata: str, payload: str = "") -> None:
        self._write(f"\x1b]72;{metadata}{payload and ';' + payload}\x1b\\")

    @staticmethod
    def _settle(future: "asyncio.Future[bool] | None", *, is_true: bool) -> None:
        if future is not None and not future.done():
            future.set_result(is_true)


def _is_hopeless() -> bool:
    environment = os.environ
    return (
        sys.platform == "win32"
        or environment.get("TERM", "") in {"", "dumb", "linux"}
        or bool({"TMUX", "STY", "SSH_CONNECTION", "SSH_TTY"} & environment.keys())
    )
