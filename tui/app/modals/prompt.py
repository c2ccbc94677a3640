"""Ask for one line of text."""

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input

from tui.app.modals.question import QuestionModal
from tui.app.widgets.line_input import LineInput


class PromptModal(QuestionModal[str | None]):
    """A title, a line to fill in, and what Enter will do."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Cancel")]

    def __init__(self, title: str, *, value: str = "", hint: str = "") -> None:
        super().__init__(title, hint or "Enter accepts, Escape cancels")
        self._value = value

    def body(self) -> Iterable[Widget]:
        return [LineInput(self._value, compact=True)]

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.dismiss(event.value.strip())
