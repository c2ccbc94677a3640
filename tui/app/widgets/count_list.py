"""Lines of a name and a count under a cursor: facets, folders."""

from collections.abc import Sequence
from typing import Any, ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.reactive import Reactive, reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from db.paths import display_text
from tui.app.widgets.cells import cut
from tui.app.widgets.themes import family_color
from tui.workspace.listing.columns import FAMILIES
from tui.workspace.listing.facet_lines import FacetLine

_FRAME = 3  # cells of padding and of a scrollbar, whether there is one or not: counts stay in place


_NOTHING = FacetLine("", 0)


class CountList(ScrollView, can_focus=True, inherit_bindings=False):
    """Headings, and filters with counts, one of which is under the cursor.

    Drawn line by line: a list of Textual's options takes half of the time of a frame and lays out the whole screen.
    """

    DEFAULT_CSS = """
    CountList { width: 24; overflow-x: hidden; scrollbar-size-vertical: 1; background: $background; padding: 0 1; }
    CountList > .countlist--heading { color: $text-muted; }
    CountList > .countlist--count { color: $foreground 60%; }
    CountList > .countlist--on { color: $primary; text-style: bold; }
    CountList > .countlist--cursor { background: $primary 22%; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "countlist--heading",
        "countlist--count",
        "countlist--on",
        "countlist--cursor",
    }

    cursor: reactive[int | None] = reactive(None, repaint=False)  # the place of a line with a filter
    # as in `SampleList`: other counts need no other layout
    virtual_size: Reactive[Size] = Reactive(Size(0, 0), layout=False)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.lines: Sequence[FacetLine] = ()
        self._strips: dict[tuple[FacetLine, bool], Strip] = {}

    def show(self, lines: Sequence[FacetLine]) -> None:
        """Show other counts; the cursor stays on its filter."""
        if lines == self.lines:
            return
        current = self.current
        self.lines = lines
        self._strips.clear()
        self.virtual_size = Size(0, len(lines))
        self._scroll_update(self.virtual_size)
        kept = current.filter if current else None
        self.set_reactive(
            CountList.cursor, next((place for place in self._places if lines[place].filter == kept), None)
        )
        if self.has_focus and self.cursor is None:
            self.action_go(0)
        self.refresh()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._strips.clear()

    def on_resize(self, _: events.Resize) -> None:
        self._strips.clear()

    @property
    def current(self) -> FacetLine | None:
        """The line under the cursor."""
        return None if self.cursor is None else self.lines[self.cursor]

    @property
    def _places(self) -> list[int]:
        """Lines that the cursor can stand on."""
        return [place for place, line in enumerate(self.lines) if line.filter]

    def on_focus(self) -> None:
        if self.cursor is None:
            self.action_go(0)

    def action_move(self, n_lines: int) -> None:
        places = self._places
        if places:
            now = -1 if self.cursor is None else places.index(self.cursor)
            self.cursor = places[min(max(now + n_lines, 0), len(places) - 1)]

    def action_page(self, n_pages: int) -> None:
        self.action_move(n_pages * max(self.size.height - 1, 1))

    def action_go(self, place: int) -> None:
        places = self._places
        if places:
            self.cursor = places[place]

    def watch_cursor(self) -> None:
        if self.cursor is not None:
            # with the heading above the first one
            top = 0 if self.cursor == next(iter(self._places), 0) else self.cursor
            self.scroll_to_region(Region(0, top, 1, self.cursor - top + 1), animate=False, force=True, immediate=True)
        self.refresh()

    def action_choose(self) -> None:
        """Do what the line under the cursor is for."""

    def line_at(self, y: int) -> FacetLine | None:
        """Return the line that is drawn in a row of the widget."""
        place = y + round(self.scroll_y)
        return self.lines[place] if 0 <= place < len(self.lines) else None

    def on_click(self, event: events.Click) -> None:
        place = event.y + round(self.scroll_y)
        if place < len(self.lines) and self.lines[place].filter:
            self.cursor = place
            self.action_choose()

    def render_line(self, y: int) -> Strip:
        place = y + round(self.scroll_y)
        line = self.lines[place] if place < len(self.lines) else _NOTHING
        key = (line, place == self.cursor and self.has_focus)
        if key not in self._strips:
            self._strips[key] = self._strip(line, has_cursor=key[1])
        return self._strips[key]

    def _strip(self, line: FacetLine, *, has_cursor: bool) -> Strip:
        width, row = self.size.width, self.rich_style
        if has_cursor:
            row += Style(bgcolor=self.get_component_rich_style("countlist--cursor").bgcolor)
        if not line.filter:
            segments = [Segment(display_text(line.label).upper(), row + self._color("heading"))]
        else:
            count = f"{line.n_samples:,}"
            label = ("● " if line.is_on else "  ") + "  " * line.depth + display_text(line.label)
            text = cut(label, self.outer_size.width - _FRAME - cell_len(count) - 1) + " "
            segments = [Segment(text, row + self._label_style(line)), Segment(count, row + self._color("count"))]
        return Strip(segments).adjust_cell_length(width, row)

    def _label_style(self, line: FacetLine) -> Style:
        if line.is_on:
            return self._color("on") + Style(bold=True)
        if line.label in FAMILIES:
            return Style(color=family_color(line.label, is_dark=self.app.current_theme.dark))
        return Style.null()

    def _color(self, part: str) -> Style:
        return Style(color=self.get_component_rich_style(f"countlist--{part}").color)
