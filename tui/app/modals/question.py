"""The box that questions share: a title, a body and a hint; and tables to confirm."""

from collections.abc import Iterable
from typing import ClassVar, TypeVar

from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Static

MOST_ROWS = 200  # of a table: further rows cost time and are not read

Answer = TypeVar("Answer")


class QuestionModal(ModalScreen[Answer]):
    """A question in a box.

    Args:
        title: The question.
        hint: The keys that answer it.
    """

    BOX_CLASSES: ClassVar[str] = "box"

    def __init__(self, title: str, hint: str) -> None:
        super().__init__(classes="question")
        self._title, self._hint = title, hint

    def compose(self) -> ComposeResult:
        with Vertical(classes=self.BOX_CLASSES):
            yield Static(self._title, classes="title", markup=False)
            yield from self.body()
            yield Static(self._hint, classes="hint", markup=False)

    def body(self) -> Iterable[Widget]:
        """Return the widgets between title and hint."""
        raise NotImplementedError


class TableModal(QuestionModal[bool]):
    """A table of what will be done, to confirm or to cancel."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,y", "dismiss(True)", "Do it"),
        Binding("escape,n", "dismiss(False)", "Cancel"),
    ]
    BOX_CLASSES = "box wide"
    COLUMNS: ClassVar[tuple[str, ...]]

    def body(self) -> Iterable[Widget]:
        table = Table(*self.COLUMNS, box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
        for row in self.rows():
            table.add_row(*row)
        return [VerticalScroll(Static(table), id="plan")]

    def rows(self) -> Iterable[tuple[Text, ...]]:
        """Return the rows of the table."""
        raise NotImplementedError
