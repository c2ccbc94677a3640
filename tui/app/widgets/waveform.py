"""The shape of a sound, with a playhead; a click plays from there."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tui.app.player.clip import Peaks
from tui.app.widgets.braille import Cells, to_cells, to_text, wave_dots


class Waveform(Widget):
    """Levels over time; what has been heard is lit."""

    DEFAULT_CSS = """
    Waveform { height: 4; background: $surface; }
    Waveform > .waveform--heard { color: $primary; }
    Waveform > .waveform--rest { color: $foreground 38%; }
    Waveform > .waveform--head { color: $foreground; text-style: bold; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"waveform--heard", "waveform--rest", "waveform--head"}

    @dataclass
    class Sought(Message):
        """A place in the sound was clicked; ``share`` is 0 at its start and 1 at its end."""

        share: float

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._peaks: Peaks = np.zeros(1, np.float32)
        self._share: float | None = None
        self._drawn: tuple[tuple[int, int], Cells] | None = None

    def draw(self, peaks: Peaks | None) -> None:
        """Show a sound, or nothing."""
        quiet = np.zeros(1, np.float32)
        self._peaks = (
            quiet if peaks is None else peaks / max(float(peaks.max()), 1e-6)
        )  # as it is played: level-matched
        self._drawn = None
        self._share = None
        self.refresh()

    def move_head(self, share: float | None) -> None:
        """Put the playhead somewhere between 0 and 1, or take it away."""
        if self._column(share) != self._column(self._share):
            self.refresh()
        self._share = share

    def on_click(self, event: events.Click) -> None:
        self.post_message(self.Sought(min(max(event.x / max(self.size.width, 1), 0.0), 1.0)))

    def render_line(self, y: int) -> Strip:
        cells = self._cells()
        text = to_text(cells[y])
        heard, rest = self._style("heard"), self._style("rest")
        column = self._column(self._share)
        if column is None:
            return Strip([Segment(text, rest)])
        return Strip(
            [
                Segment(text[:column], heard),
                Segment("│", self._style("head")),
                Segment(text[column + 1 :], rest),
            ]
        )

    def _cells(self) -> Cells:
        size = (self.size.width, self.size.height)
        if self._drawn is None or self._drawn[0] != size:
            self._drawn = (size, to_cells(wave_dots(self._peaks, *size)))
        return self._drawn[1]

    def _column(self, share: float | None) -> int | None:
        return None if share is None else min(int(share * self.size.width), self.size.width - 1)

    def _style(self, part: str) -> Style:
        return self.rich_style + Style(color=self.get_component_rich_style(f"waveform--{part}").color)
