"""A line for the path of a folder, completed from the disk."""

import asyncio
import os
from pathlib import Path
from typing import Any, ClassVar

from textual.binding import Binding, BindingType
from textual.suggester import Suggester

from tui.app.widgets.line_input import LineInput
from tui.workspace.indexing.dropped_paths import dropped_path


class FolderSuggester(Suggester):
    """Complete the last part of a path with the first folder that begins so."""

    def __init__(self) -> None:
        super().__init__(use_cache=False, case_sensitive=True)

    async def get_suggestion(self, value: str) -> str | None:
        return await asyncio.to_thread(complete_folder, value)  # a slow disk must not stop the screen


def complete_folder(text: str) -> str | None:
    """Return the path completed to the next folder, with a separator behind it; None where none begins so."""
    if not text:
        return None
    # pathlib drops the separator at the end, which tells whether a name is complete
    head, begun = os.path.split(os.path.expanduser(text))  # noqa: PTH111
    try:
        with os.scandir(head or ".") as entries:
            names = sorted(entry.name for entry in entries if entry.is_dir() and entry.name.startswith(begun))
    except OSError:
        return None
    visible = [name for name in names if not name.startswith(".") or begun.startswith(".")]
    return text + visible[0][len(begun) :] + os.sep if visible else None


class FolderInput(LineInput):
    """An input for a folder, typed or dropped."""

    DEFAULT_CSS = """
    FolderInput, FolderInput:focus, FolderInput:blur { border: none; height: 1; padding: 0 1 !important;
        background: $surface; }
    FolderInput:focus { background: $panel; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("tab", "complete", "Complete", key_display="tab")]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(suggester=FolderSuggester(), compact=True, **kwargs)

    def action_complete(self) -> None:
        """Take the suggestion; without one go on to what comes next."""
        if self._suggestion and self.cursor_position == len(self.value):
            self.action_cursor_right()
        else:
            self.screen.focus_next()

    @property
    def folder(self) -> Path | None:
        """The folder that is written there, or None."""
        text = self.value.strip().strip("'\"").replace("\\ ", " ")
        return dropped_path(self.value) or (Path(text).expanduser().absolute() if text else None)
