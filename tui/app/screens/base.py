"""Getting sounds out of the library: copied paths, the file manager, exports, the blend."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from textual import work
from textual.binding import Binding, BindingType

from db.errors import EarmarkError, UsageError
from db.library import Library
from tui import formatting
from tui.app.messages import CornerChosen
from tui.app.modals.pick import Choice, PickModal
from tui.app.modals.plan import PlanModal
from tui.app.modals.prompt import PromptModal
from tui.app.screens.organizing import OrganizingScreen
from tui.app.widgets.cells import cut_middle
from tui.app.widgets.hidden_key import hidden_key
from tui.sample_paths import existing_files
from tui.workspace.annotations.uses import note_use
from tui.workspace.export.drag_programs import DRAG_HINT, drag_by_program, find_drag_program
from tui.workspace.export.file_clipboard import copy_files
from tui.workspace.export.reveal import reveal
from tui.workspace.export.sounds import carry_out, export_forms, export_list, is_list, plan_folder, suggested_path
from tui.workspace.state.project import project_of, project_text

_DRAG_GROUP = "drag"
_MOST_DRAGGED = 1000  # sounds at once


UNLISTED_KEYS = (
    hidden_key("t", "tag", "sound.tag", "Add tag: a type or a tag of your own"),
    hidden_key("y", "copy_path", "sound.copy_path", "Copy the path to the clipboard"),
    hidden_key("b", "blend", "sound.blend", "Blend: use as a corner"),
)
"""Some keys of a `SoundScreen`, for a screen whose footer has no room for them."""


class SoundScreen(OrganizingScreen):
    """A screen whose chosen sounds can be taken elsewhere."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "copy_path", "Copy", id="sound.copy_path", tooltip="Copy the path to the clipboard"),
        hidden_key("D", "drag", "sound.drag", "Drag out, or copy as a file to paste it"),
        hidden_key("r", "reveal", "sound.reveal", "Show in the file manager"),
        Binding("e", "export", "Export", id="sound.export", tooltip="Export as copies, links, a playlist or JSON"),
        Binding("b", "blend", "Blend", id="sound.blend", tooltip="Blend: use as a corner"),
        hidden_key("G", "to_kit", "sound.kit", "Put into the kit, on a new pad"),
    ]

    _is_dragging = False

    def action_copy_path(self) -> None:
        rows = [self.sounds.row(sample_id) for sample_id in self.chosen_ids]
        paths = [str(row.sample.paths[0]) for row in rows if row is not None]
        self.app.copy_to_clipboard("\n".join(paths))
        if paths:
            what = cut_middle(paths[0], self.status.content_size.width - len("Copied ")).rstrip()
            self.say(f"Copied {what if len(paths) == 1 else formatting.count(len(paths), 'path')}")
            ids, library = [row.sample.id for row in rows if row is not None], self.context.session.library
            self.run_job(lambda: _noted(library, ids), ids)

    def action_drag(self) -> None:
        """Offer the chosen sounds to be dragged out, where that is possible, or put their files on the clipboard."""
        if self._is_dragging:
            self.workers.cancel_group(self, _DRAG_GROUP)
            self.say("No longer offered to be dragged")
        elif self.chosen_ids:
            self._drag()

    @work(exit_on_error=False, group=_DRAG_GROUP)
    async def _drag(self) -> None:
        session, ids, line = self.context.session, self.chosen_ids, self.shown_line
        self._is_dragging = True
        try:
            samples = await asyncio.to_thread(session.search_service.samples, ids[:_MOST_DRAGGED], line)
            paths = await asyncio.to_thread(existing_files, samples)
            if await self._hand_over(paths):
                used = [sample.id for sample in samples]
                self.run_job(lambda: _noted(session.library, used), used)
        except UsageError as error:
            self.say(str(error))
        finally:
            self._is_dragging = False

    async def _hand_over(self, paths: Sequence[Path]) -> bool:
        """Give files to another program in the best way there is, and say how; return whether it took them.

        Raises:
            UsageError: There is none.
        """
        what = paths[0].name if len(paths) == 1 else formatting.count(len(paths), "file")
        if await self.context.drag.can_drag():
            self.say(f"Drag {what} out of this window with the mouse. D again ends that.")
            has_dropped = await self.context.drag.offer(paths)
            self.say(f"Dragged away: {what}" if has_dropped else f"Dropped nowhere: {what}")
            return has_dropped
        program = await asyncio.to_thread(find_drag_program)
        if program is not None:
            self.say(f"Drag {what} out of the window of {Path(program).name}. D again closes it.")
            code = await drag_by_program(program, paths)
            if code in {0, None}:
                self.say(f"Dragged away: {what}" if code == 0 else f"Dragged nowhere: {what}")
                return code == 0
        try:
            await asyncio.to_thread(copy_files, paths)
        except UsageError as error:
            self.app.copy_to_clipboard("\n".join(map(str, paths)))
            raise UsageError(f"{error} Copied instead: the path.") from error
        hint = "" if program else f" {DRAG_HINT}"
        self.say(f"On the clipboard, to paste into a DAW or a file manager: {what}.{hint}")
        return True

    def action_reveal(self) -> None:
        row = self.sounds.current_row
        if row is not None:
            self.run_job(lambda: _revealed(row.sample.paths[0]))

    @work(exit_on_error=False)
    async def action_export(self) -> None:
        """Ask for the form and the place; show what will be written to a folder before it is."""
        if not self.has_chosen():
            return
        session, ids, line = self.context.session, self.chosen_ids, self.shown_line
        title = f"Export {formatting.count(len(ids), 'sound')}"
        try:
            project = project_of(self.context.state)
            forms = await asyncio.to_thread(export_forms, project_text(self.context.state) if project.is_set else "")
            form = await self.app.push_screen_wait(PickModal(f"{title} as", [Choice(*one) for one in forms.items()]))
            if form is None:
                return
            suggested = await asyncio.to_thread(suggested_path, session.library, form)
            hint = "Nothing that exists is overwritten"
            target = await self.app.push_screen_wait(PromptModal(f"{title} to", value=str(suggested), hint=hint))
            if not target:
                return
            samples = await asyncio.to_thread(session.search_service.samples, ids, line)
            if is_list(form):
                self.run_job(lambda: export_list(session.library, samples, Path(target), form), ids)
                return
            plan = await asyncio.to_thread(plan_folder, session.library, samples, Path(target), form, project)
            if await self.app.push_screen_wait(PlanModal(plan)):
                self.run_job(lambda: carry_out(session.library, plan, line), plan.ids)
        except (EarmarkError, OSError) as error:
            self.tell_fault(error)

    def action_blend(self) -> None:
        row = self.sounds.current_row
        if row is not None:
            self.post_message(CornerChosen(row.sample))

    def action_to_kit(self) -> None:
        n_added = self.context.kit.add([row.sample for row in self.chosen_rows])
        self.say(f"{formatting.count(n_added, 'sound')} put into the kit: F6" if n_added else "In the kit already: F6")


def _revealed(path: Path) -> str:
    reveal(path)
    return ""


def _noted(library: Library, ids: Sequence[int]) -> str:
    note_use(library, ids)
    return ""
