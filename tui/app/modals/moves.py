"""Show the new places of files, and ask whether to move them."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.style import Style
from rich.text import Text

from db.paths import display_text
from tui.app.modals.question import MOST_ROWS, TableModal
from tui.workspace.organize import by_reason, plan_summary, shown_moves

if TYPE_CHECKING:
    from indexer.organize.steps import Plan


class MovesModal(TableModal):
    """The files that stay with their reasons, then a row for each file with its new place."""

    COLUMNS = ("File", "Goes to")

    def __init__(self, plan: "Plan") -> None:
        more = len(plan.steps) - MOST_ROWS
        rest = f"{more:,} more. " if more > 0 else ""
        does = "Enter does it, Escape cancels. " if plan.steps else "Escape goes back. "
        super().__init__(plan_summary(plan), f"{rest}{does}Can be undone.")
        self._plan = plan

    def rows(self) -> Iterator[tuple[Text, ...]]:
        warning = Style(color=self.app.current_theme.warning)
        for reason, paths in by_reason([(one.path, one.reason) for one in self._plan.stays]):
            names = ", ".join(display_text(path.name) for path in paths[:2])
            yield Text(names + (", ..." if len(paths) > 2 else "")), Text(f"{len(paths):,} stay: {reason}", warning)
        for name, place in shown_moves(self._plan, MOST_ROWS):
            yield Text(name), Text(place)
