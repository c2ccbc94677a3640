"""Teach a tag by ear: one key says that it is this, one that it is not, and the next doubtful sound plays."""

import asyncio
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from textual import on, work
from textual.binding import BindingType

from db.errors import UsageError
from tui.app.messages import EditMade, JobFailed
from tui.app.modals.pick import PickModal
from tui.app.screens.base import SoundScreen
from tui.app.screens.context import ScreenContext
from tui.app.widgets.hidden_key import hidden_key
from tui.app.widgets.sample_list import SampleList

if TYPE_CHECKING:
    from tui.workspace.annotations.active_learning import ActiveLearning


class ActiveLearningScreen(SoundScreen):
    """A screen of sounds that asks about one tag while a tag is being taught.

    Attributes:
        learning: The session of teaching a tag; None if there is none.
        left_id: The sound that the cursor was on before; it goes back there at the end.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        hidden_key("L", "teach", "browse.teach", "Teach a tag by ear, with t for yes and T for no"),
    ]

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context)
        self.learning: ActiveLearning | None = None
        self.left_id: int | None = None

    def ask(self, learning: "ActiveLearning", first: int | None) -> None:
        """Show the sounds to ask about, ``first`` before all others."""
        raise NotImplementedError

    @work(exit_on_error=False)
    async def action_teach(self) -> None:
        """Ask for a tag and list the sounds of which it is doubtful."""
        if not self.context.session.library.is_writable:
            self.say("The library is read-only, so no tag can be taught")
            return
        known = await asyncio.to_thread(self.known_tags)
        hint = "Then t says yes and T says no to each sound"
        name = await self.app.push_screen_wait(PickModal("Teach a tag by ear", known, new="New tag", hint=hint))
        if not name:
            return
        from tui.workspace.annotations.active_learning import ActiveLearning

        before = None if self.learning is not None else self.sounds.current_id
        try:
            self.learning = ActiveLearning(self.context.session, name)
        except UsageError as error:
            self.post_message(JobFailed(str(error)))
            return
        self.left_id = before or self.left_id
        self.sounds.select(())
        self.sounds.focus()
        self.ask(self.learning, None)

    def go_back_to_list(self) -> None:
        """Put the cursor on the sound that it was on before a tag was taught, if that is listed."""
        places = np.flatnonzero(self.sounds.ids == (-1 if self.left_id is None else self.left_id))
        self.left_id = None
        if len(places):
            with self.prevent(SampleList.Moved):  # nobody moved there: nothing is played
                self.sounds.move_to(int(places[0]))

    def action_tag(self) -> None:
        self._answer(is_this=True)

    def action_untag(self) -> None:
        self._answer(is_this=False)

    def _answer(self, *, is_this: bool) -> None:
        """Answer what is asked and go on to the next sound; ask for a tag where none is being taught."""
        ids, learning = self.chosen_ids, self.learning
        if learning is None:
            self.ask_tag(is_this=is_this)
            return
        self.change(lambda: self.context.edits.teach(learning, ids, is_this=is_this))
        self.sounds.select(())
        self.sounds.action_move(1)

    @on(EditMade)
    def go_on_teaching(self, event: EditMade) -> None:
        """Ask about the next sound after an answer; after an undo, ask about the same sound again."""
        if self.learning is None:
            return
        edit = event.edit
        event.prevent_default()  # the line above the list tells it
        self.context.session.refresh()
        self.refresh_rows(edit.ids)
        self.ask(self.learning, edit.ids[0] if edit.is_undo and edit.ids else self.sounds.current_id)
