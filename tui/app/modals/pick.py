"""Pick one of many things by the first letters of its name."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from db.paths import display_text
from tui.app.modals.question import QuestionModal
from tui.app.widgets.hidden_key import hidden_key
from tui.app.widgets.line_input import LineInput

_MAX_SHOWN = 200  # an option more costs time at each key


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to pick.

    Attributes:
        value: The answer if it is picked.
        label: Shown, and matched with the typed letters.
        note: Beside it, dimmed.
        hotkey: Picks it directly while nothing is typed.
    """

    value: str
    label: str
    note: str = ""
    hotkey: str = ""


class PickModal(QuestionModal[str | None]):
    """An input that filters a list; dismissed with the value of the highlighted choice.

    Args:
        title: The question.
        choices: In the order in which they are shown.
        new: Where something else may be typed, what it would be, such as ``"New tag"``.
        hint: Below the list.
        current: Value of the choice that is highlighted at first.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Cancel"),
        hidden_key("up", "move('cursor_up')"),
        hidden_key("down", "move('cursor_down')"),
        hidden_key("pageup", "move('page_up')"),
        hidden_key("pagedown", "move('page_down')"),
        hidden_key("tab", "complete", is_first=True),
    ]

    def __init__(
        self, title: str, choices: Sequence[Choice], *, new: str = "", hint: str = "", current: str = ""
    ) -> None:
        super().__init__(display_text(title), hint or "Enter takes the marked line, Escape cancels")
        self._choices, self._new, self._current = choices, new, current
        self._shown: list[Choice] = []

    def body(self) -> Iterable[Widget]:
        return [LineInput(compact=True), OptionList(compact=True, markup=False)]

    def on_mount(self) -> None:
        self.query_one(OptionList).can_focus = False
        self._show("")
        values = [choice.value for choice in self._shown]
        if self._current in values:
            self.query_one(OptionList).highlighted = values.index(self._current)

    @on(Input.Changed)
    def narrow(self, event: Input.Changed) -> None:
        picked = next((choice for choice in self._choices if choice.hotkey and choice.hotkey == event.value), None)
        if picked is not None:
            self.dismiss(picked.value)
        else:
            self._show(event.value)

    @on(Input.Submitted)
    def take(self) -> None:
        place = self.query_one(OptionList).highlighted
        if place is not None:
            self.dismiss(self._shown[place].value)

    @on(OptionList.OptionSelected)
    def take_clicked(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(self._shown[event.option_index].value)

    def action_move(self, action: str) -> None:
        getattr(self.query_one(OptionList), f"action_{action}")()

    def action_complete(self) -> None:
        place = self.query_one(OptionList).highlighted
        if place is not None:
            line = self.query_one(Input)
            line.value = self._shown[place].label
            line.action_end()

    def _show(self, typed: str) -> None:
        self._shown = narrowed(self._choices, typed)[:_MAX_SHOWN]
        text = " ".join(typed.split())
        if self._new and text and all(choice.label.casefold() != text.casefold() for choice in self._choices):
            self._shown.append(Choice(text, f'{self._new} "{text}"'))
        listed = self.query_one(OptionList)
        width = max((cell_len(display_text(choice.label)) for choice in self._shown if choice.note), default=0)
        listed.set_options(Option(_drawn(choice, width)) for choice in self._shown)
        listed.highlighted = 0 if self._shown else None
        is_lost = text and not self._shown
        self.query_one(".hint", Static).update("Nothing matches, Escape cancels" if is_lost else self._hint)


def narrowed(choices: Sequence[Choice], typed: str) -> list[Choice]:
    """Return the choices that match: first those that begin with the text, then those that contain it."""
    wanted = " ".join(typed.casefold().split())
    if not wanted:
        return list(choices)
    found = [(place, choice) for choice in choices if (place := _place(choice, wanted)) is not None]
    return [choice for _, choice in sorted(found, key=lambda pair: pair[0])]


def _place(choice: Choice, wanted: str) -> int | None:
    label = choice.label.casefold()
    if label.startswith(wanted):
        return 0
    if any(word.startswith(wanted) for word in label.replace("-", " ").split()):
        return 1
    return 2 if wanted in label else 3 if wanted in choice.note.casefold() else None


def _drawn(choice: Choice, width: int) -> Content:
    key = (f"{choice.hotkey}  ", "$primary") if choice.hotkey else ""
    label = set_cell_size(display_text(choice.label), width) if choice.note else display_text(choice.label)
    return Content.assemble(key, label, (f"   {display_text(choice.note)}", "$text-muted"))
