"""Getting sounds out of the library: copied paths, the file manager, exports, the blend."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.binding import Binding, BindingType

from db.errors import EarmarkError
from db.library import Library
from tui import formatting
from tui.app.messages import CornerChosen, JobFinished
from tui.app.modals.pick import Choice, PickModal
from tui.app.modals.plan import PlanModal
from tui.app.modals.prompt import PromptModal
from tui.app.screens.editing import EditingScreen
from tui.workspace.export import carry_out, export_forms, export_list, is_list, plan_folder, suggested_path
from tui.workspace.reveal import reveal
from tui.workspace.uses import note_use


class SoundScreen(EditingScreen):
    """A screen whose chosen sounds can be taken elsewhere."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "copy_path", "Copy", id="sound.copy_path", tooltip="Copy the path to the clipboard"),
        Binding("r", "reveal", "Reveal", show=False, id="sound.reveal", tooltip="Show in the file manager"),
        Binding("e", "export", "Export", id="sound.export", tooltip="Export as copies, links, a playlist or JSON"),
        Binding("b", "blend", "Blend", id="sound.blend", tooltip="Blend: use as a corner"),
    ]

    def action_copy_path(self) -> None:
        rows = [self.sounds.row(sample_id) for sample_id in self.chosen_ids]
        paths = [str(row.sample.paths[0]) for row in rows if row is not None]
        self.app.copy_to_clipboard("\n".join(paths))
        if paths:
            self.say(f"Copied {paths[0] if len(paths) == 1 else formatting.count(len(paths), 'path')}")
            ids, library = [row.sample.id for row in rows if row is not None], self.context.session.library
            self.run_job(lambda: _noted(library, ids), ids)

    def action_reveal(self) -> None:
        row = self.sounds.current_row
        if row is not None:
            self.run_job(lambda: _revealed(row.sample.paths[0]))

    @work(exit_on_error=False)
    async def action_export(self) -> None:
        """Ask for the form and the place; show what will be written to a folder before it is."""
        session, ids, line = self.context.session, self.chosen_ids, self.shown_line
        title = f"Export {formatting.count(len(ids), 'sound')}"
        try:
            forms = await asyncio.to_thread(export_forms)
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
            plan = await asyncio.to_thread(plan_folder, session.library, samples, Path(target), form)
            if await self.app.push_screen_wait(PlanModal(plan)):
                self.run_job(lambda: carry_out(session.library, plan, line), plan.ids)
        except (EarmarkError, OSError) as error:
            self.tell_fault(error)

    def action_blend(self) -> None:
        row = self.sounds.current_row
        if row is not None:
            self.post_message(CornerChosen(row.sample))

    @work(thread=True, exit_on_error=False, group="jobs")
    def run_job(self, do: Callable[[], str], ids: Sequence[int] = ()) -> None:
        try:
            self.post_message(JobFinished(do(), ids))
        except Exception as error:
            self.tell_fault(error)

    @on(JobFinished)
    def show_finished(self, event: JobFinished) -> None:
        if event.text:
            self.say(event.text)
        if event.ids:
            self.refresh_rows(event.ids)


def _revealed(path: Path) -> str:
    reveal(path)
    return ""


def _noted(library: Library, ids: Sequence[int]) -> str:
    note_use(library, ids)
    return ""
