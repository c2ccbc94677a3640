"""The base of all screens with a list of sounds: its rows, and the line above it."""

from textual import on
from textual.app import ComposeResult
from textual.content import Content

from db.paths import display_text
from tui.app.messages import RowsFetched
from tui.app.screens.context import ScreenContext
from tui.app.screens.frame import FrameScreen
from tui.app.widgets.sample_list import SampleList
from tui.app.widgets.status_line import StatusLine
from tui.workspace.latest_job_runner import LatestJobRunner


class ListScreen(FrameScreen):
    """A screen around one `SampleList`, whose rows are read in a thread.

    Attributes:
        shown_line: The query whose answer is listed: a sound in several places is shown where it passes.
    """

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context)
        self._fetcher = LatestJobRunner("earmark-rows", self.tell_fault)
        self.shown_line = ""

    @property
    def sounds(self) -> SampleList:
        return self.query_one(SampleList)

    @property
    def status(self) -> StatusLine:
        return self.query_one(StatusLine)

    def compose_body(self) -> ComposeResult:
        yield from self.compose_sounds()

    def compose_sounds(self) -> ComposeResult:
        """Lay out the list and what stands around it; has one `SampleList` and one `StatusLine`."""
        yield StatusLine(id="status")
        yield SampleList()

    def on_unmount(self) -> None:
        self._fetcher.close()

    def say(self, text: str) -> None:
        """Show for a moment what was done."""
        self.status.say(Content(display_text(text)))

    def show_changed_library(self) -> None:
        """Read all rows again; the cursor stays where it is."""
        for sounds in self.query(SampleList):  # none before the screen is laid out
            sounds.forget([row.sample.id for row in sounds.known_rows])

    @on(SampleList.VimKeyPressed)
    def tell_of_vim_keys(self) -> None:
        self.say("j and k move here. For all keys of vim: Ctrl+P, Use the vim keys")

    @on(SampleList.RowsNeeded)
    def fetch_rows(self, event: SampleList.RowsNeeded) -> None:
        ids, session = event.ids, self.context.session
        line = self.shown_line
        self._fetcher.submit(lambda _: self.post_if_attached(RowsFetched(session.rows(ids, line))))
