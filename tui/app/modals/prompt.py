"""Ask for one line of text."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.suggester import SuggestFromList
from textual.widgets import Input, Static

from tui.app.widgets.line_input import LineInput


class PromptModal(ModalScreen[str | None]):
    """A title, a line to fill in, and what Enter will do."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Cancel"),
        Binding("tab", "complete", "Complete", show=False, priority=True),
    ]

    def __init__(self, title: str, *, value: str = "", hint: str = "", known: Sequence[str] = ()) -> None:
        super().__init__(classes="question")
        self._title, self._value, self._hint, self._known = title, value, hint, known

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Static(self._title, classes="title", markup=False)
            suggester = SuggestFromList(list(self._known), case_sensitive=False)
            yield LineInput(self._value, compact=True, suggester=suggester)
            yield Static(self._hint or "Enter accepts, Tab completes, Escape cancels", classes="hint", markup=False)

    def action_complete(self) -> None:
        self.query_one(Input).action_cursor_right()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.dismiss(event.value.strip())
