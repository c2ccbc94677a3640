"""Show what an export will do, and ask whether to do it."""

from typing import TYPE_CHECKING, ClassVar

from rich.style import Style
from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from db.paths import display_text
from tui import formatting
from tui.workspace.export import shape_text

if TYPE_CHECKING:
    from indexer.export.plan import ExportPlan

_MOST_ROWS = 200  # a row more costs time, and nobody reads further


class PlanModal(ModalScreen[bool]):
    """A row for each sound: what it is, what it will become, and why; Enter writes."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,y", "dismiss(True)", "Write"),
        Binding("escape,n", "dismiss(False)", "Cancel"),
    ]

    def __init__(self, plan: "ExportPlan") -> None:
        super().__init__(classes="question")
        self._plan = plan

    def compose(self) -> ComposeResult:
        n_files = formatting.count(len(self._plan.to_write), "file")
        more = len(self._plan.files) - _MOST_ROWS
        with Vertical(classes="box wide"):
            title = f"{n_files} to write to {display_text(self._plan.target)}: {self._plan.profile.title}"
            yield Static(title, classes="title", markup=False)
            with VerticalScroll(id="plan"):
                yield Static(self._table())
            rest = f"{formatting.count(more, 'sound')} more. " if more > 0 else ""
            hint = f"{rest}Enter writes, Escape cancels. Nothing is overwritten."
            yield Static(hint, classes="hint", markup=False)

    def _table(self) -> Table:
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
        for title in ("Sound", "Becomes", "Why"):
            table.add_column(title)
        warning = Style(color=self.app.current_theme.warning)
        for file in self._plan.files[:_MOST_ROWS]:
            why = ", ".join(file.reasons) or file.action.value
            table.add_row(
                Text(display_text(file.source.name)),
                Text(display_text(f"{file.name} {shape_text(file.after)}".strip()) or "nothing"),
                Text(display_text(why), Style(dim=True) if file.is_written else warning),
            )
        return table
