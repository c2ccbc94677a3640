"""A waveform in which a part of the sound can be marked, by keys and by the mouse."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip

from tui.app.player.player import Loaded
from tui.app.widgets.hidden_key import hidden_key
from tui.app.widgets.waveform import Waveform
from tui.workspace.state.region import Region

_SNAP_COLUMNS = 1.0  # within which the mouse takes an onset


class RegionWaveform(Waveform):
    """A waveform with onsets as ticks and a marked part, while a region is being chosen."""

    DEFAULT_CSS = """
    RegionWaveform > .waveform--edge { color: $foreground; background: $primary; }
    RegionWaveform > .waveform--marked { background: $primary 30%; }
    RegionWaveform > .waveform--tick { color: $warning; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"waveform--edge", "waveform--marked", "waveform--tick"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "move_edge(-1)", "Move", key_display="←→", id="region.left", tooltip="Move the edge"),
        hidden_key("right", "move_edge(1)", "region.right", "Move the edge"),
        Binding(
            "shift+left",
            "to_onset(-1)",
            "Onset",
            key_display="shift+←→",
            id="region.onset_before",
            tooltip="Move the edge to the next onset",
        ),
        hidden_key("shift+right", "to_onset(1)", "region.onset_after", "Move the edge to the next onset"),
        Binding("tab", "other_edge", "Other edge", id="region.edge", tooltip="Move the other edge"),
        hidden_key("up", "zoom_edge(2)", "region.zoom_in", "Zoom in on the edge"),
        hidden_key("down", "zoom_edge(0.5)", "region.zoom_out", "Zoom out"),
        Binding("space,enter", "ask('play')", "Play", id="region.play", tooltip="Play the region in a loop, or stop"),
        Binding("e", "ask('export')", "Export", id="region.export", tooltip="Export the region as a file"),
        Binding("escape", "ask('leave')", "Leave", id="region.leave", tooltip="Leave the region"),
    ]

    @dataclass
    class Changed(Message):
        """The region has other edges."""

    @dataclass
    class Asked(Message):
        """Something is to be done with the region: ``play``, ``export`` or ``leave``."""

        what: str

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.region_marked: Region | None = None
        self._dragged_from: float | None = None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return self.region_marked is not None

    def draw(self, loaded: Loaded | None) -> None:
        super().draw(loaded)
        marked = self.region_marked
        if marked is not None and loaded is not None and loaded.duration_seconds != marked.length:
            self.region_marked = Region(loaded.duration_seconds)

    def begin(self, region: Region) -> None:
        """Have a part marked by keys and the mouse from now on."""
        self.region_marked = region
        self.can_focus, self.follows_head = True, False
        self.focus()
        self.refresh()

    def leave(self) -> None:
        """Show the sound alone again."""
        self.region_marked, self._dragged_from = None, None
        self.can_focus, self.follows_head = False, True
        self.refresh()

    def action_move_edge(self, n_columns: int) -> None:
        if (marked := self.region_marked) is not None:
            marked.move_to(marked.edge + n_columns * self._column_seconds)
            self._change()

    def action_to_onset(self, direction: int) -> None:
        if (marked := self.region_marked) is not None:
            marked.move_to_onset(direction)
            self._change()

    def action_other_edge(self) -> None:
        if (marked := self.region_marked) is not None:
            marked.moves_end = not marked.moves_end
            self._change()

    def action_zoom_edge(self, factor: float) -> None:
        self.zoom(factor)

    def zoom(self, factor: float) -> None:
        """Zoom around the edge that is moved; without a region as every waveform."""
        if (marked := self.region_marked) is None:
            super().zoom(factor)
        else:
            self.zoom_at(factor, marked.edge / marked.length)

    def action_ask(self, what: str) -> None:
        self.post_message(self.Asked(what))

    def on_mouse_down(self, event: events.MouseDown) -> None:
        if (marked := self.region_marked) is not None:
            event.stop()
            self.capture_mouse()
            self._dragged_from = marked.snapped(self._seconds(event.x), _SNAP_COLUMNS * self._column_seconds)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        marked, begun = self.region_marked, self._dragged_from
        if marked is not None and begun is not None:
            marked.mark(begun, marked.snapped(self._seconds(event.x), _SNAP_COLUMNS * self._column_seconds))
            self._change()

    def on_mouse_up(self, _: events.MouseUp) -> None:
        self.release_mouse()
        self._dragged_from = None

    def on_click(self, event: events.Click) -> None:
        if self.region_marked is not None:
            event.prevent_default()  # of the base class, which plays from there

    def render_line(self, y: int) -> Strip:
        strip, marked = super().render_line(y), self.region_marked
        if marked is None or not marked.length:
            return strip
        first, last = self._place(marked.start), self._place(marked.end)
        style = Style(bgcolor=self.get_component_rich_style("waveform--marked").bgcolor)
        inner = strip.crop(max(first, 0), max(last, 0))
        lit = Strip([Segment(text, (old or Style()) + style) for text, old, _ in inner])
        shown = Strip.join([strip.crop(0, max(first, 0)), lit, strip.crop(max(last, 0), self.size.width)])
        for column, segment in sorted(self._signs(y, marked).items()):
            if 0 <= column < self.size.width:
                shown = Strip.join([shown.crop(0, column), Strip([segment]), shown.crop(column + 1, self.size.width)])
        return shown

    def _signs(self, y: int, marked: Region) -> Mapping[int, Segment]:
        """Return what stands over the waveform in a line: a tick at each onset, and the two edges."""
        signs: dict[int, Segment] = {}
        if y == self.size.height - 1:
            tick = self.rich_style + Style(color=self._color("tick"))
            signs = {self._place(place): Segment("╷", tick) for place in marked.onsets}
        edge = self.get_component_rich_style("waveform--edge")
        for place, is_moved in ((marked.start, not marked.moves_end), (marked.end, marked.moves_end)):
            column = min(self._place(place), self.size.width - 1 if place == marked.length else self.size.width)
            signs[column] = Segment("┃" if is_moved else "│", edge if is_moved else self.rich_style + edge)
        return signs

    def _change(self) -> None:
        if (marked := self.region_marked) is not None and marked.length:
            self.show_place(marked.edge / marked.length)
        self.refresh()
        self.post_message(self.Changed())

    @property
    def _column_seconds(self) -> float:
        assert self.region_marked is not None
        return self.seen_share * self.region_marked.length / max(self.size.width, 1)

    def _seconds(self, x: int) -> float:
        assert self.region_marked is not None
        return self.share_at(x) * self.region_marked.length

    def _place(self, seconds: float) -> int:
        assert self.region_marked is not None
        return self.column_at(seconds / self.region_marked.length)
