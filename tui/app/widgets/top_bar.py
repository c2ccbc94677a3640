"""The top bar: the names of the screens, and facts about the library."""

from dataclasses import dataclass

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

TITLES = {
    "browse": "Browse",
    "blend": "Blend",
    "map": "Map",
    "folders": "Folders",
    "kit": "Kit",
    "duplicates": "Duplicates",
}
_NUMBERS = {"browse": 2, "blend": 3, "map": 4, "folders": 5, "kit": 6, "duplicates": 7}  # of the function keys

_WIDTH_OF_TABS = sum(len(f" F{_NUMBERS[mode]} {title} ") for mode, title in TITLES.items())
_LEAST_ROOM = 12  # cells for the library's facts before there are any


class Tab(Static):
    """The name of one screen."""

    @dataclass
    class Chosen(Message):
        mode: str

    def __init__(self, mode: str, title: str, key: str) -> None:
        super().__init__("", markup=False)
        self.mode = mode
        self._title, self._key = title, key
        self.show_key(is_shown=True)

    def show_key(self, *, is_shown: bool) -> None:
        """Show the function key in front of the name, or leave it out."""
        title = Content(self._title)
        self.update(Content.assemble((self._key, "$foreground 40%"), " ", title) if is_shown else title)

    def on_click(self, event: events.Click) -> None:
        event.stop()
        self.post_message(self.Chosen(self.mode))


class TopBar(Horizontal):
    """The names of all screens, the current one highlighted; facts about the library at the right."""

    DEFAULT_CSS = """
    TopBar { height: 1; background: $surface; }
    TopBar > #brand { width: auto; padding: 0 2 0 1; color: $primary; text-style: bold; }
    TopBar > Tab { width: auto; padding: 0 1; color: $text-muted; }
    TopBar > Tab:hover { background: $panel; }
    TopBar > Tab.-current { color: $foreground; text-style: bold; background: $panel; }
    TopBar > #facts { width: 1fr; text-align: right; padding: 0 1; color: $text-muted; text-wrap: nowrap;
        text-overflow: ellipsis; }
    """

    def __init__(self, current: str) -> None:
        super().__init__()
        self._current = current
        self._has_keys = True
        self._facts = Content("")

    def compose(self) -> ComposeResult:
        yield Static("earmark", id="brand", markup=False)
        for mode, title in TITLES.items():
            tab = Tab(mode, title, f"F{_NUMBERS[mode]}")
            tab.set_class(mode == self._current, "-current")
            yield tab
        yield Static("", id="facts", markup=False)

    def on_resize(self, _: events.Resize) -> None:
        self.call_after_refresh(self._fit)  # what changes within a layout is not laid out

    def _fit(self) -> None:
        """Leave out the keys where the library's facts would be cut."""
        room = self.size.width - _WIDTH_OF_TABS - 2
        if self.size.width and (room >= max(self._facts.cell_length, _LEAST_ROOM)) != self._has_keys:
            self._has_keys = not self._has_keys
            for tab in self.query(Tab):
                tab.show_key(is_shown=self._has_keys)

    def tell(self, facts: str, warning: str = "") -> None:
        """Show facts about the library, and what keeps it from being changed."""
        self._facts = Content.assemble((warning, "$warning"), "   " if warning else "", facts)
        self.call_after_refresh(self._fit)
        for place in self.query("#facts").results(Static):
            place.update(self._facts, layout=False)
