"""Filters that are chosen beside the list: facets and folders."""

import asyncio
from collections.abc import Callable

from textual import on, work

from tui import formatting
from tui.app.modals.pick import Choice, PickModal
from tui.app.modals.prompt import PromptModal
from tui.app.screens.base import SoundScreen
from tui.app.widgets.facets import Facets
from tui.app.widgets.folder_panel import FolderPanel
from tui.app.widgets.query_input import QueryInput
from tui.workspace.annotations.collections import collection_name
from tui.workspace.listing.facet_lines import ALL_PACKS, FacetLine, pack_filter
from tui.workspace.query.query_line import choose_folder, filter_text, last_filter, toggle_filter, without


class NarrowingScreen(SoundScreen):
    """A screen whose facets and folders change the query line."""

    def action_widen(self) -> None:
        """Remove the last filter of the query; words and examples stay."""
        query = self.query_one(QueryInput)
        dropped = last_filter(query.value)
        if dropped:
            query.value = without(query.value, dropped).rstrip()

    @on(Facets.Removed)
    def remove_collection(self, event: Facets.Removed) -> None:
        name = event.collection
        self.run_edit(lambda: self.context.edits.remove_collection(name))

    @on(Facets.RenameAsked)
    def rename_facet(self, event: Facets.RenameAsked) -> None:
        self.ask_name(event.line)

    @work(exit_on_error=False)
    async def ask_name(self, line: FacetLine) -> None:
        """Ask for another name of a tag or a collection."""
        kind = line.filter.partition(":")[0]
        new = await self.app.push_screen_wait(PromptModal(f"New name of the {kind} {line.label}", value=line.label))
        if not new or not new.strip() or new == line.label:
            return
        if kind == "collection":
            new = collection_name(new)
        edits = self.context.edits
        rename = edits.rename_collection if kind == "collection" else edits.rename_tag
        query = self.query_one(QueryInput)
        query.value = query.value.replace(line.filter, filter_text(kind, new))
        self.run_edit(lambda: rename(line.label, new))

    @on(Facets.Toggled)
    def toggle_facet(self, event: Facets.Toggled) -> None:
        if event.filter == ALL_PACKS:
            self.ask_pack()
            return
        self._change_query(lambda line: toggle_filter(line, event.filter))

    @on(FolderPanel.Toggled)
    def toggle_folder(self, event: FolderPanel.Toggled) -> None:
        self._change_query(lambda line: choose_folder(line, event.filter))

    @work(exit_on_error=False)
    async def ask_pack(self) -> None:
        """Ask for one of all packs, and filter by it."""
        packs = await asyncio.to_thread(lambda: self.context.session.folder_table().count_packs())
        choices = [
            Choice(pack, pack, formatting.count(n, "file"))
            for pack, n in sorted(packs.items(), key=lambda item: item[0].casefold())
        ]
        pack = await self.app.push_screen_wait(PickModal("Pack", choices))
        if pack is not None:
            self._change_query(lambda line: toggle_filter(line, pack_filter(pack)))

    def _change_query(self, change: Callable[[str], str]) -> None:
        """Change the query line, with the cursor at its end."""
        query = self.query_one(QueryInput)
        query.value = change(query.value)
        query.cursor_position = len(query.value)
