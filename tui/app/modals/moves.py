"""Show where files would go, and ask whether to move them."""

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
from tui.workspace.organize import by_reason, plan_summary, shown_moves

if TYPE_CHECKING:
    from indexer.organize.steps import Plan

_MOST_ROWS = 200  # a row more costs time, and nobody reads further


class MovesModal(ModalScreen[bool]):
    """What stays and why, then a row for each file: what it is called, and its new place; Enter moves."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,y", "dismiss(True)", "Move"),
        Binding("escape,n", "dismiss(False)", "Cancel"),
    ]

    def __init__(self, plan: "Plan") -> None:
        super().__init__(classes="question")
        self._plan = plan

    def compose(self) -> ComposeResult:
        more = len(self._plan.steps) - _MOST_ROWS
        with Vertical(classes="box wide"):
            yield Static(plan_summary(self._plan), classes="title", markup=False)
            with VerticalScroll(id="plan"):
                yield Static(self._table())
            rest = f"{more:,} more. " if more > 0 else ""
            does = "Enter does it, Escape cancels. " if self._plan.steps else "Escape goes back. "
            hint = f"{rest}{does}Can be undone."
            yield Static(hint, classes="hint", markup=False)

    def _table(self) -> Table:
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
        table.add_column("File")
        table.add_column("Goes to")
        warning = Style(color=self.app.current_theme.warning)
        for reason, paths in by_reason([(one.path, one.reason) for one in self._plan.stays]):
            names = ", ".join(display_text(path.name) for path in paths[:2])
            table.add_row(
                Text(names + (", ..." if len(paths) > 2 else "")), Text(f"{len(paths):,} stay: {reason}", warning)
            )
        for name, place in shown_moves(self._plan, _MOST_ROWS):
            table.add_row(Text(name), Text(place))
        return table
