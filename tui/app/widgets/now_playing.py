"""The line under the waveform: the sound, its position and the player's settings."""

from dataclasses import dataclass
from typing import Any

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from tui import formatting
from tui.app.widgets.cells import cut_middle


class Toggle(Static):
    """A word that is highlighted while something is on; a click switches it."""

    @dataclass
    class Clicked(Message):
        action: str

    def __init__(self, label: str, action: str, **kwargs: Any) -> None:
        super().__init__(Content(label), markup=False, **kwargs)
        self._action = action

    def on_click(self, event: events.Click) -> None:
        event.stop()
        self.post_message(self.Clicked(self._action))


class NowPlaying(Horizontal):
    """Name and time at the left, the switches at the right."""

    DEFAULT_CSS = """
    NowPlaying { height: 1; background: $surface; }
    NowPlaying > #heard { width: 1fr; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis; }
    NowPlaying > Toggle { width: auto; padding: 0 1; color: $text-disabled; }
    NowPlaying > Toggle.-on { color: $primary; }
    NowPlaying > Toggle:hover { background: $panel; }
    NowPlaying > #volume, NowPlaying > #output { width: auto; padding: 0 1; color: $text-muted; }
    NowPlaying > #output { color: $warning; }
    NowPlaying > #selected { width: auto; padding: 0 1; color: $primary; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._n_selected = 0
        self._heard = Static("", id="heard", markup=False)
        self._shown = ""

    def compose(self) -> ComposeResult:
        yield self._heard
        yield Static("", id="selected", markup=False)
        yield Static("", id="output", markup=False)
        yield Toggle("", "toggle_original", id="project")
        yield Toggle("autoplay", "toggle_autoplay", id="autoplay")
        yield Toggle("loop", "toggle_loop")
        yield Toggle("advance", "toggle_advance")
        yield Static("", id="volume", markup=False)

    def tell_heard(self, name: str, time: str, changes: str = "", *, is_playing: bool = False) -> None:
        """Show what is playing, a long name without its middle; called many times a second."""
        mark = "▶ " if is_playing else "  "
        room = self._heard.content_size.width - cell_len(mark + time + changes)
        shown = cut_middle(name, room) if 0 < room < cell_len(name) else name
        content = Content.assemble(
            (mark, "$primary"), (shown, "bold"), (time, "$foreground 60%"), (changes, "$primary")
        )
        if content.plain != self._shown:
            self._shown = content.plain
            self._heard.update(content, layout=False)

    def tell_selected(self, n_selected: int) -> None:
        """Show how many sounds are selected; called many times a second."""
        if n_selected != self._n_selected:
            self._n_selected = n_selected
            self.query_one("#selected", Static).update(Content(f"● {n_selected:,} selected" if n_selected else ""))

    def tell_settings(self, *are_on: bool, project: str, volume: float, fault: str | None) -> None:
        """Show which of the switches are on, in their order, the project's tempo and key, and how sound leaves."""
        shown = self.query_one("#project", Toggle)
        shown.display = bool(project)
        shown.update(Content(project))
        for toggle, is_on in zip(self.query(Toggle), are_on, strict=True):
            toggle.set_class(is_on, "-on")
        self.query_one("#volume", Static).update(Content(f"vol {formatting.percent(volume)}"))
        self.query_one("#output", Static).update(Content(f"silent: {fault}" if fault else ""))
