"""The line above a list: what is listed, and temporary messages."""

from typing import Any

from textual import events
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Static

_SECONDS = 4.0  # for which a message stands
_MAX_ROWS = 4


class StatusLine(Static):
    """One row of text, more where it is longer; a message stands over it until its time is up."""

    DEFAULT_CSS = """
    StatusLine { height: 1; padding: 0 1; background: $background; }
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__("", markup=False, **kwargs)
        self._lasting: tuple[Content, ...] = (Content(""),)
        self._held: Content | None = None
        self._message: Content | None = None
        self._timer: Timer | None = None
        self._n_rows = 1

    def tell(self, *contents: Content) -> None:
        """Show the first of some texts that fits in one row, or else the last, until others are told.

        Below a message it waits.
        """
        self._lasting = contents
        self._show()

    def hold(self, content: Content | None) -> None:
        """Show a text in place of the lasting one until it is taken away."""
        self._held = content
        self._show()

    def say(self, content: Content) -> None:
        """Show a message for a moment."""
        self._message = content
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(_SECONDS, self._forget)
        self._show()

    def _forget(self) -> None:
        self._message = None
        self._show()

    def on_resize(self, _: events.Resize) -> None:
        self._show()

    def _fitting(self, width: int) -> Content:
        return next((content for content in self._lasting if content.cell_length <= width), self._lasting[-1])

    def _show(self) -> None:
        width = self.content_size.width
        content = self._message or self._held or self._fitting(width)
        n_rows = 1
        if width and content.cell_length > width:
            n_rows = min(len(content.wrap(width)), _MAX_ROWS)
        is_other_height = n_rows != self._n_rows
        if is_other_height:  # lays out the whole screen: 15 ms that a key should not cost
            self._n_rows = n_rows
            self.styles.height = n_rows
        self.update(content, layout=is_other_height)
