"""Help: all keys and the query syntax; typing filters the list."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.style import Style
from rich.table import Table
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from tui.app.widgets.hidden_key import hidden_key
from tui.app.widgets.line_input import LineInput


@dataclass(frozen=True, slots=True)
class HelpLine:
    """A key or a filter with its description; dimmed if it is not available now."""

    term: str
    does: str
    is_enabled: bool = True


HelpGroup = tuple[str, Sequence[HelpLine]]  # a heading, and what stands under it


class HelpModal(ModalScreen[None]):
    """A sheet of keys and filters.

    Args:
        groups: Lines by heading.
        note: A sentence below it.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f1", "dismiss(None)", "Close"),
        hidden_key("up", "scroll(-1)"),
        hidden_key("down", "scroll(1)"),
        hidden_key("pageup", "page(-1)"),
        hidden_key("pagedown", "page(1)"),
    ]

    def __init__(self, groups: Sequence[HelpGroup], note: str) -> None:
        super().__init__(classes="question")
        self._groups, self._note = groups, note

    def compose(self) -> ComposeResult:
        with Vertical(classes="box wide"):
            yield LineInput(placeholder="Find a key or a filter", compact=True)
            with VerticalScroll(can_focus=False):
                yield Static(self._sheet(""), id="sheet")
            yield Static(self._note, classes="hint", markup=False)

    @on(Input.Changed)
    def narrow(self, event: Input.Changed) -> None:
        self.query_one("#sheet", Static).update(self._sheet(event.value))
        self.query_one(VerticalScroll).scroll_home(animate=False)

    def action_scroll(self, n_rows: int) -> None:
        self.query_one(VerticalScroll).scroll_relative(y=n_rows, animate=False)

    def action_page(self, n_pages: int) -> None:
        scroll = self.query_one(VerticalScroll)
        scroll.scroll_relative(y=n_pages * max(scroll.size.height - 1, 1), animate=False)

    def _sheet(self, wanted: str) -> Table | Text:
        table = Table.grid(padding=(0, 2, 0, 0))
        table.add_column(no_wrap=True, justify="right")
        table.add_column()
        words = wanted.casefold().split()
        for heading, lines in self._groups:
            found = [line for line in lines if _holds(f"{heading} {line.term} {line.does}", words)]
            if not found:
                continue
            if table.row_count:
                table.add_row("", "")
            table.add_row("", Text(heading, "bold"))
            for line in found:
                dim = Style(dim=not line.is_enabled)
                key = Style(color=self.app.current_theme.primary, dim=not line.is_enabled)
                table.add_row(Text(line.term, key), Text(line.does, dim))
        return table if table.row_count else Text("Nothing here has these words.")


def _holds(text: str, words: Sequence[str]) -> bool:
    folded = text.casefold()
    return all(word in folded for word in words)
