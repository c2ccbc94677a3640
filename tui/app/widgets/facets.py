"""What the sounds found are, with counts; one key narrows to one of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from rich.cells import cell_len, set_cell_size
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from db.paths import display_text
from tui.app.themes import FAMILIES, family_color


@dataclass(frozen=True, slots=True)
class FacetLine:
    """One line of the panel.

    Attributes:
        filter: As it is written in a query line, such as ``type:kick``; empty for a heading.
        depth: How far it is indented.
        is_on: The query holds the filter now.
    """

    label: str
    n_samples: int
    filter: str = ""
    depth: int = 0
    is_on: bool = False


class Facets(OptionList):
    """Headings and filters; choosing one posts it."""

    DEFAULT_CSS = """
    Facets, Facets:focus, Facets:blur { width: 26; border: none; background: $background; padding: 0 1 0 1;
        scrollbar-size-vertical: 1; }
    Facets > .option-list--option-disabled { color: $text-muted; text-style: none; }
    Facets > .option-list--option-highlighted { background: $background; color: $foreground; text-style: none; }
    Facets:focus > .option-list--option-highlighted { background: $primary 22%; color: $foreground; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "select", "Toggle", show=False),
        Binding(
            "delete,backspace",
            "remove",
            "Remove",
            show=False,
            id="browse.remove_collection",
            tooltip="Remove the collection under the cursor; its sounds stay",
        ),
    ]

    @dataclass
    class Toggled(Message):
        """A filter shall come into the query, or leave it."""

        filter: str

    @dataclass
    class Removed(Message):
        """A collection shall be taken apart."""

        collection: str

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(markup=False, compact=True, **kwargs)
        self._facet_lines: Sequence[FacetLine] = ()

    def on_mount(self) -> None:
        self.app.theme_changed_signal.subscribe(self, lambda _: self._draw(self._facet_lines))

    def show(self, lines: Sequence[FacetLine]) -> None:
        """Show other counts; the highlight stays on its filter."""
        if lines != self._facet_lines:
            self._draw(lines)

    def _draw(self, lines: Sequence[FacetLine]) -> None:
        kept = (
            self._facet_lines[self.highlighted].filter if self.highlighted is not None and self._facet_lines else None
        )
        self._facet_lines = lines
        self.set_options(Option(self._prompt(line), disabled=not line.filter) for line in lines)
        self.highlighted = next((place for place, line in enumerate(lines) if kept and line.filter == kept), None)

    def action_remove(self) -> None:
        """Remove the highlighted line, where it is a collection."""
        line = None if self.highlighted is None else self._facet_lines[self.highlighted]
        if line is not None and line.filter.startswith("collection:"):
            self.post_message(self.Removed(line.label))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.post_message(self.Toggled(self._facet_lines[event.option_index].filter))

    def _prompt(self, line: FacetLine) -> Content:
        width = 23
        if not line.filter:
            return Content(display_text(line.label).upper())
        count = f"{line.n_samples:,}"
        mark = "● " if line.is_on else "  "
        label = mark + "  " * line.depth + display_text(line.label)
        room = width - cell_len(count) - 1
        label = set_cell_size(label, room)
        style = family_color(line.label, is_dark=self.app.current_theme.dark) if line.label in FAMILIES else ""
        if line.is_on:
            style = "bold $primary"
        return Content.assemble((label, style), " ", (count, "$foreground 60%"))
