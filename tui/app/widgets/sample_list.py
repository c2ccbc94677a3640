"""A list of sounds that is as fast with ten million rows as with ten."""

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import Reactive, reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from db.types import SampleIds
from tui.app.widgets.cells import cut, cut_middle
from tui.app.widgets.hidden_key import hidden_key
from tui.app.widgets.row_cache import RowCache
from tui.app.widgets.themes import family_color
from tui.workspace.listing.columns import COLUMNS, Column, Row, family, fit
from tui.workspace.state.app_state import DEFAULT_COLUMNS

_N_STRIPS = 256  # rows as they were drawn: some screens
_MARKS = ("  ", "● ")  # of what is not selected, and of what is
_DIM_COLUMNS = frozenset({"form", "length", "confidence", "tempo", "key", "tags", "folder"})

LIST_KEYS: tuple[BindingType, ...] = (
    hidden_key("up", "move(-1)", "list.up", "One up"),
    hidden_key("down", "move(1)", "list.down", "One down"),
    hidden_key("pageup", "page(-1)", "list.page_up", "One page up"),
    hidden_key("pagedown", "page(1)", "list.page_down", "One page down"),
    hidden_key("home", "go(0)", "list.first", "To the first"),
    hidden_key("end", "go(-1)", "list.last", "To the last"),
)
"""Keys of everything with a cursor that goes up and down."""


@dataclass
class _FromList(Message):
    sender_list: "SampleList"

    @property
    def control(self) -> "SampleList":
        return self.sender_list


class SampleList(ScrollView, can_focus=True, inherit_bindings=False):
    """A list of sounds, drawn line by line; rows are fetched when they come into view.

    It knows neither the library nor threads: it posts `RowsNeeded` and gets the rows by `supply`.
    """

    DEFAULT_CSS = """
    SampleList { height: 1fr; overflow-x: hidden; scrollbar-size-vertical: 1; background: $background; }
    SampleList > .samplelist--header { color: $text-muted; background: $background; }
    SampleList > .samplelist--cursor { background: $primary 22%; }
    SampleList:blur > .samplelist--cursor { background: $primary 12%; }
    SampleList > .samplelist--selected { color: $primary; }
    SampleList > .samplelist--dim { color: $text-muted; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "samplelist--header",
        "samplelist--cursor",
        "samplelist--selected",
        "samplelist--dim",
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        *LIST_KEYS,
        hidden_key("shift+up", "extend(-1)", "list.extend_up", "Select from here upwards"),
        hidden_key("shift+down", "extend(1)", "list.extend_down", "Select from here on"),
        hidden_key("R", "go_anywhere", "list.random", "To a sound at random"),
        hidden_key("j", "move_as_in_vim(1)"),
        hidden_key("k", "move_as_in_vim(-1)"),
    ]

    cursor: reactive[int] = reactive(0, repaint=False)
    # A ScrollView lays out the whole screen when it grows (15 ms at each key); this one takes what space there is.
    virtual_size: Reactive[Size] = Reactive(Size(0, 0), layout=False)

    @dataclass
    class Moved(_FromList):
        """The cursor came to rest on a sound."""

        sample_id: int

    @dataclass
    class RowsNeeded(_FromList):
        """Rows are in view that have not been supplied yet."""

        ids: list[int]

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, SampleList.RowsNeeded) and message.sender_list is self.sender_list

    @dataclass
    class Activated(_FromList):
        """A sound was clicked twice, or Enter was pressed on it."""

        sample_id: int

    @dataclass
    class VimKeyPressed(Message):
        """A key of vim was pressed while another preset is in use."""

    @dataclass
    class SelectionChanged(_FromList):
        """Other sounds are selected."""

    @dataclass
    class HeaderClicked(_FromList):
        """The title of a column was clicked."""

        column: str

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.ids: SampleIds = np.empty(0, np.int64)
        self.selected: frozenset[int] = frozenset()
        self.columns: Sequence[str] = DEFAULT_COLUMNS
        self.sorted_by = ""  # the key of a column; with a minus in front where it is descending
        self._scores: npt.NDArray[np.float32] | None = None
        self._rows = RowCache()
        self._fit: tuple[tuple[tuple[str, ...], int], list[tuple[Column, int]]] | None = None
        # Asked for in every cell, and a strip remembers how it was drawn; both change with theme, focus and width.
        self._part_styles: dict[str, Style] = {}
        self._strips: dict[tuple[int, float | None, bool, bool], tuple[Row, Strip]] = {}

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._part_styles.clear()
        self._strips.clear()

    @property
    def current_id(self) -> int | None:
        return int(self.ids[self.cursor]) if 0 <= self.cursor < len(self.ids) else None

    @property
    def current_row(self) -> Row | None:
        current = self.current_id
        return None if current is None else self._rows.get(current)

    @property
    def known_rows(self) -> list[Row]:
        """The rows that are in memory."""
        return self._rows.rows()

    def row(self, sample_id: int) -> Row | None:
        """Return a row that was supplied already."""
        return self._rows.get(sample_id)

    def show(
        self, ids: SampleIds, scores: npt.NDArray[np.float32] | None, rows: Mapping[int, Row], *, keep: bool = False
    ) -> None:
        """Show other sounds.

        Args:
            ids: Sample ids in order.
            scores: One per id, or None where they have none.
            rows: Those known already, by id, so that the first page appears at once.
            keep: Leave the cursor on its sound, or in its place where that is gone, and the rows where they are.
        """
        current, before = self.current_id, self.cursor
        self.ids, self._scores = ids, scores
        self._rows.begin(rows, keep=keep)
        place = np.flatnonzero(ids == current) if keep else np.empty(0, np.int64)
        if len(ids) + 1 != self.virtual_size.height:
            self.virtual_size = Size(0, len(ids) + 1)
            self._scroll_update(self.virtual_size)
        kept = min(before, max(len(ids) - 1, 0)) if keep else 0
        self.set_reactive(SampleList.cursor, int(place[0]) if len(place) else kept)
        top = self.scroll_y + self.cursor - before if keep else 0
        self.scroll_to(y=max(0, top), animate=False, immediate=True)
        self.refresh()

    def supply(self, rows: Mapping[int, Row]) -> None:
        """Hand in rows that were asked for, or newer ones; they are drawn where they are in sight.

        After each key of a query come rows that are not, which are no reason to draw the list twice.
        """
        self._rows.supply(rows)
        top = round(self.scroll_y)
        if not rows.keys().isdisjoint(self.ids[top : top + self.size.height].tolist()):
            self.refresh()

    def forget(self, ids: Iterable[int]) -> None:
        """Ask anew for rows that have changed, those in sight at once; until they come the old ones are drawn."""
        self._rows.forget(ids)
        self._ask_for_missing(round(self.scroll_y))

    def select(self, ids: Iterable[int]) -> None:
        """Select these sounds and no others."""
        self.selected = frozenset(ids)
        self.post_message(self.SelectionChanged(self))
        self.refresh()

    def toggle(self, sample_id: int) -> None:
        """Select a sound or take it out of the selection."""
        self.select(self.selected ^ {sample_id})

    def action_move(self, n_rows: int) -> None:
        self.move_to(self.cursor + n_rows)

    def action_move_as_in_vim(self, n_rows: int) -> None:
        self.action_move(n_rows)
        self.post_message(self.VimKeyPressed())

    def action_extend(self, n_rows: int) -> None:
        """Move and select what was passed, both ends included."""
        self.extend_to(self.cursor + n_rows)

    def extend_to(self, place: int) -> None:
        """Select all from the cursor to a place and go there."""
        if not len(self.ids):
            return
        place = min(max(place, 0), len(self.ids) - 1)
        low, high = sorted((self.cursor, place))
        self.select(self.selected.union(self.ids[low : high + 1].tolist()))
        self.move_to(place)

    def action_page(self, n_pages: int) -> None:
        self.move_to(self.cursor + n_pages * max(self.size.height - 2, 1))

    def action_go_anywhere(self) -> None:
        """Go to a sound at random, never the one under the cursor."""
        if len(self.ids) > 1:
            step = random.randrange(1, len(self.ids))  # noqa: S311 (chance, not secrecy)
            self.move_to((self.cursor + step) % len(self.ids))

    def action_go(self, place: int) -> None:
        self.move_to(place if place >= 0 else len(self.ids) - 1)

    def move_to(self, place: int) -> None:
        """Move the cursor; beyond the ends it stays at the end."""
        if not len(self.ids):
            return
        place = min(max(place, 0), len(self.ids) - 1)
        if place != self.cursor:
            self.cursor = place

    def watch_cursor(self) -> None:
        self.scroll_to_region(Region(0, self.cursor, 1, 2), animate=False, force=True, immediate=True)
        self.refresh()
        if self.current_id is not None:
            self.post_message(self.Moved(self, self.current_id))

    def on_click(self, event: events.Click) -> None:
        if event.y == 0:
            self._click_header(event.x)
            return
        place = event.y - 1 + round(self.scroll_y)
        if place >= len(self.ids):
            return
        is_same = place == self.cursor
        if event.shift:
            self.extend_to(place)
            return
        self.move_to(place)
        if event.ctrl:
            self.toggle(int(self.ids[place]))
        elif event.chain == 2:
            self.post_message(self.Activated(self, int(self.ids[place])))
        elif is_same:
            self.post_message(self.Moved(self, int(self.ids[place])))

    def _click_header(self, x: int) -> None:
        left = 2
        for column, width in self._fitted():
            if x < left + width + 2:
                self.post_message(self.HeaderClicked(self, column.key))
                return
            left += width + 2

    @property
    def hidden_columns(self) -> list[str]:
        """Titles of the chosen columns for which there is no room."""
        shown = {column.key for column, _ in self._fitted()}
        return [COLUMNS[key].title for key in self.columns if key in COLUMNS and key not in shown]

    def _fitted(self) -> list[tuple[Column, int]]:
        key = (tuple(self.columns), self.size.width)
        if self._fit is None or self._fit[0] != key:
            self._fit = (key, fit(self.columns, max(self.size.width - 3, 1)))
            self._strips.clear()
        return self._fit[1]

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        if y == 0:
            return self._header().adjust_cell_length(width, self._style("row"))
        place = y - 1 + round(self.scroll_y)
        if y == 1:
            self._ask_for_missing(place)
        if place >= len(self.ids):
            return Strip.blank(width, self._style("row"))
        sample_id = int(self.ids[place])
        row = self._rows.get(sample_id)
        is_current, is_selected = place == self.cursor, sample_id in self.selected
        if row is None:
            return self._strip([(_MARKS[is_selected] + "…", self._style("dim"))], is_current=is_current)
        fitted = self._fitted()
        score = None if self._scores is None else float(self._scores[place])
        key = (sample_id, score, is_current, is_selected)
        drawn, strip = self._strips.get(key, (None, Strip([])))
        if drawn is not row:
            if len(self._strips) > _N_STRIPS:
                self._strips.clear()
            scored = row if score is None else replace(row, score=score)
            cells = [(_MARKS[is_selected], self._style("selected")), *self._cells(scored, fitted)]
            strip = self._strip(cells, is_current=is_current)
            self._strips[key] = (row, strip)
        return strip

    def _strip(self, cells: Sequence[tuple[str, Style]], *, is_current: bool) -> Strip:
        """Draw cells in as few segments as their styles allow: each costs the compositor some 20 µs."""
        style = self._style("current" if is_current else "row")
        segments = [
            Segment("".join(text for text, _ in group), style + part)
            for part, group in groupby(cells, key=lambda cell: cell[1])
        ]
        return Strip(segments).adjust_cell_length(self.size.width, style)

    def _cells(self, row: Row, fitted: Sequence[tuple[Column, int]]) -> list[tuple[str, Style]]:
        return [
            (_cell(column, column.text(row), width) + "  ", self._cell_style(column, row)) for column, width in fitted
        ]

    def _cell_style(self, column: Column, row: Row) -> Style:
        if not row.sample.is_online or column.key in _DIM_COLUMNS:
            return self._style("dim")
        if column.key == "type":
            if row.guess is not None:
                return self._style("dim")
            return Style(color=family_color(family(row.sample), is_dark=self.app.current_theme.dark))
        if column.key in {"score", "stars"}:
            return self._style("selected" if (row.score or 0) >= 0.5 or column.key == "stars" else "dim")
        return Style.null()

    def _header(self) -> Strip:
        titles = ["  "]
        for column, width in self._fitted():
            arrow = {column.key: "▲", f"-{column.key}": "▼"}.get(self.sorted_by, "")
            title = column.title + arrow if cell_len(column.title + arrow) <= width else (arrow or column.title)
            titles.append(cut(title, width, is_right=column.is_right) + "  ")
        return Strip([Segment("".join(titles), self._style("row") + self._style("header"))])

    def _ask_for_missing(self, first: int) -> None:
        """Ask for rows in sight, the one under the cursor, and a page more than is near, before it is in sight."""
        page = self.size.height
        current = [] if self.current_id is None else [self.current_id]
        near = self.ids[max(0, first - page) : first + 2 * page].tolist() + current
        around = self.ids[max(0, first - 2 * page) : first + 3 * page].tolist() + current
        if missing := self._rows.ask(near, around):
            self.post_message(self.RowsNeeded(self, missing))

    def _style(self, part: str) -> Style:
        """Return the style of a row, or the colour of a part, blended with what lies behind the list."""
        if part not in self._part_styles:
            self._part_styles[part] = self._read_style(part)
        return self._part_styles[part]

    def _read_style(self, part: str) -> Style:
        if part == "row":
            return self.rich_style
        if part == "current":
            background = self.get_component_rich_style("samplelist--cursor").bgcolor
            return self.rich_style + Style(bgcolor=background, bold=True)
        return Style(color=self.get_component_rich_style(f"samplelist--{part}").color)


def _cell(column: Column, text: str, width: int) -> str:
    return cut_middle(text, width) if column.key == "name" else cut(text, width, is_right=column.is_right)
