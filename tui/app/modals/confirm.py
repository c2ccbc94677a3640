"""Ask for confirmation before what cannot be undone."""

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Static

from tui.app.modals.question import QuestionModal


class ConfirmModal(QuestionModal[bool]):
    """A question answered with y or n."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y,enter", "dismiss(True)", "Yes"),
        Binding("n,escape", "dismiss(False)", "No"),
    ]

    def __init__(self, question: str, consequence: str) -> None:
        super().__init__(question, "y yes   n no")
        self._consequence = consequence

    def body(self) -> Iterable[Widget]:
        return [Static(self._consequence, markup=False)]
