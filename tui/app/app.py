"""The app: its screens, global keys, themes, start and exit."""

import asyncio
import contextlib
import time
from collections.abc import Callable, Sequence
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, cast

from textual import events, on, work
from textual.app import App
from textual.binding import Binding, BindingType
from textual.command import Provider
from textual.message import Message
from textual.screen import Screen
from textual.worker import Worker, WorkerState

from db.paths import display_text
from tui import formatting, screen_process, settings
from tui.app.keys import Keys
from tui.app.messages import (
    CornerChosen,
    DeviceChosen,
    FolderOffered,
    FoldersMayHaveChanged,
    IndexFinished,
    IndexProgressed,
    IndexRequested,
    KeysChosen,
    LibraryChanged,
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
from tui.app.widgets.themes import THEMES
from tui.workspace.app_state import load_state, save_state
from tui.workspace.edits import EditHistory
from tui.workspace.fault_log import error_text
from tui.workspace.folder_watch import FolderWatch
from tui.workspace.session import Session

if TYPE_CHECKING:
    from indexer.ingest.pipeline import IndexSummary
    from tui.app.screens.blend import BlendScreen
    from tui.app.screens.browse import BrowseScreen
    from tui.app.screens.folders import FoldersScreen
    from tui.workspace.index_run import IndexProgress, IndexRun

_STOP_SECONDS = 10.0  # for the sounds under way; what was analysed before is stored
_WAKE_SECONDS = 1.0  # at the latest, where the first search is slow
_BUSY_SECONDS = 0.2  # after a key
_KEEP_SECONDS = 5.0  # between looks at what was chosen
_REFRESH_SECONDS = 3.0  # between looks at what is new while listening
_FOLLOW_SECONDS = 3.0  # after the start, which has enough to do
_RETRY_SECONDS = 30.0  # where the library could not be brought up to date; most often another process writes it


class EarmarkApp(App[None]):
    """One library on screen.

    Args:
        session: The library and its model; closed by whoever opened it.
        state_file: Where choices are kept between starts.
        keys: What the user has set.
        open_device: Opens the audio output.
        follows_folders: Whether new sounds appear by themselves.
    """

    TITLE = "earmark"
    CSS_PATH = "app.tcss"
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {
        EarmarkCommands
    }  # Textual's own are in it
    DEFAULT_MODE = "browse"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "help", "Help", id="app.help", tooltip="All keys"),
        Binding("question_mark", "help", "Help", show=False, id="app.help_mark", tooltip="All keys"),
        Binding(
            "f2", "switch_mode('browse')", "Browse", show=False, id="app.browse", tooltip="Browse: search and listen"
        ),
        Binding(
            "f3",
            "switch_mode('blend')",
            "Blend",
            show=False,
            id="app.blend",
            tooltip="Blend: find what lies between sounds",
        ),
        Binding("f4", "switch_mode('map')", "Map", show=False, id="app.map", tooltip="Map: see the library as a map"),
        Binding(
            "f5",
            "switch_mode('folders')",
            "Folders",
            show=False,
            id="app.folders",
            tooltip="Folders: add folders, follow the indexing",
        ),
        Binding("ctrl+q", "quit", "Quit", show=False, id="app.quit", tooltip="Quit", priority=True),
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
        super().__init__()
        self.session = session
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
        self.context = ScreenContext(session, edits, self.state, self.player, TerminalDrag(self._write_to_terminal))
        for mode, make_screen in screens_by_mode(self.context).items():
            self.add_mode(mode, make_screen)
        self._next_folders: list[Path] = []  # given while a run is under way
        self._watch = FolderWatch(
            session.library,
            on_due=lambda: self._post(FoldersMayHaveChanged()),
            on_fallback=self._tell_fallback,
        )
        self._follows_folders = follows_folders
        self._is_run_asked = False  # the run under way was asked for by the user, not by a change in the folders
        self._is_scan_due = False  # after the run under way
        self._generation = session.library.generation()  # of what the screens show
        self._refreshed_at = 0.0
        self._touched_at = 0.0  # by a key or the mouse
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
        if self._follows_folders:
            self.set_timer(_FOLLOW_SECONDS, self._watch.start)

    def on_unmount(self) -> None:
        self._watch.stop(_STOP_SECONDS)
        if self.context.index_run is not None:
            self.context.index_run.cancel(_STOP_SECONDS)
        self.player.close()
        self._keep_state()

    def _keep_state(self) -> None:
        """Save settings that have changed: a terminal may be closed at any time."""
        with contextlib.suppress(OSError):  # a full disk must not end the app over its looks
            if self._kept_state != self.state:
                save_state(self._state_file, self.state)
                self._kept_state = deepcopy(self.state)

    def _remember_screen(self, mode: str) -> None:
        self.state.screen = mode

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

    @work(thread=True, exit_on_error=False, group="facts", exclusive=True)
    def read_facts(self) -> None:
        stats = self.session.library.stats()
        text = formatting.count(stats.n_samples, "sound")
        n_offline = sum(not root.is_online for root in stats.roots)
        if n_offline:
            text += f"   {formatting.count(n_offline, 'folder')} offline"
        self.call_from_thread(self._show_facts, text)

    def _show_facts(self, text: str) -> None:
        self.context.facts = text
        if self.screen_stack:  # empty while the app ends
            self._tell_library()

    def _tell_library(self) -> None:
        if isinstance(self.screen, SoundScreen):
            self.screen.tell_library()
        elif folders := self._folders_in_view():
            folders.tell_library()

    # listening to folders

    @on(FolderOffered)
    def offer_folder(self, event: FolderOffered) -> None:
        """Go to the folders with this one filled in, so that Enter adds it."""
        self.switch_mode("folders")
        self.call_after_refresh(self._fill_in_folder, event.folder)

    def _fill_in_folder(self, folder: Path) -> None:
        if folders := self._folders_in_view():
            folders.fill_in(folder)

    @on(IndexRequested)
    def index_requested(self, event: IndexRequested) -> None:
        self.start_index(event.folders)

    def start_index(self, folders: Sequence[Path]) -> None:
        """Add folders and bring the library up to date in a thread; browsing goes on meanwhile.

        Folders given while a run is under way are added when it has finished.
        """
        self._is_run_asked = True
        if self.context.index_run is not None:
            self._next_folders += folders
            names = ", ".join(display_text(folder) for folder in folders)
            self.notify(f"{names} will be indexed next." if folders else "Indexing is under way.")
            return
        self.tell_progress(self._start_run(folders).progress)

    @on(FoldersMayHaveChanged)
    def update_quietly(self) -> None:
        """Bring the library up to date in the background; report only what was found."""
        if self.context.index_run is not None:
            self._is_scan_due = True
        elif not self.session.library.is_empty:
            self._is_run_asked = False
            self._start_run([])

    def _start_run(self, folders: Sequence[Path]) -> "IndexRun":
        from tui.workspace.index_run import IndexRun

        self.context.index_run = IndexRun(
            self.session,
            folders,
            is_needed=self._is_busy,
            on_progress=lambda progress: self._post(IndexProgressed(progress)),
            on_finished=lambda outcome: self._post(IndexFinished(outcome, self.session.library.generation())),
        )
        self.context.index_run.start()
        return self.context.index_run

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Key | events.MouseEvent | events.Paste):
            self._touched_at = time.monotonic()
        await super().on_event(event)

    def _is_busy(self) -> bool:
        """Say whether the user has just pressed a key or moved the mouse."""
        return time.monotonic() - self._touched_at < _BUSY_SECONDS

    def tell_progress(self, progress: "IndexProgress") -> None:
        """Show the progress of indexing on the current screen."""
        self.context.facts = f"{'paused at' if progress.is_paused else 'indexing'} {formatting.percent(progress.share)}"
        if folders := self._folders_in_view():
            folders.tell_progress(progress)
        self._tell_library()

    @on(Worker.StateChanged)
    def show_fault(self, event: Worker.StateChanged) -> None:
        """Show the error of a worker; a failed job must not end the app."""
        if event.state is WorkerState.ERROR and event.worker.error is not None:
            self.notify(display_text(error_text(event.worker.error)), severity="error", timeout=8)

    @on(ModelCrashed)
    def show_crash(self, event: ModelCrashed) -> None:
        self.notify(event.text, severity="warning", timeout=8)

    @on(IndexProgressed)
    def show_progress(self, event: IndexProgressed) -> None:
        if not self._is_run_asked and not event.progress.n_total:
            return
        self.tell_progress(event.progress if self.context.index_run is None else self.context.index_run.progress)
        if time.monotonic() - self._refreshed_at > _REFRESH_SECONDS:
            self._refreshed_at = time.monotonic()
            self._show_new_sounds()

    @on(IndexFinished)
    def show_index_finished(self, event: IndexFinished) -> None:
        self.context.index_run = None
        screen_process.settle()
        if self._is_run_asked or self._found_something(event.outcome):
            self._tell_outcome(event.outcome)
        elif isinstance(event.outcome, str):
            self.set_timer(_RETRY_SECONDS, self.update_quietly)
        if self._is_run_asked or event.generation != self._generation:  # another process may have written it too
            self.show_changed_library()
        else:
            self.read_facts()  # which may tell of a run
        self._generation = event.generation
        if self._next_folders:
            folders_to_add, self._next_folders = self._next_folders, []
            self.start_index(folders_to_add)
        elif self._is_scan_due:
            self._is_scan_due = False
            self.update_quietly()

    def _tell_outcome(self, outcome: "IndexSummary | str") -> None:
        self.context.index_outcome = outcome
        if folders := self._folders_in_view():
            folders.show_run()
        else:
            from tui.workspace.index_run import outcome_text

            self.notify(outcome_text(outcome), timeout=8)

    def _found_something(self, outcome: "IndexSummary | str") -> bool:
        from tui.workspace.index_summary import has_changes

        return not isinstance(outcome, str) and has_changes(outcome)

    @on(LibraryChanged)
    def show_changed_library(self) -> None:
        """Read again what was read of the library."""
        self.read_facts()
        self._show_new_sounds()
        if folders := self._folders_in_view():
            folders.read_folders()

    def _show_new_sounds(self) -> None:
        self.session.refresh()
        if screen := self._opened("browse"):
            cast("BrowseScreen", screen).search()

    def _opened(self, mode: str) -> Screen[None] | None:
        """Return the screen of a mode, or None if it was never opened."""
        screens = (screen for screen in self._screen_stacks.get(mode, ()) if screen.is_running)
        return next((screen for screen in screens if getattr(screen, "MODE", "") == mode), None)

    def _folders_in_view(self) -> "FoldersScreen | None":
        screen = self._opened("folders")
        return cast("FoldersScreen", screen) if screen is self.screen else None

    def _post(self, message: Message) -> None:
        if self.is_running:
            self.post_message(message)

    def action_help(self) -> None:
        """Show all keys and filters; those that are not available now are dimmed."""
        from tui.app.actions import list_actions
        from tui.app.modals.help import HelpLine, HelpModal
        from tui.workspace.query_help import query_help

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
            from tui.workspace.blend_state import N_CORNERS

            self.context.corners = [*self.context.corners, sample][-N_CORNERS:]

    def _tell_loaded(self, loaded: Loaded) -> None:
        self.post_message(SoundLoaded(loaded))

    def _tell_fallback(self, text: str) -> None:
        self.call_later(self.notify, text, timeout=8)

    def _tell_fault(self, path: Path, reason: str) -> None:
        self.call_later(self.notify, reason, severity="warning")

    @on(SoundLoaded)
    def show_loaded(self, event: SoundLoaded) -> None:
        """Draw the sound where it is under the cursor, also behind a modal."""
        for screens in self._screen_stacks.values():
            for screen in screens:
                if isinstance(screen, SoundScreen):
                    screen.show_loaded(event.loaded)
