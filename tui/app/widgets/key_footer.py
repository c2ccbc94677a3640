"""The footer: the keys that matter most now, and how to see all of them."""

from textual import events
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Footer
from textual.widgets._footer import FooterKey


class KeyFooter(Footer):
    """A footer that shows only keys that fit, whole; the last one, which is help, always."""

    def __init__(self) -> None:
        super().__init__(show_command_palette=False, compact=True)
        self._fitted_width = 0

    def compose(self) -> ComposeResult:
        keys = [key for key in super().compose() if isinstance(key, FooterKey)]
        self._fitted_width = self.app.size.width
        room = self._fitted_width - sum(_width(key) - 1 for key in keys[-1:])  # no gap behind the last one
        for key in keys[:-1]:
            room -= _width(key)
            if room < 0:
                break
            yield key
        yield from keys[-1:]

    def on_resize(self, _: events.Resize) -> None:
        if self.app.size.width != self._fitted_width and self._fitted_width:
            self.call_after_refresh(self.recompose)


def _width(key: FooterKey) -> int:
    """Return the cells of a key in the footer: what it is called, what it does and the gaps behind both."""
    return Content(key.key_display).cell_length + Content(key.description).cell_length + 2
