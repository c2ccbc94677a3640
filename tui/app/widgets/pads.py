"""The pads of a kit, four by four, as on a drum machine: the first one at the lower left."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from db.paths import display_text
from tui.app.widgets.cells import cut, cut_middle
from tui.app.widgets.hidden_key import hidden_key

KEYS = "zxcvasdfqwer1234"  # of the pads, from the lower left
_SIDE = 4
N_PADS = _SIDE * _SIDE
_GAP = 1  # columns between pads


class PadText(NamedTuple):
    """What stands on a pad: its slot, and the sound in it; empty where there is none."""

    slot: str
    sound: str
    is_locked: bool


class Pads(Widget, can_focus=True):
    """Sixteen pads; with more slots, those of the bank of the selected one."""

    DEFAULT_CSS = """
    Pads { height: 1fr; min-height: 4; background: $background; }
    Pads > .pads--pad { background: $surface; color: $foreground 70%; }
    Pads > .pads--selected { background: $primary 22%; color: $foreground; }
    Pads > .pads--empty { background: $surface 50%; color: $foreground 30%; }
    Pads > .pads--key { color: $foreground 40%; }
    Pads > .pads--slot { text-style: bold; }
    Pads > .pads--locked { color: $warning; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "pads--pad",
        "pads--selected",
        "pads--empty",
        "pads--key",
        "pads--slot",
        "pads--locked",
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "move(-1, 0)", "Pads", key_display="←↑↓→", id="kit.left", tooltip="To the pad at the left"),
        hidden_key("right", "move(1, 0)", "kit.right", "To the pad at the right"),
        hidden_key("up", "move(0, 1)", "kit.up", "To the pad above"),
        hidden_key("down", "move(0, -1)", "kit.down", "To the pad below"),
        hidden_key("enter", "hit", "kit.hit", "Play the pad"),
        *(
            hidden_key(key, f"strike({number})", f"kit.pad_{number + 1}", "Play a pad")
            for number, key in enumerate(KEYS)
        ),
    ]

    @dataclass
    class Struck(Message):
        """A pad was played; ``slot`` is the number of its slot, which may hold nothing."""

        slot: int

    @dataclass
    class Moved(Message):
        """Another slot is in hand."""

        slot: int

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._texts: Sequence[PadText] = ()
        self._selected = 0

    @property
    def selected(self) -> int:
        """Number of the slot in hand."""
        return self._selected

    def show(self, texts: Sequence[PadText], selected: int) -> None:
        """Draw the slots of a kit, with the one in hand marked."""
        self._texts, self._selected = texts, selected
        self.refresh()

    @property
    def _first(self) -> int:
        """Slot of the first pad."""
        return self._selected // N_PADS * N_PADS

    def action_move(self, right: int, up: int) -> None:
        place = self._selected - self._first
        column, row = place % _SIDE + right, place // _SIDE + up
        if 0 <= column < _SIDE:
            self._go(self._first + row * _SIDE + column)

    def action_hit(self) -> None:
        self.post_message(self.Struck(self._selected))

    def action_strike(self, number: int) -> None:
        slot = self._first + number
        if slot < len(self._texts):
            self._go(slot)
            self.post_message(self.Struck(slot))

    def on_click(self, event: events.Click) -> None:
        width, height = self._width, self._height
        column, row = event.x // (width + _GAP), _SIDE - 1 - event.y // height
        if 0 <= column < _SIDE and 0 <= row < _SIDE:
            self.action_strike(row * _SIDE + column)

    def _go(self, slot: int) -> None:
        if 0 <= slot < len(self._texts) and slot != self._selected:
            self._selected = slot
            self.refresh()
            self.post_message(self.Moved(slot))

    @property
    def _width(self) -> int:
        return max((self.size.width - _GAP * (_SIDE - 1)) // _SIDE, 3)

    @property
    def _height(self) -> int:
        return max(self.size.height // _SIDE, 1)

    def render_line(self, y: int) -> Strip:
        row, line = _SIDE - 1 - y // self._height, y % self._height
        if row < 0:
            return Strip.blank(self.size.width, self.rich_style)
        segments: list[Segment] = []
        for column in range(_SIDE):
            segments += self._pad(row * _SIDE + column, line)
            segments.append(Segment(" " * _GAP, self.rich_style))
        return Strip(segments).adjust_cell_length(self.size.width, self.rich_style)

    def _pad(self, number: int, line: int) -> list[Segment]:
        """Return a line of a pad: its key and slot on the first, its sound on the second; a gap below it."""
        slot, width = self._first + number, self._width
        is_gap = self._height > 2 and line == self._height - 1
        if is_gap:
            return [Segment(" " * width, self.rich_style)]
        text = self._texts[slot] if slot < len(self._texts) else None
        part = "empty" if text is None else "selected" if slot == self._selected else "pad"
        base = self.get_component_rich_style(f"pads--{part}")
        if line == 0:
            key = Segment(f" {KEYS[number]} ", base + self._colour("key"))
            lock = "* " if text is not None and text.is_locked else ""
            name = cut(display_text(text.slot) if text is not None else "", max(width - 3 - len(lock), 0))
            return [
                key,
                Segment(lock, base + self._colour("locked")),
                Segment(name, base + (self._colour("slot") if text is not None else Style())),
            ]
        if line == 1 and text is not None:
            return [Segment(" ", base), Segment(cut_middle(display_text(text.sound), max(width - 1, 0)), base)]
        return [Segment(" " * width, base)]

    def _colour(self, part: str) -> Style:
        found = self.get_component_rich_style(f"pads--{part}")
        return Style(color=found.color if part != "slot" else None, bold=found.bold)
