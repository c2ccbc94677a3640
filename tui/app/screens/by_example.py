"""Search by example: more like this sound, and less like that one."""

from collections.abc import Iterable

from rich.cells import cell_len
from textual import work

from tui.app.screens.base import SoundScreen
from tui.app.screens.context import ScreenContext
from tui.app.widgets.cells import cut_middle
from tui.app.widgets.query_input import QueryInput
from tui.workspace.annotations.edits import Examples
from tui.workspace.listing.columns import sample_name
from tui.workspace.query.query_line import last_filter


class ByExampleScreen(SoundScreen):
    """A screen that searches by sounds as well as by words.

    Attributes:
        examples: What the search goes by, besides the words.
    """

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context)
        self.examples = Examples()

    def search(self) -> None:
        """Search by query line and examples."""
        raise NotImplementedError

    def action_more_like(self) -> None:
        """Search by the sound under the cursor; again leaves it out of the search."""
        self._liken("likes", "More like")

    def action_less_like(self) -> None:
        """Search away from the sound under the cursor; a sound that was searched by is only left out."""
        self._liken("dislikes", "Less like")

    def _liken(self, side: str, verb: str) -> None:
        row = self.sounds.current_row
        if row is None:
            return
        sides = {"likes": dict(self.examples.likes), "dislikes": dict(self.examples.dislikes)}
        was_example = any(names.pop(row.sample.id, None) is not None for names in sides.values())
        if not was_example:
            sides[side][row.sample.id] = sample_name(row.sample)
        name = sample_name(row.sample)
        self._search_by(Examples(**sides), f"No more by {name}" if was_example else f"{verb} {name}")

    def _search_by(self, examples: Examples, text: str) -> None:
        """Search by other examples, with undo."""
        before, self.examples = self.examples, examples
        self.context.state.sort = self.sounds.sorted_by = ""
        self.search()
        self._remember_examples(before, examples, text)

    @work(thread=True, exit_on_error=False, group="edits")
    def _remember_examples(self, before: Examples, after: Examples, text: str) -> None:
        self.context.edits.set_examples(before, after, text)

    def examples_text(self, width: int = 0) -> list[str | tuple[str, str]]:
        """Return what the search goes by besides the words, and the way back, for the line above the list.

        Args:
            width: The most cells of a name; 0 for as many as it has.
        """

        def signed(sign: str, names: Iterable[str], style: str) -> list[tuple[str, str]]:
            shown = (cut_middle(name, width) if 0 < width < cell_len(name) else name for name in names)
            return [(f"   {sign} {name}", style) for name in shown]

        likes = signed("≈", self.examples.likes.values(), "$primary")
        narrowing = last_filter(self.query_one(QueryInput).value) if likes else ""
        dislikes = signed("≠", self.examples.dislikes.values(), "$error")
        hints = ["esc clears"] * bool(likes or dislikes) + [f"backspace removes {narrowing}"] * bool(narrowing)
        return [*likes, *dislikes, *((f"   {hint}", "$foreground 40%") for hint in hints)]
