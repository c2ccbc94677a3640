"""What all screens with a list of sounds can do with them: mark, tag, collect, copy, export."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.binding import Binding, BindingType

from db.paths import display_text
from tui import formatting
from tui.app.messages import CornerChosen, EditMade, JobFinished, RowsFetched
from tui.app.modals.choose import ChooseModal
from tui.app.modals.prompt import PromptModal
from tui.app.screens.auditioning import AuditioningScreen
from tui.workspace.columns import sample_name
from tui.workspace.edits import FAVOURITES, Edit
from tui.workspace.export import FORMS, export
from tui.workspace.reveal import reveal


class SoundScreen(AuditioningScreen):
    """A screen whose chosen sounds are those selected, or the one under the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("x", "select", "Select", id="sound.select", tooltip="Select the sound for what comes next"),
        Binding("X", "select_all", "Select all", show=False, id="sound.select_all", tooltip="Select all, or none"),
        *(
            Binding(str(n), f"rate({n})", f"{n} stars", show=False, id=f"sound.stars_{n}", tooltip="Give 0 to 5 stars")
            for n in range(6)
        ),
        Binding(
            "f", "favourite", "Favourite", show=False, id="sound.favourite", tooltip="Into Favourites, or out of it"
        ),
        Binding("c", "collect", "Collect", show=False, id="sound.collect", tooltip="Into a collection, or out of it"),
        Binding("i", "note", "Note", show=False, id="sound.note", tooltip="Write a note"),
        Binding("t", "tag", "Tag", id="sound.tag", tooltip="Say what it is"),
        Binding("T", "untag", "Not this", show=False, id="sound.untag", tooltip="Say what it is not"),
        Binding("y", "copy_path", "Copy", id="sound.copy_path", tooltip="Copy the path to the clipboard"),
        Binding("r", "reveal", "Reveal", show=False, id="sound.reveal", tooltip="Show in the file manager"),
        Binding("e", "export", "Export", id="sound.export", tooltip="Copy, link or list the sounds elsewhere"),
        Binding("b", "blend", "Blend", id="sound.blend", tooltip="Take as a corner of the blend"),
        Binding("z,ctrl+z", "undo", "Undo", show=False, id="sound.undo", tooltip="Take back the last change"),
    ]

    @property
    def chosen_ids(self) -> list[int]:
        """The selected sounds in the order of the list; without a selection the one under the cursor."""
        sounds = self.sounds
        if sounds.selected:
            listed = [sample_id for sample_id in sounds.ids.tolist() if sample_id in sounds.selected]
            return listed + sorted(sounds.selected - set(listed))
        return [] if sounds.current_id is None else [sounds.current_id]

    def action_select(self) -> None:
        current = self.sounds.current_id
        if current is not None:
            self.sounds.toggle(current)
            self.sounds.action_move(1)

    def action_select_all(self) -> None:
        sounds = self.sounds
        sounds.select(() if sounds.selected else sounds.ids.tolist())

    def action_rate(self, n_stars: int) -> None:
        ids = self.chosen_ids
        self.change(lambda: self.context.edits.rate(ids, n_stars))

    def action_favourite(self) -> None:
        ids = self.chosen_ids
        self.change(lambda: self.context.edits.collect(ids, FAVOURITES))

    def action_undo(self) -> None:
        def undo() -> Edit:
            return self.context.edits.undo() or Edit("Nothing to undo", ())

        self.run_change(undo)

    @work(exit_on_error=False)
    async def action_collect(self) -> None:
        ids = self.chosen_ids
        known = [kept.name for kept in self.context.session.library.collections()]
        name = await self.app.push_screen_wait(
            PromptModal(
                f"Collection for {formatting.count(len(ids), 'sound')}",
                known=known,
                hint=f"Known: {', '.join(known)}" if known else "Type a name for a new collection",
            )
        )
        if name:
            self.change(lambda: self.context.edits.collect(ids, name))

    @work(exit_on_error=False)
    async def action_note(self) -> None:
        row = self.sounds.current_row
        if row is None:
            return
        note = await self.app.push_screen_wait(
            PromptModal(f"Note on {sample_name(row.sample)}", value=row.annotation.note)
        )
        if note is not None:
            self.change(lambda: self.context.edits.write_note(row.sample.id, note))

    def action_tag(self) -> None:
        self.ask_tag(is_this=True)

    def action_untag(self) -> None:
        self.ask_tag(is_this=False)

    @work(exit_on_error=False)
    async def ask_tag(self, *, is_this: bool) -> None:
        """Ask what the chosen sounds are, or are not."""
        ids = self.chosen_ids
        title = f"{'What is it?' if is_this else 'What is it not?'}  ({formatting.count(len(ids), 'sound')})"
        known = await asyncio.to_thread(self.context.session.tag_names)
        hint = "A type such as kick or pad, or a word of your own"
        name = await self.app.push_screen_wait(PromptModal(title, known=known, hint=hint))
        if name:
            self.change(lambda: self.context.edits.tag(ids, name, is_this=is_this))

    def action_copy_path(self) -> None:
        rows = [self.sounds.row(sample_id) for sample_id in self.chosen_ids]
        paths = [str(row.sample.paths[0]) for row in rows if row is not None]
        self.app.copy_to_clipboard("\n".join(paths))
        if paths:
            self.notify(display_text(paths[0]) if len(paths) == 1 else f"{len(paths):,} paths", title="Copied")

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
            library = self.context.session.library
            self.run_job(lambda: export(library.samples(ids), Path(target), form))

    def action_blend(self) -> None:
        row = self.sounds.current_row
        if row is not None:
            self.post_message(CornerChosen(row.sample))

    def change(self, make: Callable[[], Edit]) -> None:
        """Make a change to the chosen sounds, if there are any."""
        if self.chosen_ids:
            self.run_change(make)

    @work(thread=True, exit_on_error=False, group="changes")
    def run_change(self, make: Callable[[], Edit]) -> None:
        try:
            edit = make()
            # Before anyone is told: the first handler may ask a thread to count again.
            self.context.session.refresh()
            self.post_message(EditMade(edit))
        except Exception as error:
            self.tell_fault(error)

    @work(thread=True, exit_on_error=False, group="jobs")
    def run_job(self, do: Callable[[], str]) -> None:
        try:
            self.post_message(JobFinished(do()))
        except Exception as error:
            self.tell_fault(error)

    @on(EditMade)
    def show_change(self, event: EditMade) -> None:
        self.say(event.edit.text)
        self.refresh_rows(event.edit.ids)

    def refresh_rows(self, ids: Sequence[int]) -> None:
        """Show changed sounds as they are now."""
        session = self.context.session
        self._fetcher.submit(lambda _: self.post_if_attached(RowsFetched(session.rows(ids))))

    @on(JobFinished)
    def show_finished(self, event: JobFinished) -> None:
        if event.text:
            self.notify(display_text(event.text))


def _revealed(path: Path) -> str:
    reveal(path)
    return ""


def _suggested(form: str) -> str:
    return str(Path.home() / ("earmark-export" if form in {"copies", "links"} else f"earmark-export.{form}"))
