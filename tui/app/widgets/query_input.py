"""The query line, with completion and history."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.reactive import Reactive
from textual.suggester import Suggester

from db.query.parser import FILTER_NAMES
from tui.app.widgets.hidden_key import hidden_key
from tui.app.widgets.line_input import LineInput
from tui.workspace.indexing.dropped_paths import dropped_path

Vocabulary = Callable[[str], Sequence[str]]
"""Returns the values known of a filter, such as ``("kick", "snare")`` of ``"type"``; of ``""`` words to search by."""

_LAST_WORD = re.compile(r'(?:^|\s)([-+]?)(?:(\w+):"?)?([^\s"]*)$')


class QuerySuggester(Suggester):
    """Complete the last word: filter names, values of a filter, words to search by; then an earlier query."""

    def __init__(self, vocabulary: Vocabulary, history: Callable[[], Sequence[str]]) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._vocabulary = vocabulary
        self._history = history

    async def get_suggestion(self, value: str) -> str | None:
        return complete(value, self._vocabulary) or next(
            (line for line in self._history() if value and line.startswith(value) and line != value), None
        )


def complete(line: str, vocabulary: Vocabulary) -> str | None:
    """Return the line with its last word completed, or None where nothing fits."""
    match = _LAST_WORD.search(line)
    if match is None or not (match[3] or match[2]):
        return None
    sign, name, begun = match[1], match[2], match[3]
    if name is None:
        return _complete_word(line, begun, vocabulary)
    if name.lower() not in FILTER_NAMES:
        return None
    value = next((known for known in vocabulary(name.lower()) if known.lower().startswith(begun.lower())), None)
    if value is None or value.lower() == begun.lower():
        return None
    quoted = f'"{value}"' if re.search(r"\s", value) else value
    return f"{line[: match.start(1)]}{sign}{name}:{quoted}"


def _complete_word(line: str, begun: str, vocabulary: Vocabulary) -> str | None:
    """Complete a word that stands for itself: the name of a filter from two letters on, other words from three."""
    head, begun = line[: len(line) - len(begun)], begun.lower()
    name = next((known for known in FILTER_NAMES if known.startswith(begun) and len(begun) >= 2), None)
    if name is not None:
        return f"{head}{name}:"
    word = next((known for known in vocabulary("") if known.startswith(begun) and len(begun) >= 3), None)
    return None if word is None or word == begun else head + word


class QueryInput(LineInput):
    """A query line. Up and down belong to the list below it, so that one can listen while typing."""

    DEFAULT_CSS = """
    QueryInput, QueryInput:focus, QueryInput:blur { border: none; height: 1; padding: 0 1 !important;
        background: $surface; }
    QueryInput:focus { background: $panel; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        hidden_key("up", "step(-1)"),
        Binding("down", "step(1)", "Listen", key_display="↑↓"),
        Binding("enter", "submit", "To the list"),
        hidden_key("pageup", "page(-1)"),
        hidden_key("pagedown", "page(1)"),
        hidden_key("ctrl+up", "recall(1)", "query.earlier", "An earlier query"),
        hidden_key("ctrl+down", "recall(-1)", "query.later", "A later query"),
        Binding("tab", "complete_or_leave", "Complete", key_display="tab"),
    ]

    # An Input lays out the whole screen at each key, in case its width follows its text; here it does not.
    virtual_size: Reactive[Size] = Reactive(Size(0, 0), layout=False)

    @dataclass
    class Stepped(Message):
        """A move of the list by some rows or pages was asked for."""

        n_rows: int = 0
        n_pages: int = 0

    def __init__(self, vocabulary: Vocabulary, history: Callable[[], Sequence[str]], **kwargs: Any) -> None:
        super().__init__(suggester=QuerySuggester(vocabulary, history), compact=True, select_on_focus=False, **kwargs)
        self._past = history
        self._recalled = -1

    def on_paste(self, event: events.Paste) -> None:
        """Leave what is dropped on the terminal to the screen; other text is pasted into the line."""
        if dropped_path(event.text) is not None:
            event.prevent_default()

    def action_step(self, n_rows: int) -> None:
        self.post_message(self.Stepped(n_rows=n_rows))

    def action_page(self, n_pages: int) -> None:
        self.post_message(self.Stepped(n_pages=n_pages))

    def action_recall(self, n_back: int) -> None:
        """Step through earlier queries; after the latest one comes an empty line."""
        lines = ["", *self._past()]
        self._recalled = min(max(self._recalled + n_back, -1), len(lines) - 2)
        self.value = lines[self._recalled + 1]
        self.cursor_position = len(self.value)

    def action_complete_or_leave(self) -> None:
        """Take the suggestion; without one go on to what comes next."""
        if self._suggestion and self.cursor_position == len(self.value):
            self.action_cursor_right()
        else:
            self.screen.focus_next()
