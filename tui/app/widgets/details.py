"""Everything about the sound under the cursor."""

from collections.abc import Iterator
from typing import Any

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual import events
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from db.paths import display_text
from tui.workspace.listing.columns import Row
from tui.workspace.listing.details import detail_lines


class Details(ScrollView, can_focus=False):
    """Lines about one sound; they scroll where there are too many.

    Drawn line by line, since a text of automatic height would lay out the whole screen at each move of the cursor.
    """

    DEFAULT_CSS = """
    Details { overflow-x: hidden; background: $background; }
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._row: Row | None = None
        self._drawn: list[Strip] = []
        self._blank = Strip([])

    def show(self, row: Row) -> None:
        """Show a sound with what the user said of it."""
        self._row = row
        self.scroll_home(animate=False, immediate=True)
        self._draw()

    def clear(self) -> None:
        self._row = None
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
            style = self.rich_style  # costs 0.1 ms each time it is asked for
            full = self.size.width
            lines = [] if self._row is None else self._lines(self._row, width)
            self._drawn = [Strip(Segment.apply_style(line, style)).adjust_cell_length(full, style) for line in lines]
            self._blank = Strip.blank(full, style)
            # never less than there is room for, since another size lays out the whole screen
            self.virtual_size = Size(width, max(len(self._drawn), self.scrollable_content_region.height))
        self.refresh()

    def _lines(self, row: Row, width: int) -> Iterator[list[Segment]]:
        """Yield names at the left, values beside them; a tenth of what a table of Rich's takes at each move."""
        if row.annotation.stars:
            yield [Segment("★" * row.annotation.stars, Style(color=self.app.current_theme.primary))]
        pairs = list(detail_lines(row.sample, row.guess))
        indent = max(cell_len(name) for name, _ in pairs) + 2
        for name, value in pairs:
            style = Style(bold=name == "name")
            for number, text in enumerate(self._wrap(value, max(width - indent, 1))):
                label = name if number == 0 else ""
                yield [Segment(set_cell_size(label, indent), Style(dim=True)), Segment(text, style)]
        for text in self._wrap(display_text(row.annotation.note), width) if row.annotation.note else ():
            yield [Segment(text, Style(italic=True))]

    def _wrap(self, text: str, width: int) -> list[str]:
        if cell_len(text) <= width:
            return [text]
        return [line.plain.rstrip() for line in Text(text).wrap(self.app.console, width, overflow="fold")]

    def render_line(self, y: int) -> Strip:
        place = y + round(self.scroll_y)
        return self._drawn[place] if place < len(self._drawn) else self._blank
