"""Everything about the sound under the cursor."""

from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text
from textual import events
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from db.paths import display_text
from tui.app.columns import Row
from tui.terminal.details import detail_table


class Details(ScrollView, can_focus=False):
    """Lines about one sound; they scroll where there are too many.

    Drawn line by line, since a text of automatic height would lay out the whole screen at each move of the cursor.
    """

    DEFAULT_CSS = """
    Details { overflow-x: hidden; background: $background; }
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._parts: list[RenderableType] = []
        self._drawn: list[Strip] = []
        self._blank = Strip([])

    def show(self, row: Row) -> None:
        """Show a sound with what the user said of it."""
        self._parts = [detail_table(row.sample)]
        if row.remark.stars:
            self._parts.insert(0, Text("★" * row.remark.stars, self.app.current_theme.primary))
        if row.remark.note:
            self._parts.append(Text(display_text(row.remark.note), "italic"))
        self.scroll_home(animate=False, immediate=True)
        self._draw()

    def clear(self) -> None:
        self._parts = []
        self._draw()

    def on_resize(self, _: events.Resize) -> None:
        self._draw()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        if self.is_attached:
            self._draw()

    def _draw(self) -> None:
        width = self.scrollable_content_region.width - 1  # as much stays free at the right as at the left
        if width > 0:
            options = self.app.console_options.update(width=width, height=None, highlight=False)
            style = self.rich_style  # costs 0.1 ms each time it is asked for
            lines = self.app.console.render_lines(Group(*self._parts), options, style=style, pad=False)
            full = self.size.width
            self._drawn = [Strip(line).adjust_cell_length(full, style) for line in lines] if self._parts else []
            self._blank = Strip.blank(full, style)
            # never less than there is room for, since another size lays out the whole screen
            self.virtual_size = Size(width, max(len(self._drawn), self.scrollable_content_region.height))
        self.refresh()

    def render_line(self, y: int) -> Strip:
        place = y + round(self.scroll_y)
        return self._drawn[place] if place < len(self._drawn) else self._blank
