"""Ask for any number of several things."""

from collections.abc import Collection, Iterable, Sequence
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tui.app.modals.question import QuestionModal
from tui.app.widgets.hidden_key import hidden_key


class ChooseManyModal(QuestionModal[list[str]]):
    """A title and a list of boxes to tick; dismissed with the keys that are ticked, in the order of the list.

    Args:
        title: The question.
        options: Key and label of each.
        chosen: Keys that are ticked now.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "Done"),
        hidden_key("space", "tick", is_first=True),
    ]

    def __init__(self, title: str, options: Sequence[tuple[str, str]], chosen: Collection[str]) -> None:
        super().__init__(title, "Space or Enter ticks, Escape when done")
        self._options = options
        self._chosen = set(chosen)

    def body(self) -> Iterable[Widget]:
        return [OptionList(*(Option(self._drawn(place)) for place in range(len(self._options))), compact=True)]

    def on_mount(self) -> None:
        self.query_one(OptionList).highlighted = 0

    @on(OptionList.OptionSelected)
    def toggle_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self._toggle(event.option_index)

    def action_tick(self) -> None:
        place = self.query_one(OptionList).highlighted
        if place is not None:
            self._toggle(place)

    def action_close(self) -> None:
        self.dismiss([key for key, _ in self._options if key in self._chosen])

    def _toggle(self, place: int) -> None:
        self._chosen ^= {self._options[place][0]}
        self.query_one(OptionList).replace_option_prompt_at_index(place, self._drawn(place))

    def _drawn(self, place: int) -> Content:
        key, label = self._options[place]
        return Content.assemble(("[x] ", "$primary") if key in self._chosen else ("[ ] ", "$text-muted"), label)
