"""Every key of the screen below, in groups."""

from collections.abc import Sequence
from typing import ClassVar

from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

KeyGroups = Sequence[tuple[str, Sequence[tuple[str, str]]]]
"""Headings, each with keys and what they do."""


class HelpModal(ModalScreen[None]):
    """A sheet of keys."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,question_mark,f1,q", "dismiss(None)", "Close")]

    def __init__(self, title: str, groups: KeyGroups) -> None:
        super().__init__(classes="question")
        self._title, self._groups = title, groups

    def compose(self) -> ComposeResult:
        with Vertical(classes="box wide"):
            yield Static(self._title, classes="title", markup=False)
            with VerticalScroll():
                yield Static(self._sheet())
            yield Static("Escape closes. Keys can be changed: see docs/app.md", classes="hint", markup=False)

    def _sheet(self) -> Table:
        table = Table.grid(padding=(0, 2, 0, 0))
        table.add_column(no_wrap=True, justify="right")
        table.add_column()
        for heading, keys in self._groups:
            table.add_row("", Text(heading, "bold"))
            for key, does in keys:
                table.add_row(Text(key, self.app.current_theme.primary), Text(does))
            table.add_row("", "")
        return table
