"""Ask for any number of several things."""

from collections.abc import Collection, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import SelectionList, Static
from textual.widgets.selection_list import Selection


class ChooseManyModal(ModalScreen[list[str]]):
    """A title and a list to tick; dismissed with the keys that are ticked, in the order of the list.

    Args:
        title: The question.
        options: Key and label of each.
        chosen: Keys that are ticked now.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "close", "Done")]

    def __init__(self, title: str, options: Sequence[tuple[str, str]], chosen: Collection[str]) -> None:
        super().__init__(classes="question")
        self._title, self._options, self._chosen = title, options, chosen

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Static(self._title, classes="title", markup=False)
            yield SelectionList(
                *(Selection(Content(label), key, key in self._chosen) for key, label in self._options), compact=True
            )
            yield Static("Space or Enter ticks, Escape when done", classes="hint", markup=False)

    def action_close(self) -> None:
        ticked = set(self.query_one(SelectionList).selected)
        self.dismiss([key for key, _ in self._options if key in ticked])
