"""Facets of a result with counts; one key filters by one of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import Reactive, reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from db.paths import display_text
from tui.app.widgets.cells import cut
from tui.app.widgets.sample_list import LIST_KEYS
from tui.app.widgets.themes import family_color
from tui.workspace.columns import FAMILIES
from tui.workspace.facet_lines import FacetLine

_FRAME = 3  # cells of padding and of a scrollbar, whether there is one or not: counts stay in place


_NOTHING = FacetLine("", 0)


class Facets(ScrollView, can_focus=True, inherit_bindings=False):
    """A list of headings and filters; choosing one posts it.

    Drawn line by line: a list of Textual's options takes half of the time of a frame and lays out the whole screen.
    """

    DEFAULT_CSS = """
    Facets { width: 24; overflow-x: hidden; scrollbar-size-vertical: 1; background: $background; padding: 0 1; }
    Facets > .facets--heading { color: $text-muted; }
    Facets > .facets--count { color: $foreground 60%; }
    Facets > .facets--on { color: $primary; text-style: bold; }
    Facets > .facets--cursor { background: $primary 22%; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"facets--heading", "facets--count", "facets--on", "facets--cursor"}
    BINDINGS: ClassVar[list[BindingType]] = [
        *LIST_KEYS,
        Binding(
            "enter,space", "choose", "Choose", show=False, id="browse.choose_facet", tooltip="Facets: filter by it"
        ),
        Binding(
            "delete,backspace",
            "remove",
            "Remove",
            show=False,
            id="browse.remove_collection",
            tooltip="Facets: remove the collection; its sounds stay",
        ),
        Binding(
            "R",
            "rename",
            "Rename",
            show=False,
            id="browse.rename",
            tooltip="Facets: rename the tag or the collection",
        ),
    ]

    cursor: reactive[int | None] = reactive(None, repaint=False)  # the place of a line with a filter
    # as in `SampleList`: other counts need no other layout
    virtual_size: Reactive[Size] = Reactive(Size(0, 0), layout=False)

    @dataclass
    class Toggled(Message):
        """A filter was switched on or off."""

        filter: str

    @dataclass
    class Removed(Message):
        """The removal of a collection was asked for."""

        collection: str

    @dataclass
    class RenameAsked(Message):
        """A new name for a tag or a collection was asked for."""

        line: FacetLine

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.lines: Sequence[FacetLine] = ()
        self._strips: dict[tuple[FacetLine, bool], Strip] = {}

    def show(self, lines: Sequence[FacetLine]) -> None:
        """Show other counts; the cursor stays on its filter."""
        if lines == self.lines:
            return
        current = self._current
        self.lines = lines
        self._strips.clear()
        self.virtual_size = Size(0, len(lines))
        self._scroll_update(self.virtual_size)
        kept = current.filter if current else None
        self.set_reactive(Facets.cursor, next((place for place in self._places if lines[place].filter == kept), None))
        self.refresh()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._strips.clear()

    def on_resize(self, _: events.Resize) -> None:
        self._strips.clear()

    @property
    def _current(self) -> FacetLine | None:
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
        if self._current is not None:
            self.post_message(self.Toggled(self._current.filter))

    def action_remove(self) -> None:
        """Remove the line under the cursor, where it is a collection."""
        line = self._current
        if line is not None and line.filter.startswith("collection:"):
            self.post_message(self.Removed(line.label))

    def action_rename(self) -> None:
        """Ask for another name of the line under the cursor, where it is a tag or a collection."""
        line = self._current
        if line is not None and line.filter.startswith(("tag:", "collection:")):
            self.post_message(self.RenameAsked(line))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to rename and to remove only what has a name of the user's."""
        kinds = {"rename": ("tag:", "collection:"), "remove": ("collection:",)}.get(action)
        line = self._current
        return True if kinds is None else line is not None and line.filter.startswith(kinds)

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
            row += Style(bgcolor=self.get_component_rich_style("facets--cursor").bgcolor)
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
        return Style(color=self.get_component_rich_style(f"facets--{part}").color)
