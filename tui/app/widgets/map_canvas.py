"""A million sounds as dots: braille, coloured by kind, named where many of a kind lie, with matches highlighted."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tui.app.widgets.braille import to_cells
from tui.app.widgets.hidden_key import hidden_key
from tui.app.widgets.themes import family_color
from tui.workspace.listing.columns import FAMILIES
from tui.workspace.state.map_state import Region, SoundMap, View, nearest, neighbour_towards, within_box

_ZOOM = 1.6
_PAN = 0.3


class MapCanvas(Widget, can_focus=True):
    """Points of the library; the arrows go from sound to sound."""

    DEFAULT_CSS = """
    MapCanvas { width: 1fr; height: 1fr; background: $background; }
    MapCanvas > .mapcanvas--cursor { background: $primary; color: $background; }
    MapCanvas > .mapcanvas--lit { color: $foreground; text-style: bold; }
    MapCanvas > .mapcanvas--faint { color: $foreground 22%; }
    MapCanvas > .mapcanvas--selected { color: $primary; text-style: bold; }
    MapCanvas > .mapcanvas--box { background: $primary 18%; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "mapcanvas--cursor",
        "mapcanvas--lit",
        "mapcanvas--faint",
        "mapcanvas--selected",
        "mapcanvas--box",
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "step(-1, 0)", "Walk", key_display="←↑↓→", id="map.left", tooltip="To the next sound"),
        hidden_key("right", "step(1, 0)", "map.right", "To the next sound"),
        hidden_key("up", "step(0, -1)", "map.up", "To the next sound"),
        hidden_key("down", "step(0, 1)", "map.down", "To the next sound"),
        hidden_key("shift+left", "pan(-1, 0)", "map.pan_left", "Move the view"),
        hidden_key("shift+right", "pan(1, 0)", "map.pan_right", "Move the view"),
        hidden_key("shift+up", "pan(0, -1)", "map.pan_up", "Move the view"),
        hidden_key("shift+down", "pan(0, 1)", "map.pan_down", "Move the view"),
        Binding("pageup,right_square_bracket", "zoom(1)", "Zoom", key_display="[ ]", id="map.in", tooltip="Nearer"),
        hidden_key("pagedown,left_square_bracket", "zoom(-1)", "map.out", "Farther"),
        hidden_key("home", "whole", "map.whole", "The whole map"),
        Binding("v", "box", "Box", id="map.box", tooltip="Begin a box here; again selects what is in it"),
        Binding("n", "next_lit(1)", "Next", id="map.next", tooltip="To the next highlighted sound"),
        hidden_key("N", "next_lit(-1)", "map.previous", "To the one before"),
    ]

    @dataclass
    class Moved(Message):
        """The cursor stands on a sound, the row of which in the map this is.

        Attributes:
            is_kept: On the same one as before, of which another map was shown.
        """

        row: int
        is_kept: bool = False

    @dataclass
    class Viewed(Message):
        """Another part of the map is seen."""

        view: View

    @dataclass
    class BoxClosed(Message):
        ids: list[int]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._map: SoundMap | None = None
        self._lit: npt.NDArray[np.bool_] | None = None
        self._lit_rows: list[int] = []  # best first
        self._regions: list[Region] = []
        self._marked: frozenset[int] = frozenset()
        self._view = View()
        self._row = 0
        self._box: tuple[float, float] | None = None
        self._drawn: tuple[tuple[object, ...], npt.NDArray[np.uint8], npt.NDArray[np.int64]] | None = None

    def show(self, sound_map: SoundMap) -> None:
        """Show a map; the cursor stays on its sound, or goes to what is nearest where that is gone."""
        place = self._cursor_place()
        current = self._map.ids[self._row] if self._map is not None and len(self._map.ids) else None
        self._map, self._drawn, self._regions = sound_map, None, sound_map.regions()
        self._lit, self._lit_rows = None, []
        kept = np.empty(0, np.int64) if current is None else np.flatnonzero(sound_map.ids == current)
        found = kept if len(kept) else nearest(sound_map, *place, 1)
        self._row = int(found[0]) if len(found) else 0
        self.refresh()
        if len(sound_map.ids):
            self.post_message(self.Moved(self._row, is_kept=len(kept) > 0))

    def light(self, ids: npt.NDArray[np.int64] | None) -> None:
        """Highlight some sounds, best first, and let the others fade; None shows all the same."""
        self._lit, self._lit_rows = None, []
        if ids is not None and self._map is not None:
            self._lit = np.isin(self._map.ids, ids)
            places = np.searchsorted(self._map.ids, ids[np.isin(ids, self._map.ids)])
            self._lit_rows = places.tolist()
        self._drawn = None
        self.refresh()

    def mark(self, ids: Collection[int]) -> None:
        """Draw these sounds as selected."""
        self._marked = frozenset(ids)
        self._drawn = None
        self.refresh()

    def action_step(self, right: int, down: int) -> None:
        if self._map is None or not len(self._map.ids):
            return
        row = neighbour_towards(self._map, self._row, right, down)
        if row is not None:
            self._go(row)

    def action_pan(self, right: int, down: int) -> None:
        view = self._view
        self.see(View(view.x + right * _PAN * view.half, view.y + down * _PAN * view.half, view.half))

    def action_zoom(self, direction: int) -> None:
        self.see(self._view.zoomed(_ZOOM**direction, *self._cursor_place()))

    def action_whole(self) -> None:
        self.see(View())

    def action_box(self) -> None:
        """Begin a box at the cursor, or close it and tell what lies in it."""
        if self._box is None:
            self._box = self._cursor_place()
        elif self._map is not None:
            first, self._box = self._box, None
            self._close_box(first, self._cursor_place())
        self.refresh()

    def _close_box(self, first: tuple[float, float], last: tuple[float, float]) -> None:
        """Tell what lies in a box: all of it, or where something is highlighted only that."""
        assert self._map is not None
        is_inside = within_box(self._map, first, last)
        if self._lit is not None:
            is_inside &= self._lit
        self.post_message(self.BoxClosed(self._map.ids[is_inside].tolist()))

    @property
    def lit_ids(self) -> list[int]:
        """The highlighted sounds, best first."""
        return [] if self._map is None else self._map.ids[self._lit_rows].tolist()

    def action_next_lit(self, n: int) -> None:
        """Go to the next highlighted sound, from the best on."""
        if self._lit_rows:
            here = self._lit_rows.index(self._row) if self._row in self._lit_rows else -min(n, 0) - 1
            self._go(self._lit_rows[(here + n) % len(self._lit_rows)])

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.see(self._view.zoomed(_ZOOM, *self._place_at(event.x, event.y)))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.see(self._view.zoomed(1 / _ZOOM, *self._place_at(event.x, event.y)))

    def on_mouse_down(self, event: events.MouseDown) -> None:
        self._box = self._place_at(event.x, event.y)

    def on_mouse_up(self, event: events.MouseUp) -> None:
        first, last = self._box, self._place_at(event.x, event.y)
        self._box = None
        if first is None or self._map is None or not len(self._map.ids):
            return
        if max(abs(first[0] - last[0]), abs(first[1] - last[1])) > 0.05 * self._view.half:
            self._close_box(first, last)
        else:
            self._go(int(nearest(self._map, last[0], last[1], 1)[0]))

    def _go(self, row: int) -> None:
        self._row = row
        self.refresh()
        self.see(self._view.containing(*self._cursor_place()))
        self.post_message(self.Moved(row))

    @property
    def view(self) -> View:
        """The part of the map that is seen."""
        return self._view

    def see(self, view: View) -> None:
        """Show a part of the map."""
        if view != self._view:
            self._view = view
            self.refresh()
            self.post_message(self.Viewed(view))

    def _cursor_place(self) -> tuple[float, float]:
        if self._map is None or not len(self._map.ids):
            return 0.0, 0.0
        x, y = self._map.places[self._row].tolist()
        return x, y

    def _place_at(self, column: int, line: int) -> tuple[float, float]:
        """Return the place on the map of a cell; a view is as wide as it is high, whatever the shape of the screen."""
        view = self._view
        share_x, share_y = (column + 0.5) / max(self.size.width, 1), (line + 0.5) / max(self.size.height, 1)
        return view.x + (2 * share_x - 1) * view.half, view.y + (2 * share_y - 1) * view.half

    def _cell_of(self, x: float, y: float) -> tuple[int, int]:
        view = self._view
        share_x, share_y = (x - view.x) / view.half, (y - view.y) / view.half
        return int((share_x + 1) / 2 * self.size.width), int((share_y + 1) / 2 * self.size.height)

    def render_line(self, y: int) -> Strip:
        cells, colors = self._draw()
        column, line = self._cell_of(*self._cursor_place())
        text = [chr(0x2800 + bits) if bits else " " for bits in cells[y].tolist()]
        palette = self._palette()
        segments = [Segment(text[x], palette[color]) for x, color in enumerate(colors[y].tolist())]
        for x, name, group in self._names().get(y, ()):
            color = palette[group if self._lit is None else len(self._map_groups) + 2]
            segments[x : x + len(name)] = [Segment(letter, color + Style(bold=True)) for letter in name]
        if self._box is not None:
            self._shade(segments, y)
        if y == line and 0 <= column < len(segments):
            style = self.get_component_rich_style("mapcanvas--cursor")
            segments[column] = Segment(text[column] if text[column] != " " else "·", style)
        return Strip(segments).simplify()

    def _names(self) -> dict[int, list[tuple[int, str, int]]]:
        """Return the names of regions by line of the screen, with their columns; none over another one."""
        lines: dict[int, list[tuple[int, str, int]]] = {}
        for region in self._regions:
            column, line = self._cell_of(region.x, region.y)
            start, end = column - len(region.name) // 2, column - len(region.name) // 2 + len(region.name)
            is_seen = start >= 0 and end <= self.size.width and 0 <= line < self.size.height
            others = [(x, len(name)) for near in (line - 1, line, line + 1) for x, name, _ in lines.get(near, ())]
            if is_seen and all(end < x or start > x + n for x, n in others):
                lines.setdefault(line, []).append((start, region.name, region.group))
        return lines

    @property
    def _map_groups(self) -> tuple[str, ...]:
        return FAMILIES if self._map is None else self._map.group_names

    def _shade(self, segments: list[Segment], y: int) -> None:
        assert self._box is not None
        corners = (self._cell_of(*self._box), self._cell_of(*self._cursor_place()))
        (left, right), (top, bottom) = (sorted(pair) for pair in zip(*corners, strict=True))
        if top <= y <= bottom:
            shade = Style(bgcolor=self.get_component_rich_style("mapcanvas--box").bgcolor)
            for x in range(max(left, 0), min(right + 1, len(segments))):
                segments[x] = Segment(segments[x].text, (segments[x].style or Style()) + shade)

    def _palette(self) -> list[Style]:
        """Return the styles by colour number: groups, none, highlighted, faint, selected."""
        is_dark = self.app.current_theme.dark
        colors = [family_color(name, is_dark=is_dark) for name in (*FAMILIES[: len(self._map_groups)], None)]
        return [
            *(self.rich_style + Style(color=color) for color in colors),
            *(
                self.rich_style + Style(color=self.get_component_rich_style(f"mapcanvas--{part}").color)
                for part in ("lit", "faint", "selected")
            ),
        ]

    def _draw(self) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
        """Return the braille bits and the colour number of every cell; 13 ms for a million points."""
        key = (self._view, self.size)
        if self._drawn is None or self._drawn[0] != key:
            self._drawn = (key, *self._draw_anew())
        return self._drawn[1], self._drawn[2]

    def _draw_anew(self) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
        width, height = self.size
        dots = np.zeros((4 * height, 2 * width), np.bool_)
        if self._map is None:
            return to_cells(dots), np.zeros((height, width), np.int64)
        view = self._view
        columns = ((self._map.places[:, 0] - view.x + view.half) / (2 * view.half) * 2 * width).astype(np.int64)
        lines = ((self._map.places[:, 1] - view.y + view.half) / (2 * view.half) * 4 * height).astype(np.int64)
        shown = (columns >= 0) & (columns < 2 * width) & (lines >= 0) & (lines < 4 * height)
        dots[lines[shown], columns[shown]] = True
        cells = lines[shown] // 4 * width + columns[shown] // 2
        n_colors = len(self._map.group_names) + 1
        counts = np.bincount(cells * n_colors + self._map.groups[shown], minlength=width * height * n_colors)
        colors = counts.reshape(-1, n_colors).argmax(axis=1)
        if self._lit is not None:
            colors[:] = n_colors + 1
            colors[cells[self._lit[shown]]] = n_colors
        if self._marked:
            colors[cells[np.isin(self._map.ids[shown], list(self._marked))]] = n_colors + 2
        return to_cells(dots), colors.reshape(height, width)
