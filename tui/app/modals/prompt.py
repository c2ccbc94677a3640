"""Ask for one line of text."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.suggester import SuggestFromList
from textual.widget import Widget
from textual.widgets import Input

from tui.app.modals.question import QuestionModal
from tui.app.widgets.hidden_key import hidden_key
from tui.app.widgets.line_input import LineInput


class PromptModal(QuestionModal[str | None]):
    """A title, a line to fill in, and what Enter will do."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Cancel"),
        hidden_key("tab", "complete", is_first=True),
    ]

    def __init__(self, title: str, *, value: str = "", hint: str = "", known: Sequence[str] = ()) -> None:
        super().__init__(title, hint or "Enter accepts, Tab completes, Escape cancels")
        self._value, self._known = value, known

    def body(self) -> Iterable[Widget]:
        suggester = SuggestFromList(list(self._known), case_sensitive=False)
        return [LineInput(self._value, compact=True, suggester=suggester)]

    def action_complete(self) -> None:
        self.query_one(Input).action_cursor_right()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.dismiss(event.value.strip())
