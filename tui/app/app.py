"""The app: its screens, global keys, themes, start and exit."""

import asyncio
import contextlib
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, cast

from textual import on, work
from textual.binding import Binding, BindingType
from textual.command import Provider
from textual.worker import Worker, WorkerState

from db.errors import LibraryError
from db.paths import display_text
from tui import screen_process, settings
from tui.app.indexing import IndexingApp
from tui.app.keys import Keys
from tui.app.messages import (
    CornerChosen,
    DeviceChosen,
    KeysChosen,
    ModelCrashed,
    ResultShown,
    SoundLoaded,
)
from tui.app.palette import EarmarkCommands
from tui.app.player.output import Output, Render, open_output
from tui.app.player.player import Loaded, Player
from tui.app.screens.base import SoundScreen
from tui.app.screens.context import ScreenContext
from tui.app.screens.registry import MODES, screens_by_mode
from tui.app.terminal_drag import TerminalDrag, TerminalReplied
from tui.app.widgets.hidden_key import hidden_key
from tui.app.widgets.themes import THEMES
from tui.workspace.annotations.edits import EditHistory
from tui.workspace.annotations.heard_sounds import HeardSounds
from tui.workspace.fault_log import error_text
from tui.workspace.session import Session
from tui.workspace.state.app_state import load_state, save_state

if TYPE_CHECKING:
    from tui.app.screens.blend import BlendScreen
    from tui.app.screens.frame import FrameScreen

_STOP_SECONDS = 10.0  # for the sounds under way; what was analysed before is stored
_WAKE_SECONDS = 1.0  # at the latest, where the first search is slow
_KEEP_SECONDS = 5.0  # between looks at what was chosen
_FOLLOW_SECONDS = 3.0  # after the start, which has enough to do


class EarmarkApp(IndexingApp):
    """One library on screen.

    Args:
        session: The library and its model; closed by whoever opened it.
        state_file: Where choices are kept between starts.
        keys: What the user has set.
        open_device: Opens the audio output.
        follows_folders: Whether new sounds appear by themselves.
    """

    TITLE = "earmark"
    CSS_PATH = "screens/layout.tcss"
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {
        EarmarkCommands
    }  # Textual's own are in it
    DEFAULT_MODE = "browse"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "help", "Help", id="app.help", tooltip="All keys"),
        hidden_key("question_mark", "help", "app.help_mark", "All keys"),
        hidden_key("f2", "switch_mode('browse')", "app.browse", "Browse: search and listen"),
        hidden_key("f3", "switch_mode('blend')", "app.blend", "Blend: find what lies between sounds"),
        hidden_key("f4", "switch_mode('map')", "app.map", "Map: see the library as a map"),
        hidden_key("f5", "switch_mode('folders')", "app.folders", "Folders: add folders, follow the indexing"),
        hidden_key("f6", "switch_mode('kit')", "app.kit", "Kit: a sound on each pad"),
        hidden_key(
            "f7", "switch_mode('duplicates')", "app.duplicates", "Duplicates: compare by ear, decide what is kept"
        ),
        hidden_key("ctrl+q", "quit", "app.quit", "Quit", is_first=True),
    ]

    def __init__(
        self,
        session: Session,
        state_file: Path,
        *,
        keys: Keys | None = None,
        open_device: Callable[[Render], Output] | None = None,
        follows_folders: bool = False,
    ) -> None:
        self.state = load_state(state_file)
        mode = "folders" if session.library.is_empty else self.state.screen
        if mode in MODES:
            self.DEFAULT_MODE = mode  # type: ignore[misc]  # an app opens where the last one was left
        super().__init__(session)
        for theme in THEMES:
            self.register_theme(theme)
        session.on_crash = lambda text: self._post(ModelCrashed(text))
        # before the first screen, which would be laid out twice otherwise
        self.theme = self.state.theme if self.state.theme in self.available_themes else THEMES[0].name
        self._state_file = state_file
        self._kept_state = deepcopy(self.state)
        self._keys = keys or Keys()
        device = self.state.device or None
        self.player = Player(
            open_device or (lambda render: open_output(render, device)),
            on_loaded=self._tell_loaded,
            on_fault=self._tell_fault,
        )
        self.player.volume = self.state.volume
        self.player.is_looping = self.state.is_looping
        edits = EditHistory(session.library, session.tag_edited)
        drag = TerminalDrag(self._write_to_terminal)
        heard = HeardSounds(session.library)
        self.context = ScreenContext(session, edits, self.state, self.player, drag, heard)
        for mode, make_screen in screens_by_mode(self.context).items():
            self.add_mode(mode, make_screen)
        self._follows_folders = follows_folders
        self._is_awake = False

    def on_load(self) -> None:
        # From Python 3.12 on Textual starts tasks eagerly, outside its tests. An input of the first screen then asks
        # for a screen before there is one, and the app ends (Textual's issue 6444).
        asyncio.get_running_loop().set_task_factory(None)

    def on_mount(self) -> None:
        self.set_keymap(self._keys.keymap(self.state.key_preset))
        self.mode_change_signal.subscribe(self, self._remember_screen)
        self.theme_changed_signal.subscribe(self, lambda theme: setattr(self.state, "theme", theme.name))
        self.set_timer(_WAKE_SECONDS, self.wake_up)
        self.set_interval(_KEEP_SECONDS, self._keep_state)
        self.set_interval(_KEEP_SECONDS, self._keep_heard)
        self.set_timer(_FOLLOW_SECONDS, self._changes.start)
        if self._follows_folders:
            self.set_timer(_FOLLOW_SECONDS, self._watch.start)

    def on_unmount(self) -> None:
        self._changes.stop()
        self._watch.stop(_STOP_SECONDS)
        if self.context.index_run is not None:
            self.context.index_run.cancel(_STOP_SECONDS)
        self.player.close()
        self._keep_state()
        self.context.heard.ended()
        self.context.heard.store()

    def _keep_state(self) -> None:
        """Save settings that have changed: a terminal may be closed at any time."""
        with contextlib.suppress(OSError):  # a full disk must not end the app over its looks
            if self._kept_state != self.state:
                save_state(self._state_file, self.state)
                self._kept_state = deepcopy(self.state)

    def _keep_heard(self) -> None:
        """Write what was listened to, off the event loop: a write waits for the disk."""
        if self.context.heard.has_any:
            self.run_worker(self.context.heard.store, thread=True, exit_on_error=False, group="heard")

    def _remember_screen(self, mode: str) -> None:
        self.state.screen = mode
        if screen := self._opened(mode):
            cast("FrameScreen", screen).come_back()

    @on(KeysChosen)
    def choose_keys(self, event: KeysChosen) -> None:
        """Change to other built-in keys; the user's own stay above them."""
        self.state.key_preset = event.preset
        self.set_keymap(self._keys.keymap(event.preset))

    @on(DeviceChosen)
    def choose_device(self, event: DeviceChosen) -> None:
        self.state.device = event.name
        self.player.open_device = lambda render: open_output(render, event.name or None)
        self.reopen_output()

    @work(thread=True, exit_on_error=False, group="output")
    def reopen_output(self) -> None:
        """Close the sound card and open the chosen one, which may take a moment."""
        self.player.reopen()
        self.call_from_thread(self._tell_output)

    @on(ResultShown)
    def wake_up(self) -> None:
        """Load what the first screen did not need, once it is shown; later calls do nothing."""
        if not self._is_awake:
            self._is_awake = True
            screen_process.settle()
            self.warm_up()
            self.read_facts()

    @work(thread=True, exit_on_error=False, group="warm-up")
    def warm_up(self) -> None:
        self.session.warm_up()
        self.call_from_thread(self._show_guesses)
        screen_process.settle()
        if self.player.output.fault:
            self.call_from_thread(self._tell_output)

    def _show_guesses(self) -> None:
        """Read the rows again that were shown before types could be guessed."""
        if self.screen_stack and isinstance(self.screen, SoundScreen):
            self.screen.read_untyped_rows()

    def _tell_output(self) -> None:
        if self.screen_stack and isinstance(self.screen, SoundScreen):
            self.screen.tell_settings()

    @on(Worker.StateChanged)
    def show_fault(self, event: Worker.StateChanged) -> None:
        """Show the error of a worker; a failed job must not end the app."""
        error = event.worker.error
        is_known = isinstance(error, LibraryError) and bool(self.context.trouble)  # a line says so
        if event.state is WorkerState.ERROR and error is not None and not is_known:
            self.notify(display_text(error_text(error)), severity="error", timeout=8)

    @on(ModelCrashed)
    def show_crash(self, event: ModelCrashed) -> None:
        self.notify(event.text, severity="warning", timeout=8)

    def action_help(self) -> None:
        """Show all keys and filters; those that are not available now are dimmed."""
        from tui.app.modals.help import HelpLine, HelpModal
        from tui.app.screens.actions import list_actions
        from tui.workspace.query.query_help import query_help

        groups: dict[str, list[HelpLine]] = {}
        for action in list_actions(self):
            groups.setdefault(action.group, []).append(HelpLine(" ".join(action.keys), action.does, action.is_enabled))
        groups["What a query can be"] = [HelpLine(*line) for line in query_help()]
        note = f"Keys can be changed in {display_text(settings.keys_file())}. Vim keys: Ctrl+P, Use the vim keys."
        self.push_screen(HelpModal(list(groups.items()), note))

    def _write_to_terminal(self, text: str) -> None:
        if self._driver is not None:
            self._driver.write(text)
            self._driver.flush()

    @on(TerminalReplied)
    def go_on_with_drag(self, event: TerminalReplied) -> None:
        self.context.drag.take(event)

    @on(CornerChosen)
    def add_to_blend(self, event: CornerChosen) -> None:
        """Take a sound as the next corner of the blend."""
        sample = event.sample
        if isinstance(self.screen, SoundScreen):
            self.screen.say(f"{sample.paths[0].name} is a corner of the blend: F3")
        if screen := self._opened("blend"):
            cast("BlendScreen", screen).add_sound(sample)
        else:
            from tui.workspace.state.blend_state import N_CORNERS

            self.context.corners = [*self.context.corners, sample][-N_CORNERS:]

    def _tell_loaded(self, loaded: Loaded) -> None:
        self.post_message(SoundLoaded(loaded))

    def _tell_fault(self, path: Path, reason: str) -> None:
        self.call_later(self._show_unplayable, path, display_text(reason))

    def _show_unplayable(self, path: Path, reason: str) -> None:
        """Say why a sound is not heard, where it is the one under the cursor; nothing covers the list for it."""
        if self.screen_stack and isinstance(self.screen, SoundScreen):
            self.screen.show_unplayable(path, reason)
        elif reason:
            self.notify(reason, severity="warning")

    @on(SoundLoaded)
    def show_loaded(self, event: SoundLoaded) -> None:
        """Draw the sound where it is under the cursor, also behind a modal."""
        for screens in self._screen_stacks.values():
            for screen in screens:
                if isinstance(screen, SoundScreen):
                    screen.show_loaded(event.loaded)
