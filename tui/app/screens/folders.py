"""The folders of the library, the progress of indexing, and what could not be read."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from db.paths import display_text, shell_text
from db.read.overview import Problem
from db.types import Root
from tui import formatting
from tui.app.messages import IndexProgressed, IndexRequested, LibraryChanged
from tui.app.modals.confirm import ConfirmModal
from tui.app.screens.context import ScreenContext
from tui.app.screens.frame import FrameScreen
from tui.app.widgets.folder_input import FolderInput
from tui.app.widgets.hidden_key import hidden_key
from tui.sample_paths import is_nowhere
from tui.workspace.indexing.dropped_paths import dropped_path
from tui.workspace.indexing.index_run import IndexProgress, outcome_text

if TYPE_CHECKING:
    from indexer.ingest.pipeline import IndexSummary

_MAX_PROBLEMS = 500  # the rest is in: earmark problems
_BAR_WIDTH = 20

_WELCOME = (
    "Your library is empty. Where are your sounds?\n\n"
    "Type or drop a folder above and press Enter. earmark listens to every sound in it and in its subfolders. "
    "Your files are never changed, and you can browse what has been analysed so far."
)


class FoldersScreen(FrameScreen):
    """Add folders, watch the indexer, read its problems."""

    MODE = "folders"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("u", "update", "Update", id="folders.update", tooltip="Index new, changed and moved files"),
        Binding("p", "pause", "Pause", id="folders.pause", tooltip="Pause indexing, or go on"),
        Binding("s", "stop", "Stop", id="folders.stop", tooltip="Stop indexing; the next update continues from there"),
        Binding(
            "delete,backspace",
            "forget",
            "Remove",
            id="folders.forget",
            tooltip="Remove a folder from the library; its files stay",
        ),
        hidden_key("escape", "leave_input", "folders.back", "To the list of folders"),
    ]

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context)
        self._roots: Sequence[Root] = ()

    def compose_body(self) -> ComposeResult:
        yield FolderInput(placeholder="Add a folder of sounds: ~/Samples", id="folder")
        yield Static("", id="progress", markup=False)
        with Vertical(id="panels"):
            yield Static("", id="welcome", markup=False)
            yield Static("Folders", id="root-heading", classes="heading", markup=False)
            yield OptionList(id="roots", markup=False, compact=True)
            yield Static("", id="problem-heading", classes="heading", markup=False)
            yield OptionList(id="problems", markup=False, compact=True)

    def on_mount(self) -> None:
        self.read_folders()
        self.query_one(FolderInput).focus()

    def on_screen_resume(self) -> None:
        self.show_run()
        self.read_folders()

    def show_changed_library(self) -> None:
        if self.is_current:
            self.read_folders()

    def show_run(self) -> None:
        """Show the indexing run under way, or how the last one ended."""
        if self.context.index_run is not None:
            self.tell_progress(self.context.index_run.progress)
        elif self.context.index_outcome is not None:
            self.tell_finished(self.context.index_outcome)

    def fill_in(self, folder: Path) -> None:
        """Write a folder into the line, so that Enter adds it."""
        line = self.query_one(FolderInput)
        line.value = str(folder)
        line.focus()

    @on(events.Paste)
    def take_dropped(self, event: events.Paste) -> None:
        path = dropped_path(event.text)
        if path is not None:
            event.stop()
            self.fill_in(path if path.is_dir() else path.parent)

    @on(Input.Submitted, "#folder")
    def add_folder(self) -> None:
        folder = self.query_one(FolderInput).folder
        if folder is None:
            return
        if not folder.is_dir():
            self._tell(Content.assemble((f"{display_text(folder)} is not a folder.", "$warning")))
            return
        self.query_one(FolderInput).value = ""
        self.post_message(IndexRequested([folder]))

    def action_update(self) -> None:
        self.post_message(IndexRequested([]))

    def action_pause(self) -> None:
        run = self.context.index_run
        if run is not None:
            run.toggle_pause()
            self.post_message(IndexProgressed(run.progress))

    def action_stop(self) -> None:
        run = self.context.index_run
        if run is not None:
            run.cancel()
            self._tell(Content("Stopping after the current sounds..."))

    def action_leave_input(self) -> None:
        self.query_one("#roots").focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Show pause and stop only while there is something to pause."""
        if action in {"pause", "stop"}:
            return self.context.index_run is not None
        if action == "update":
            return self.context.index_run is None
        return True

    @work(exit_on_error=False)
    async def action_forget(self) -> None:
        roots = self.query_one("#roots", OptionList)
        if roots.highlighted is None or not self._roots or not roots.has_focus:
            return
        root = self._roots[roots.highlighted]
        is_sure = await self.app.push_screen_wait(
            ConfirmModal(
                f"Remove {display_text(root.path)} from the library?",
                f"{formatting.count(root.n_files, 'file')} will no longer be listed. The files themselves are not "
                "touched, and your tags, stars and notes come back if you add the folder again.",
            )
        )
        if is_sure:
            self.forget_root(root.id)

    @work(thread=True, exit_on_error=False)
    def forget_root(self, root_id: int) -> None:
        try:
            with self.context.session.library.writer() as writer:
                writer.forget_root(root_id)
        except Exception as error:
            self.tell_fault(error)
        else:
            self.post_message(LibraryChanged())

    @work(thread=True, exit_on_error=False, exclusive=True, group="folders")
    def read_folders(self) -> None:
        library = self.context.session.library
        roots, problems = library.roots(), library.problems()
        self.app.call_from_thread(self._show_folders, roots, problems)

    def _show_folders(self, roots: Sequence[Root], problems: Sequence[Problem]) -> None:
        self._roots = roots
        self.query_one("#welcome", Static).update(Content("" if roots else _WELCOME))
        self.query_one("#welcome").display = not roots
        self.query_one("#root-heading").display = bool(roots)
        listed = self.query_one("#roots", OptionList)
        highlighted = listed.highlighted
        listed.set_options([Option(_root_line(root)) for root in roots])
        if highlighted is not None and highlighted < len(roots):
            listed.highlighted = highlighted
        shown = problems[:_MAX_PROBLEMS]
        self.query_one("#problems", OptionList).set_options([Option(_problem_line(problem)) for problem in shown])
        more = f", the first {_MAX_PROBLEMS} are listed" if len(problems) > _MAX_PROBLEMS else ""
        heading = f"{formatting.count(len(problems), 'file')} could not be read{more}" if problems else ""
        self.query_one("#problem-heading", Static).update(Content(heading))

    def tell_progress(self, progress: IndexProgress) -> None:
        """Show how far the indexer is."""
        if not progress.n_total and not progress.is_paused:
            self._tell(Content("Scanning the folders..."))
            self.refresh_bindings()
            return
        parts: list[str | tuple[str, str]] = [
            (formatting.bar(progress.share, _BAR_WIDTH).ljust(_BAR_WIDTH), "$primary on $panel"),
            f"  {'Paused' if progress.is_paused else 'Analysing'}  {progress.n_done:,} of {progress.n_total:,}",
        ]
        if progress.rate:
            left = progress.seconds_left or 0.0
            parts.append((f"   {progress.rate:,.0f}/s   {formatting.duration(left)} left", "$foreground 60%"))
        if progress.n_failed:
            parts.append((f"   {progress.n_failed:,} failed", "$warning"))
        parts.append((f"   {progress.current}", "$foreground 40%"))
        self._tell(Content.assemble(*parts))
        self.refresh_bindings()

    def tell_finished(self, outcome: "IndexSummary | str") -> None:
        """Show how the run ended."""
        style = "$warning" if isinstance(outcome, str) else "$success"
        has_new = not isinstance(outcome, str) and outcome.n_new > 0
        hint = ("  To search and listen: F2", "$foreground 60%") if has_new else ""
        self._tell(Content.assemble((outcome_text(outcome), style), hint))
        self.refresh_bindings()

    def _tell(self, content: Content) -> None:
        for line in self.query("#progress").results(Static):
            line.update(content)


def _root_line(root: Root) -> Content:
    state = "" if root.is_online else "   offline"
    if is_nowhere(root.path):
        state = f"   to say where it is on this machine: earmark relink {shell_text(root.path)} FOLDER"
    count = formatting.count(root.n_files, "file")
    return Content.assemble(display_text(root.path), (f"   {count}", "$foreground 60%"), (state, "$warning"))


def _problem_line(problem: Problem) -> Content:
    folder = f"   {display_text(problem.path.parent)}"
    return Content.assemble(
        display_text(problem.path.name), (f"   {problem.message}", "$warning"), (folder, "$foreground 40%")
    )
