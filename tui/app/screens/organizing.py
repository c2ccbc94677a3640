"""Moving the files of listed sounds by a template, and taking it back; the palette has both."""

import asyncio
from collections.abc import Callable, Sequence

from textual import on, work

from db.errors import EarmarkError
from tui import formatting
from tui.app.messages import JobFinished, LibraryChanged
from tui.app.modals.confirm import ConfirmModal
from tui.app.modals.moves import MovesModal
from tui.app.modals.prompt import PromptModal
from tui.app.screens.editing import EditingScreen
from tui.workspace.organize import apply_with_summary, last_run, plan_duplicates, plan_listed, undo_with_summary

_TEMPLATE = "{type}/{bpm?}/{name}"
_HINT = "{bpm?} is left out where there is none. All fields: earmark organize fields"


class OrganizingScreen(EditingScreen):
    """A screen whose sounds can be organised, and that does such work in threads."""

    @work(exit_on_error=False)
    async def action_organize(self) -> None:
        """Ask for a template, show where the files would go, and move them when told to."""
        library, line = self.context.session.library, self.shown_line
        ids = self.chosen_ids if self.sounds.selected else self.sounds.ids.tolist()
        title = f"Organise {formatting.count(len(ids), 'sound')}: folders and name of each"
        try:
            text = await self.app.push_screen_wait(PromptModal(title, value=_TEMPLATE, hint=_HINT))
            if not text:
                return
            plan = await asyncio.to_thread(plan_listed, library, ids, line, text)
            if await self.app.push_screen_wait(MovesModal(plan)) and plan.steps:
                self.say("Moving the files")
                self.run_job(lambda: self._told_of_moves(apply_with_summary(library, plan, "moved")), ids)
        except (EarmarkError, OSError) as error:
            self.tell_fault(error)

    @work(exit_on_error=False)
    async def action_remove_duplicates(self) -> None:
        """Show which files hold the very bytes of another, and put them into the trash when told to."""
        library, ids = self.context.session.library, self.sounds.ids.tolist()
        try:
            plan = await asyncio.to_thread(plan_duplicates, library)
            if await self.app.push_screen_wait(MovesModal(plan)) and plan.steps:
                self.say("Removing the files")
                self.run_job(lambda: self._told_of_moves(apply_with_summary(library, plan, "removed")), ids)
        except (EarmarkError, OSError) as error:
            self.tell_fault(error)

    @work(exit_on_error=False)
    async def action_undo_organizing(self) -> None:
        """Ask, and undo the last plan that was applied."""
        library = self.context.session.library
        try:
            n_files, what = await asyncio.to_thread(last_run, library)
            question = f"Undo {formatting.count(n_files, 'file')}: {what}?"
            consequence = "They go to where they were; those that were changed since stay."
            if await self.app.push_screen_wait(ConfirmModal(question, consequence)):
                self.run_job(lambda: self._told_of_moves(undo_with_summary(library)), self.sounds.ids.tolist())
        except (EarmarkError, OSError) as error:
            self.tell_fault(error)

    def _told_of_moves(self, text: str) -> str:
        self.post_message(LibraryChanged())
        return text

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
