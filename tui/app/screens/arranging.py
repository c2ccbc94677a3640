"""Which columns a list shows, and by which it is sorted."""

from typing import ClassVar

from textual import on, work
from textual.binding import BindingType

from db.read.orders import ORDERS
from tui.app.modals.choose_many import ChooseManyModal
from tui.app.modals.pick import Choice, PickModal
from tui.app.screens.base import SoundScreen
from tui.app.widgets.hidden_key import hidden_key
from tui.app.widgets.sample_list import SampleList
from tui.workspace.listing.columns import COLUMNS
from tui.workspace.listing.sorting import FIRST_ORDERS, next_order, order_text


class ArrangingScreen(SoundScreen):
    """A screen whose list is sorted and shown as the user wants it; the choices are kept."""

    BINDINGS: ClassVar[list[BindingType]] = [
        hidden_key("o", "order", "browse.order", "Sort the list; sorted, back to best match"),
        hidden_key("O", "ask_order", "browse.order_by", "Sort by another column"),
        hidden_key("w", "columns", "browse.columns", "Choose the columns"),
    ]

    def search(self) -> None:
        """List the sounds anew, in the order chosen."""
        raise NotImplementedError

    @on(SampleList.HeaderClicked)
    def order_by_header(self, event: SampleList.HeaderClicked) -> None:
        if event.column == "score":
            self.sort("")
        elif event.column in ORDERS:
            self.sort(next_order(self.context.state.sort, event.column))

    def action_order(self) -> None:
        if self.context.state.sort:
            self.sort("")
        else:
            self.action_ask_order()

    @work(exit_on_error=False)
    async def action_ask_order(self) -> None:
        sort = self.context.state.sort
        keys = dict.fromkeys((*FIRST_ORDERS, *COLUMNS))
        choices = [Choice(key, COLUMNS[key].title) for key in keys if key in COLUMNS and key in ORDERS]
        hint = "The same column again turns the order round; the one before decides ties"
        chosen = await self.app.push_screen_wait(
            PickModal("Sort by", choices, hint=hint, current=sort.partition(",")[0].lstrip("-"))
        )
        if chosen is not None:
            self.sort(next_order(sort, chosen))

    def sort(self, order: str) -> None:
        """Sort as in `SearchRequest.order`; "" for the best match first, or as found."""
        self.context.state.sort = order
        self.sounds.sorted_by = order.partition(",")[0]
        self.search()

    @property
    def sorting(self) -> list[str | tuple[str, str]]:
        """What the list is sorted by and the way back, for the line above it; empty where it is not sorted."""
        sort = self.context.state.sort
        if not sort:
            return []
        return [(f"   sorted by {order_text(sort)}", "bold $warning"), ("   o resets", "$foreground 60%")]

    @work(exit_on_error=False)
    async def action_columns(self) -> None:
        state, sounds = self.context.state, self.sounds
        hidden = sounds.hidden_columns
        options = [
            (key, f"{column.title}   (no room)" if column.title in hidden else column.title)
            for key, column in COLUMNS.items()
        ]
        state.columns = await self.app.push_screen_wait(ChooseManyModal("Columns", options, state.columns))
        sounds.columns = state.columns
        sounds.refresh()
        if sounds.hidden_columns:
            self.say(f"No room for: {', '.join(sounds.hidden_columns)}")
