"""The folders of the library as a tree; one key narrows to one of them."""

from dataclasses import dataclass
from typing import Any, ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from tui.app.widgets.count_list import CountList
from tui.app.widgets.hidden_key import hidden_key
from tui.app.widgets.sample_list import LIST_KEYS
from tui.workspace.listing.folder_tree import FolderLine, FolderTree, Place, open_above

_INDENT = 2  # cells of a step of the tree, and of the mark of what is chosen


class FolderPanel(CountList, can_focus=True, inherit_bindings=False):
    """Folders, opened and closed; choosing one posts its filter."""

    DEFAULT_CSS = """
    FolderPanel { width: 32; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *LIST_KEYS,
        Binding(
            "enter,space",
            "choose",
            "Filter",
            id="browse.choose_folder",
            tooltip="Folders: list the sounds in and below it",
        ),
        Binding("right", "open", "Open", id="browse.open_folder", tooltip="Folders: show what is in it"),
        hidden_key("left", "close", "browse.close_folder", "Folders: close it, or go up"),
    ]

    @dataclass
    class Toggled(Message):
        """The filter of a folder shall come into the query, or leave it."""

        filter: str

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._tree: FolderTree | None = None
        self._is_open: set[Place] = set()
        self._active: frozenset[str] = frozenset()

    def show_tree(self, tree: FolderTree, active: frozenset[str]) -> None:
        """Show other counts; what is open stays so, and a single root is opened at first.

        Args:
            tree: Folders and counts.
            active: The filters of the query.
        """
        if self._tree is None and len(tree.roots) == 1:
            self._is_open.update(tree.roots)
        self._tree, self._active = tree, active
        self._show()

    def action_choose(self) -> None:
        if self.current is not None:
            self.post_message(self.Toggled(self.current.filter))

    def action_open(self) -> None:
        """Open the folder under the cursor; go into it where it is open."""
        place = self._place
        if self._tree is None or place is None or not self._tree.has_inner(place):
            return
        if place in self._is_open:
            self.action_move(1)
        else:
            self._is_open.add(place)
            self._show()

    def action_close(self) -> None:
        """Close the folder under the cursor; go to the one around it where it is closed."""
        place = self._place
        if place is None:
            return
        if place in self._is_open:
            self._is_open.discard(place)
            self._show()
        elif place[1]:
            around = list(open_above(place))[-1]
            self.cursor = next(n for n, line in enumerate(self.lines) if _place(line) == around)

    def on_click(self, event: events.Click) -> None:
        """Open or close a folder by its mark; choose it by its name."""
        line = self.line_at(event.y)
        if not isinstance(line, FolderLine) or self._tree is None:
            return
        is_mark = event.x < _INDENT * (line.depth + 2) + 1
        if is_mark and self._tree.has_inner(line.place):
            self.cursor = self.lines.index(line)
            self._is_open.symmetric_difference_update({line.place})
            self._show()
            event.stop()
        else:
            super().on_click(event)

    @property
    def _place(self) -> Place | None:
        return None if self.current is None else _place(self.current)

    def _show(self) -> None:
        if self._tree is not None:
            self.show(self._tree.lines(self._is_open, self._active))


def _place(line: object) -> Place | None:
    return line.place if isinstance(line, FolderLine) else None
