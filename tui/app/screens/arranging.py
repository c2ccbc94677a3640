"""Which columns a list shows, and by which it is sorted."""

from typing import ClassVar

from textual import on, work
from textual.binding import Binding, BindingType

from db.read.orders import ORDERS
from tui.app.modals.choose import ChooseModal
from tui.app.modals.choose_many import ChooseManyModal
from tui.app.screens.base import SoundScreen
from tui.app.widgets.sample_list import SampleList
from tui.workspace.columns import COLUMNS

_ORDERED = frozenset(ORDERS)


class ArrangingScreen(SoundScreen):
    """A screen whose list is sorted and shown as the user wants it; the choices are kept."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("o", "order", "Sort", show=False, id="browse.order", tooltip="Sort the list"),
        Binding("w", "columns", "Columns", show=False, id="browse.columns", tooltip="Choose the columns"),
    ]

    def search(self) -> None:
        """List the sounds anew, in the order chosen."""
        raise NotImplementedError

    @on(SampleList.HeaderClicked)
    def order_by_header(self, event: SampleList.HeaderClicked) -> None:
        self._order_by("" if event.column == "score" else event.column)

    @work(exit_on_error=False)
    async def action_order(self) -> None:
        options = [("", "best match, or as found"), *((key, COLUMNS[key].title) for key in COLUMNS if key in _ORDERED)]
        chosen = await self.app.push_screen_wait(ChooseModal("Sort by", options, self.context.state.sort_column))
        if chosen is not None:
            self._order_by(chosen)

    def _order_by(self, column: str) -> None:
        """Sort by a column; by the same one again the other way round."""
        if column and column not in _ORDERED:
            return
        state = self.context.state
        state.is_descending = bool(column) and state.sort_column == column and not state.is_descending
        state.sort_column = column
        self.sounds.sorted_by = (column, state.is_descending)
        self.search()

    @work(exit_on_error=False)
    async def action_columns(self) -> None:
        state = self.context.state
        options = [(key, column.title) for key, column in COLUMNS.items()]
        state.columns = await self.app.push_screen_wait(ChooseManyModal("Columns", options, state.columns))
        self.sounds.columns = state.columns
        self.sounds.refresh()
