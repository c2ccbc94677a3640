"""Ask for one of several things."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tui.app.modals.question import QuestionModal


class ChooseModal(QuestionModal[str | None]):
    """A title and a list; dismissed with the key of what was chosen.

    Args:
        title: The question.
        options: Key and label of each.
        current: Key of the current option.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Cancel")]

    def __init__(self, title: str, options: Sequence[tuple[str, str]], current: str = "") -> None:
        super().__init__(title, "Enter chooses, Escape cancels")
        self._options, self._current = options, current

    def body(self) -> Iterable[Widget]:
        marked = ((label, "●" if key == self._current else " ") for key, label in self._options)
        return [OptionList(*(Option(Content(f"{mark} {label}")) for label, mark in marked), compact=True)]

    def on_mount(self) -> None:
        keys = [key for key, _ in self._options]
        self.query_one(OptionList).highlighted = keys.index(self._current) if self._current in keys else 0

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(self._options[event.option_index][0])
