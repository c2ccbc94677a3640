"""Ask for one of several things."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option


class ChooseModal(ModalScreen[str | None]):
    """A title and a list; dismissed with the key of what was chosen.

    Args:
        title: The question.
        options: Key and label of each.
        current: Key of the current option.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Cancel")]

    def __init__(self, title: str, options: Sequence[tuple[str, str]], current: str = "") -> None:
        super().__init__(classes="question")
        self._title, self._options, self._current = title, options, current

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Static(self._title, classes="title", markup=False)
            yield OptionList(
                *(Option(Content(f"{'●' if key == self._current else ' '} {label}")) for key, label in self._options),
                compact=True,
            )
            yield Static("Enter chooses, Escape cancels", classes="hint", markup=False)

    def on_mount(self) -> None:
        keys = [key for key, _ in self._options]
        self.query_one(OptionList).highlighted = keys.index(self._current) if self._current in keys else 0

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(self._options[event.option_index][0])
