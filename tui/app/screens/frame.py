"""The base of all screens: top bar, footer, navigation and error messages."""

from typing import ClassVar, Literal

from textual import events, on
from textual.app import ComposeResult
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static
from textual.worker import Worker, WorkerState

from db.errors import EarmarkError, LibraryError
from db.paths import display_text
from tui.app.messages import JobFailed
from tui.app.screens.context import ScreenContext
from tui.app.widgets.key_footer import KeyFooter
from tui.app.widgets.top_bar import Tab, TopBar
from tui.workspace.fault_log import error_text

NARROW, MEDIUM = 100, 120  # columns of a screen that has no room for facets; for details
_FAULT_SECONDS = 8.0  # for which an error is shown
_TINY, _LOW, _LOWEST = 70, 30, 18


class FrameScreen(Screen[None]):
    """A screen between two bars.

    Args:
        context: What all screens work with.
    """

    MODE: ClassVar[str] = ""

    def __init__(self, context: ScreenContext) -> None:
        super().__init__()
        self.context = context

    def compose(self) -> ComposeResult:
        yield TopBar(self.MODE)
        yield Static("", id="trouble", markup=False)
        yield from self.compose_body()
        yield KeyFooter()

    def compose_body(self) -> ComposeResult:
        """Lay out what lies between the bars."""
        yield from ()

    def on_screen_resume(self) -> None:
        self.tell_library()

    def come_back(self) -> None:
        """Go on where the screen was left for another one."""

    def on_resize(self, event: events.Resize) -> None:
        self.set_class(event.size.width < _TINY, "-tiny")
        self.set_class(event.size.width < NARROW, "-narrow")
        self.set_class(event.size.width < MEDIUM, "-medium")
        self.set_class(event.size.height < _LOW, "-low")
        self.set_class(event.size.height < _LOWEST, "-lowest")

    @on(Tab.Chosen)
    def change_screen(self, event: Tab.Chosen) -> None:
        self.app.switch_mode(event.mode)

    def tell_library(self) -> None:
        """Show how much the library holds, and whether it can be changed."""
        is_read_only = not self.context.session.library.is_writable
        for bar in self.query(TopBar):  # none before the screen is laid out
            bar.tell(self.context.facts, warning="read-only" if is_read_only else "")
        for line in self.query("#trouble").results(Static):
            line.display = bool(self.context.trouble)
            line.update(Content(display_text(self.context.trouble)))

    def show_changed_library(self) -> None:
        """Show the library as it is now; only what others or the indexer have changed comes this way."""

    @on(JobFailed)
    def show_failed(self, event: JobFailed) -> None:
        """Show an error for a moment; where several threads meet the same one, it is shown once."""
        if event.reason in self.context.shown_faults:
            return
        self.context.shown_faults.add(event.reason)
        self.app.set_timer(_FAULT_SECONDS, lambda: self.context.shown_faults.discard(event.reason))
        severity: Literal["warning", "error"] = "warning" if event.is_expected else "error"
        self.notify(display_text(event.reason), severity=severity, timeout=_FAULT_SECONDS)

    @on(Worker.StateChanged)
    def show_fault(self, event: Worker.StateChanged) -> None:
        """Show the error of a worker; a failed job must not end the app."""
        if event.state is WorkerState.ERROR and event.worker.error is not None:
            self.tell_fault(event.worker.error)

    def tell_fault(self, error: BaseException) -> None:
        """Post an error from any thread as a sentence; unexpected ones are logged as well.

        While the library cannot be read, a line says so, and further errors of it say nothing new.
        """
        if isinstance(error, LibraryError) and self.context.trouble:
            return
        self.post_if_attached(JobFailed(error_text(error), is_expected=isinstance(error, EarmarkError | OSError)))

    def post_if_attached(self, message: object) -> None:
        """Post from a thread; a screen that is gone needs no message."""
        if self.is_attached:
            self.post_message(message)  # type: ignore[arg-type]
