"""Everything about the sound under the cursor."""

from rich.console import Group, RenderableType
from rich.text import Text
from textual.widgets import Static

from db.paths import display_text
from tui.app.columns import Row
from tui.terminal.details import detail_table


class Details(Static):
    DEFAULT_CSS = """
    Details { width: 1fr; height: auto; padding: 0 1; }
    """

    def __init__(self) -> None:
        super().__init__(markup=False)

    def show(self, row: Row) -> None:
        """Show a sound with what the user said of it."""
        parts: list[RenderableType] = [detail_table(row.sample)]
        if row.remark.stars:
            parts.insert(0, Text("★" * row.remark.stars, self.app.current_theme.primary))
        if row.remark.note:
            parts.append(Text(display_text(row.remark.note), "italic"))
        self.update(Group(*parts))

    def clear(self) -> None:
        self.update("")
