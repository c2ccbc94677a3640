"""Facets of a result with counts; one key filters by one of them."""

from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message

from tui.app.widgets.count_list import CountList
from tui.app.widgets.hidden_key import hidden_key
from tui.app.widgets.sample_list import LIST_KEYS
from tui.workspace.listing.facet_lines import FacetLine


class Facets(CountList, can_focus=True, inherit_bindings=False):
    """A list of headings and filters; choosing one posts it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *LIST_KEYS,
        Binding("enter,space", "choose", "Filter", id="browse.choose_facet", tooltip="Facets: filter by it"),
        hidden_key(
            "delete,backspace", "remove", "browse.remove_collection", "Facets: remove the collection; its sounds stay"
        ),
        hidden_key("R", "rename", "browse.rename", "Facets: rename the tag or the collection"),
    ]

    @dataclass
    class Toggled(Message):
        """A filter was switched on or off."""

        filter: str

    @dataclass
    class Removed(Message):
        """The removal of a collection was asked for."""

        collection: str

    @dataclass
    class RenameAsked(Message):
        """A new name for a tag or a collection was asked for."""

        line: FacetLine

    def action_choose(self) -> None:
        if self.current is not None:
            self.post_message(self.Toggled(self.current.filter))

    def action_remove(self) -> None:
        """Remove the line under the cursor, where it is a collection."""
        line = self.current
        if line is not None and line.filter.startswith("collection:"):
            self.post_message(self.Removed(line.label))

    def action_rename(self) -> None:
        """Ask for another name of the line under the cursor, where it is a tag or a collection."""
        line = self.current
        if line is not None and line.filter.startswith(("tag:", "collection:")):
            self.post_message(self.RenameAsked(line))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to rename and to remove only what has a name of the user's."""
        kinds = {"rename": ("tag:", "collection:"), "remove": ("collection:",)}.get(action)
        line = self.current
        return True if kinds is None else line is not None and line.filter.startswith(kinds)
