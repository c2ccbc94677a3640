"""The project's tempo and key: sounds are heard as they would be in the track."""

from typing import ClassVar

from textual import work
from textual.binding import BindingType

from db.errors import UsageError
from tui.app.modals.prompt import PromptModal
from tui.app.screens.base import SoundScreen
from tui.app.widgets.hidden_key import hidden_key
from tui.workspace.state.project import project_of, project_text, set_project


class InTimeScreen(SoundScreen):
    """A screen on which tempo and key of the project are set; all screens play by them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        hidden_key(
            "p", "project", "browse.project", "Set the project's tempo and key: loops and notes are heard in them"
        ),
        hidden_key(
            "u", "toggle_original", "browse.original", "Hear sounds at the project's tempo and key, or as they are"
        ),
        hidden_key(
            "C",
            "toggle_count_in",
            "browse.count_in",
            "Count-in: four clicks at the project's tempo before a loop is played",
        ),
    ]

    def on_mount(self) -> None:
        if project_of(self.context.state).is_set:
            self.context.player.prepare(())

    @work(exit_on_error=False)
    async def action_project(self) -> None:
        text = await self.app.push_screen_wait(
            PromptModal(
                "Tempo and key of the project",
                value=project_text(self.context.state),
                hint="Such as 128 Am; nothing for none. Loops and notes are heard in them",
            )
        )
        if text is not None:
            self.set_project(text)

    def set_project(self, text: str) -> None:
        """Set tempo and key as they were typed, and play by them."""
        state = self.context.state
        try:
            set_project(state, text)
        except UsageError as error:
            self.say(str(error))
            return
        shown = project_text(state)
        self.say(f"Sounds are heard at {shown}; u plays them as they are" if shown else "Sounds are heard as they are")
        self.follow_project()

    def action_toggle_count_in(self) -> None:
        state = self.context.state
        state.has_count_in = not state.has_count_in
        needs = "" if state.project_bpm else ", once the tempo of the project is set: p"
        self.say(f"Four clicks before a loop is played{needs}" if state.has_count_in else "No count-in")
