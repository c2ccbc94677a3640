"""The shape of a sound, coloured by how low or high it sounds, or its spectrogram; a click plays from there."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tui.app.player.clip import Peaks
from tui.app.player.player import Loaded
from tui.app.player.spectrum import N_COLUMNS
from tui.app.widgets.braille import to_cells, to_text, wave_dots
from tui.app.widgets.themes import brightness_colors, level_colors

_MOST_ZOOM = 16.0
_REST = 0.5  # of the colour is left where the playhead has not been yet


class Waveform(Widget):
    """Levels over time, or a spectrogram; the part before the playhead is brighter."""

    DEFAULT_CSS = """
    Waveform { height: 4; background: $surface; }
    Waveform > .waveform--rest { color: $foreground 38%; }
    Waveform > .waveform--head { color: $foreground; text-style: bold; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"waveform--rest", "waveform--head"}

    follows_head = True  # what is seen moves on with the playhead

    @dataclass
    class Sought(Message):
        """A place in the sound was clicked; ``share`` is 0 at its start and 1 at its end."""

        share: float

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._loaded: Loaded | None = None
        self._share: float | None = None
        self._start, self._width = 0.0, 1.0  # of the part that is seen, as shares of the sound
        self._has_spectrogram = False
        self._strips: dict[tuple[int, int | None], Strip] = {}
        self._wave: list[str] = []  # by line
        self._drawn_size = Size(0, 0)

    def draw(self, loaded: Loaded | None) -> None:
        """Show a sound, or nothing; all of it."""
        self._loaded = loaded
        self._share = None
        self._see(0.0, 1.0)

    def show_spectrogram(self, *, is_on: bool) -> None:
        """Show bands of frequencies over time in place of levels."""
        if is_on != self._has_spectrogram:
            self._has_spectrogram = is_on
            self._see(self._start, self._width)

    def zoom(self, factor: float) -> None:
        """Zoom by a factor, around the playhead or the middle."""
        self.zoom_at(factor, self._start + self._width / 2 if self._share is None else self._share)

    def zoom_at(self, factor: float, middle: float) -> None:
        """Zoom by a factor, around a place between 0 and 1."""
        width = min(max(self._width / factor, 1 / _MOST_ZOOM), 1.0)
        self._see(middle - width / 2, width)

    def show_place(self, share: float) -> None:
        """Bring a place between 0 and 1 into sight."""
        if not self._start <= share <= self._start + self._width:
            self._see(share - self._width / 2, self._width)

    def move_head(self, share: float | None) -> None:
        """Set the playhead between 0 and 1, or remove it; the visible part follows."""
        is_seen = share is None or self._start <= share <= self._start + self._width
        if share is not None and not is_seen and self.follows_head:
            self._see(share, self._width)
        if self._column(share) != self._column(self._share):
            self.refresh()
        self._share = share

    def on_click(self, event: events.Click) -> None:
        self.post_message(self.Sought(self.share_at(event.x)))

    @property
    def seen_share(self) -> float:
        """The share of the sound that is in sight."""
        return self._width

    def share_at(self, x: int) -> float:
        """Return the place, 0 to 1, at a column."""
        return min(max(self._start + self._width * x / max(self.size.width, 1), 0.0), 1.0)

    def column_at(self, share: float) -> int:
        """Return the column of a place; outside of the widget where it is out of sight."""
        return int((share - self._start) / self._width * self.size.width)

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._strips.clear()

    def render_line(self, y: int) -> Strip:
        if self._drawn_size != self.size:  # known here before a Resize arrives
            self._drawn_size = self.size
            self._strips.clear()
            self._wave.clear()
        head = self._column(self._share)
        if (y, head) not in self._strips:
            if len(self._strips) > 2 * self.size.width:
                self._strips.clear()
            cells = self._spectrogram_cells(y) if self._has_spectrogram else self._wave_cells(y, head)
            self._strips[y, head] = self._strip(cells, head)
        return self._strips[y, head]

    def _see(self, start: float, width: float) -> None:
        self._start, self._width = min(max(start, 0.0), 1.0 - width), width
        self._strips.clear()
        self._wave.clear()
        self.refresh()

    def _strip(self, cells: Sequence[tuple[str, Style]], head: int | None) -> Strip:
        """Draw cells in as few segments as their styles allow, with the playhead over them."""
        shown = list(cells)
        if head is not None:
            bold = Style(color=self.get_component_rich_style("waveform--head").color, bold=True)
            shown[head] = ("│", self.rich_style + bold)
        runs = groupby(shown, key=lambda cell: cell[1])
        return Strip([Segment("".join(text for text, _ in run), style) for style, run in runs])

    def _wave_cells(self, y: int, head: int | None) -> list[tuple[str, Style]]:
        if not self._wave:
            self._wave = [to_text(row) for row in to_cells(wave_dots(self._peaks(), *self.size))]
        text = self._wave[y]
        if self._loaded is None:
            rest = self.rich_style + Style(color=self._color("rest"))
            return [(letter, rest) for letter in text]
        is_dark = self.app.current_theme.dark
        full = [Color.parse(color) for color in brightness_colors(is_dark=is_dark)]
        styles = [self.rich_style + Style(color=color) for color in full]
        dim = styles if head is None else [self._faded(color) for color in full]
        places = (self._loaded.brightness[self._columns(N_COLUMNS)] * len(full)).astype(np.int64).clip(0, len(full) - 1)
        return [
            (letter, (styles if head is None or x < head else dim)[place])
            for x, (letter, place) in enumerate(zip(text, places.tolist(), strict=True))
        ]

    def _spectrogram_cells(self, y: int) -> list[tuple[str, Style]]:
        """Return two bands in each cell: the upper one as its colour, the lower one as its background."""
        colors = [Color.parse(color) for color in level_colors(is_dark=self.app.current_theme.dark)]
        if self._loaded is None:
            return [(" ", self.rich_style)] * self.size.width
        levels = self._loaded.spectrum[self._columns(N_COLUMNS)]
        n_rows = 2 * self.size.height
        rows = np.linspace(levels.shape[1] - 1, 0, n_rows).round().astype(np.int64)
        shades = (levels[:, rows] * len(colors)).astype(np.int64).clip(0, len(colors) - 1)
        pairs = shades[:, 2 * y : 2 * y + 2].tolist()
        return [("▀", Style(color=colors[upper], bgcolor=colors[lower])) for upper, lower in pairs]

    def _peaks(self) -> Peaks:
        """Return the levels of the part that is seen, the loudest of the sound as 1: it is played level-matched."""
        if self._loaded is None:
            return np.zeros(1, np.float32)
        peaks = self._loaded.peaks
        first = int(self._start * len(peaks))
        seen = peaks[first : first + max(int(self._width * len(peaks)), 1)]
        scaled: Peaks = seen / max(float(peaks.max()), 1e-6)
        return scaled

    def _columns(self, n: int) -> npt.NDArray[np.int64]:
        """Return for each column of the screen the one of ``n`` that it shows."""
        shares = self._start + self._width * (np.arange(self.size.width) + 0.5) / max(self.size.width, 1)
        return (shares * n).astype(np.int64).clip(0, n - 1)

    def _column(self, share: float | None) -> int | None:
        if share is None:
            return None
        return min(max(self.column_at(share), 0), self.size.width - 1)

    def _color(self, part: str) -> Color | None:
        return self.get_component_rich_style(f"waveform--{part}").color

    def _faded(self, color: Color) -> Style:
        background = self.rich_style.bgcolor
        if background is None:
            return self.rich_style + Style(color=color)
        pairs = zip(color.get_truecolor(), background.get_truecolor(), strict=True)
        red, green, blue = (int(_REST * a + (1 - _REST) * b) for a, b in pairs)
        return self.rich_style + Style(color=Color.from_rgb(red, green, blue))
