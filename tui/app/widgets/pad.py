"""A square with a sound at each corner and a point to move between them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tui.app.widgets.cells import cut
from tui.app.widgets.hidden_key import hidden_key

_STEP = 0.1


class Pad(Widget, can_focus=True):
    """Move with the arrows or the mouse; the brightness of each corner shows its weight."""

    DEFAULT_CSS = """
    Pad { height: 1fr; min-height: 5; background: $surface; }
    Pad:focus { background: $panel; }
    Pad > .pad--corner { color: $primary; text-style: bold; }
    Pad > .pad--name { color: $foreground 70%; }
    Pad > .pad--point { color: $foreground; text-style: bold; }
    Pad > .pad--grid { color: $foreground 18%; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"pad--corner", "pad--name", "pad--point", "pad--grid"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", f"move(-{_STEP}, 0)", "Move", key_display="←↑↓→", id="blend.left", tooltip="Towards A and C"),
        hidden_key("right", f"move({_STEP}, 0)", "blend.right", "Towards B and D"),
        hidden_key("up", f"move(0, -{_STEP})", "blend.up", "Towards A and B"),
        hidden_key("down", f"move(0, {_STEP})", "blend.down", "Towards C and D"),
    ]

    @dataclass
    class Moved(Message):
        """The point stands somewhere else; both from 0 to 1, from the left and from the top."""

        x: float
        y: float

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.x, self.y = 0.5, 0.5
        self.letters = ""
        self._names: Sequence[str] = ()

    @property
    def n_corners(self) -> int:
        return len(self.letters)

    def show_corners(self, letters: str, names: Sequence[str]) -> None:
        """Draw corners under these letters, each with its name."""
        self.letters, self._names = letters, names
        self.refresh()

    def action_move(self, right: float, down: float) -> None:
        self._go(self.x + right, self.y + down)

    def on_mouse_down(self, event: events.MouseDown) -> None:
        self.capture_mouse()
        self._follow(event)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if self.app.mouse_captured is self:
            self._follow(event)

    def on_mouse_up(self) -> None:
        self.release_mouse()

    def _follow(self, event: events.MouseEvent) -> None:
        self._go(event.x / max(self.size.width - 1, 1), event.y / max(self.size.height - 1, 1))

    def _go(self, x: float, y: float) -> None:
        x, y = round(min(max(x, 0.0), 1.0), 4), round(min(max(y, 0.0), 1.0), 4)
        if (x, y) != (self.x, self.y):
            self.x, self.y = x, y
            self.refresh()
            self.post_message(self.Moved(x, y))

    def render_line(self, y: int) -> Strip:
        width, height = self.size
        column, row = round(self.x * (width - 1)), self._row(height)
        middle = height // 2
        is_line = self.n_corners == 2
        grid = "·" if (is_line and y == middle) or (not is_line and y in {0, height - 1, middle}) else " "
        cells = [Segment(grid if x % 2 == 0 else " ", self._style("grid")) for x in range(width)]
        places = self._places(width, height)
        for letter, name, (place_x, place_y) in zip(self.letters, self._names, places, strict=True):
            if place_y == y:
                short = cut(name, max(width // 2 - 4, 0)).rstrip()
                self._write(cells, place_x, f" {short} ", "name")
                cells[place_x] = Segment(letter, self._style("corner"))
        if y == row:
            cells[column] = Segment("◉", self._style("point"))
        return Strip(cells)

    def _write(self, cells: list[Segment], x: int, name: str, part: str) -> None:
        """Write a name beside a corner: behind it at the left and in the middle, before it at the right."""
        start = x + 1 if x < len(cells) - 1 else x - cell_len(name)
        style, column = self._style(part), start
        for letter in name:
            if 0 <= column < len(cells) and letter.isprintable():
                cells[column] = Segment(letter, style)
                for covered in range(column + 1, min(column + cell_len(letter), len(cells))):
                    cells[covered] = Segment("", style)
            column += cell_len(letter)

    def _row(self, height: int) -> int:
        return height // 2 if self.n_corners == 2 else round(self.y * (height - 1))

    def _places(self, width: int, height: int) -> list[tuple[int, int]]:
        right, bottom = width - 1, height - 1
        if self.n_corners == 2:
            return [(0, height // 2), (right, height // 2)]
        if self.n_corners == 3:
            return [(0, 0), (right, 0), (right // 2, bottom)]
        return [(0, 0), (right, 0), (0, bottom), (right, bottom)][: self.n_corners]

    def _style(self, part: str) -> Style:
        found = self.get_component_rich_style(f"pad--{part}")
        return self.rich_style + Style(color=found.color, bold=found.bold)
