"""Getting sounds out of the library: copied paths, the file manager, exports, the blend."""

from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.binding import Binding, BindingType

from tui import formatting
from tui.app.messages import CornerChosen, JobFinished
from tui.app.modals.choose import ChooseModal
from tui.app.modals.prompt import PromptModal
from tui.app.screens.editing import EditingScreen
from tui.workspace.export import FORMS, export
from tui.workspace.reveal import reveal


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

    def action_reveal(self) -> None:
        row = self.sounds.current_row
        if row is not None:
            self.run_job(lambda: _revealed(row.sample.paths[0]))

    @work(exit_on_error=False)
    async def action_export(self) -> None:
        ids = self.chosen_ids
        title = f"Export {formatting.count(len(ids), 'sound')}"
        labels = ("a folder of copies", "a folder of links", "a playlist (.m3u)", "a list (.json)")
        form = await self.app.push_screen_wait(ChooseModal(f"{title} as", list(zip(FORMS, labels, strict=True))))
        if form is None:
            return
        target = await self.app.push_screen_wait(
            PromptModal(f"{title} to", value=_suggested(form), hint="Nothing that exists is overwritten")
        )
        if target:
            service, line = self.context.session.search_service, self.shown_line
            self.run_job(lambda: export(service.library, service.samples(ids, line), Path(target), form, line))

    def action_blend(self) -> None:
        row = self.sounds.current_row
        if row is not None:
            self.post_message(CornerChosen(row.sample))

    @work(thread=True, exit_on_error=False, group="jobs")
    def run_job(self, do: Callable[[], str]) -> None:
        try:
            self.post_message(JobFinished(do()))
        except Exception as error:
            self.tell_fault(error)

    @on(JobFinished)
    def show_finished(self, event: JobFinished) -> None:
        if event.text:
            self.say(event.text)


def _revealed(path: Path) -> str:
    reveal(path)
    return ""


def _suggested(form: str) -> str:
    return str(Path.home() / ("earmark-export" if form in {"copies", "links"} else f"earmark-export.{form}"))
