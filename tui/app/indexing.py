"""The part of the app that brings the library up to date and shows what is new."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

from textual import events, on, work
from textual.app import App
from textual.message import Message
from textual.screen import Screen

from db.paths import display_text
from tui import formatting, screen_process
from tui.app.messages import (
    EditMade,
    FolderOffered,
    FoldersMayHaveChanged,
    IndexFinished,
    IndexProgressed,
    IndexRequested,
    LibraryChanged,
    LibraryTroubled,
)
from tui.app.screens.base import SoundScreen
from tui.app.screens.context import ScreenContext
from tui.app.screens.registry import MODES
from tui.workspace.indexing.folder_watch import FolderWatch
from tui.workspace.indexing.library_watch import LibraryWatch
from tui.workspace.session import Session

if TYPE_CHECKING:
    from indexer.ingest.pipeline import IndexSummary
    from tui.app.screens.folders import FoldersScreen
    from tui.app.screens.frame import FrameScreen
    from tui.workspace.indexing.index_run import IndexProgress, IndexRun

_BUSY_SECONDS = 0.2  # after a key
_REFRESH_SECONDS = 3.0  # between looks at what is new while indexing
_RETRY_SECONDS = 30.0  # where the library could not be brought up to date; most often another process writes it


class IndexingApp(App[None]):
    """An app on one library that follows its folders.

    Attributes:
        session: The library and its model.
        context: What its screens share; set before the app runs.
    """

    session: Session
    context: ScreenContext

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self._next_folders: list[Path] = []  # given while a run is under way
        self._watch = FolderWatch(
            session.library,
            on_due=lambda: self._post(FoldersMayHaveChanged()),
            on_fallback=self._tell_fallback,
        )
        self._changes = LibraryWatch(
            session.library,
            is_busy=self._is_busy,
            on_change=lambda: self._post(LibraryChanged()),
            on_trouble=lambda reason: self._post(LibraryTroubled(reason)),
        )
        self._is_run_asked = False  # the run under way was asked for by the user, not by a change in the folders
        self._is_scan_due = False  # after the run under way
        self._n_listed: int | None = None  # sounds, where some are hidden
        self._n_offline = 0  # folders, at the end of the last run
        self._refreshed_at = 0.0
        self._touched_at = 0.0  # by a key or the mouse

    def _tell_fallback(self, text: str) -> None:
        self.call_later(self.notify, text, timeout=8)

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
        else:
            self._is_run_asked = False
            self._start_run([])

    def _start_run(self, folders: Sequence[Path]) -> "IndexRun":
        from tui.workspace.indexing.index_run import IndexRun

        self.context.index_run = IndexRun(
            self.session,
            folders,
            is_needed=self._is_busy,
            on_progress=lambda progress: self._post(IndexProgressed(progress)),
            on_finished=lambda outcome, has_changed: self._post(IndexFinished(outcome, has_changed)),
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

    @on(IndexProgressed)
    def show_progress(self, event: IndexProgressed) -> None:
        if not self._is_run_asked and not event.progress.n_total:
            return
        self.tell_progress(event.progress if self.context.index_run is None else self.context.index_run.progress)
        if time.monotonic() - self._refreshed_at > _REFRESH_SECONDS:
            self._refreshed_at = time.monotonic()
            self.session.refresh()
            if screen := self._opened("browse"):
                cast("FrameScreen", screen).show_changed_library()

    @on(IndexFinished)
    def show_index_finished(self, event: IndexFinished) -> None:
        self.context.index_run = None
        screen_process.settle()
        if self._is_run_asked or self._found_something(event.outcome):
            self._tell_outcome(event.outcome)
        elif isinstance(event.outcome, str):
            self.set_timer(_RETRY_SECONDS, self.update_quietly)
        n_offline = self._n_offline if isinstance(event.outcome, str) else event.outcome.n_offline_roots
        if event.has_changed or n_offline != self._n_offline:
            self._n_offline = n_offline
            self.show_changed_library()
        else:  # a list that would be the same is left alone
            self.read_facts()
            if folders := self._folders_in_view():
                folders.show_changed_library()  # which lists files that cannot be read
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
            from tui.workspace.indexing.index_run import outcome_text

            self.notify(outcome_text(outcome), timeout=8)

    def _found_something(self, outcome: "IndexSummary | str") -> bool:
        from tui.workspace.indexing.index_summary import has_changes

        return not isinstance(outcome, str) and has_changes(outcome)

    @on(LibraryChanged)
    def show_changed_library(self) -> None:
        """Read again what was read of the library; nothing that plays is stopped, and cursors stay on their sounds."""
        self.read_facts()
        self.session.refresh()
        for mode in MODES:
            if screen := self._opened(mode):
                cast("FrameScreen", screen).show_changed_library()

    @on(LibraryTroubled)
    def show_trouble(self, event: LibraryTroubled) -> None:
        """Say on each screen that the library cannot be read now, or no longer say it."""
        self.context.trouble = event.reason
        self._tell_library()

    @on(EditMade)
    def follow_hidden(self) -> None:
        """Count again where sounds were hidden or listed again."""
        self.read_facts(is_edit=True)

    @work(thread=True, exit_on_error=False, group="facts", exclusive=True)
    def read_facts(self, *, is_edit: bool = False) -> None:
        listed = self.session.library.filter_ids(())
        n_listed = None if listed is None else len(listed)
        if is_edit and n_listed == self._n_listed:
            return  # the other figures take 45 ms of 100,000 sounds
        self._n_listed = n_listed
        stats = self.session.library.stats()
        text = formatting.count(stats.n_samples if n_listed is None else n_listed, "sound")
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
