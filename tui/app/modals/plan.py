"""Show what an export will do, and ask whether to do it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.style import Style
from rich.text import Text

from db.paths import display_text
from tui import formatting
from tui.app.modals.question import MOST_ROWS, TableModal
from tui.workspace.export.sounds import shape_text

if TYPE_CHECKING:
    from indexer.export.plan import ExportPlan


class PlanModal(TableModal):
    """A row for each sound: its name, what it will become, and why."""

    COLUMNS = ("Sound", "Becomes", "Why")

    def __init__(self, plan: "ExportPlan") -> None:
        n_files = formatting.count(len(plan.to_write), "file")
        more = len(plan.files) - MOST_ROWS
        rest = f"{formatting.count(more, 'sound')} more. " if more > 0 else ""
        super().__init__(
            f"{n_files} to write to {display_text(plan.target)}: {plan.profile.title}",
            f"{rest}Enter writes, Escape cancels. Nothing is overwritten.",
        )
        self._plan = plan

    def rows(self) -> Iterator[tuple[Text, ...]]:
        warning = Style(color=self.app.current_theme.warning)
        for file in self._plan.files[:MOST_ROWS]:
            why = ", ".join(file.reasons) or file.action.value
            yield (
                Text(display_text(file.source.name)),
                Text(display_text(f"{file.name} {shape_text(file.after)}".strip()) or "nothing"),
                Text(display_text(why), Style(dim=True) if file.is_written else warning),
            )
