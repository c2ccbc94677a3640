"""Edits of sounds: stars, notes, collections, types and tags, tempo and key; each can be undone."""

import asyncio
from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import on, work
from textual.binding import Binding, BindingType

from db.errors import UsageError
from db.keys import KEYS
from tui import formatting
from tui.app.messages import EditMade
from tui.app.modals.choose import ChooseModal
from tui.app.modals.pick import Choice, PickModal
from tui.app.modals.prompt import PromptModal
from tui.app.screens.auditioning import AuditioningScreen
from tui.app.widgets.hidden_key import hidden_key
from tui.app.widgets.sample_list import SampleList
from tui.workspace.annotations.corrections import AUTO, Correction, tempo_choices
from tui.workspace.annotations.edits import FAVOURITES, Edit
from tui.workspace.listing.columns import Row, sample_name, tag_name

_STARS = "Rate with 0 to 5 stars"
_HOTKEYS = {"half": "h", "double": "d", AUTO: "a"}


class EditingScreen(AuditioningScreen):
    """A screen whose keys edit the selected sounds, or the one under the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("x", "select", "Select", id="sound.select", tooltip="Select the sound and move on"),
        hidden_key("X", "select_all", "sound.select_all", "Select all, or none"),
        hidden_key("asterisk", "ask_stars", "sound.stars", _STARS),
        *(hidden_key(str(n), f"rate({n})", f"sound.stars_{n}", _STARS) for n in range(6)),
        Binding("t", "tag", "Tag", id="sound.tag", tooltip="Add tag: a type or a tag of your own"),
        hidden_key("T", "untag", "sound.untag", "Remove tag"),
        hidden_key("m", "tempo", "sound.tempo", "Correct the tempo: half, double or a number"),
        hidden_key("K", "key", "sound.key", "Correct the musical key"),
        hidden_key("full_stop", "repeat", "sound.repeat", "Repeat the last edit on this sound and move on"),
        hidden_key("A", "toggle_advance", "sound.advance", "Advance: move to the next sound after each edit"),
        hidden_key("f", "favourite", "sound.favourite", "Add to Favourites or remove"),
        hidden_key("c", "collect", "sound.collect", "Add to a collection or remove"),
        hidden_key("H", "hide", "sound.hide", "Hide the sound from all lists, or list it again"),
        hidden_key("i", "note", "sound.note", "Write a note"),
        hidden_key("z,ctrl+z", "undo", "sound.undo", "Undo the last edit"),
        hidden_key("Z,ctrl+y", "redo", "sound.redo", "Redo what was undone"),
    ]

    @property
    def chosen_ids(self) -> list[int]:
        """The selected sounds in the order of the list; without a selection the one under the cursor."""
        sounds = self.sounds
        if sounds.selected:
            listed = [sample_id for sample_id in sounds.ids.tolist() if sample_id in sounds.selected]
            return listed + sorted(sounds.selected - set(listed))
        return [] if sounds.current_id is None else [sounds.current_id]

    @property
    def chosen_rows(self) -> list[Row]:
        """Those of the chosen sounds that are in memory."""
        rows = (self.sounds.row(sample_id) for sample_id in self.chosen_ids)
        return [row for row in rows if row is not None]

    def has_chosen(self) -> bool:
        """Return whether there is a sound to work on; if not, say so."""
        if not self.chosen_ids:
            self.say("No sound is selected or under the cursor")
        return bool(self.chosen_ids)

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

    @work(exit_on_error=False)
    async def action_ask_stars(self) -> None:
        if not self.has_chosen():
            return
        options = [(str(n), "★" * n or "none") for n in range(5, -1, -1)]
        chosen = await self.app.push_screen_wait(ChooseModal("Stars", options))
        if chosen is not None:
            self.action_rate(int(chosen))

    def action_favourite(self) -> None:
        ids = self.chosen_ids
        self.change(lambda: self.context.edits.collect(ids, FAVOURITES))

    def action_hide(self) -> None:
        ids = self.chosen_ids
        self.change(lambda: self.context.edits.hide(ids))

    @work(exit_on_error=False)
    async def action_collect(self) -> None:
        if not self.has_chosen():
            return
        ids = self.chosen_ids
        known = [
            Choice(kept.name, kept.name, formatting.count(kept.n_samples, "sound"))
            for kept in await asyncio.to_thread(self.context.session.library.collections)
        ]
        title = f"Collection for {formatting.count(len(ids), 'sound')}"
        name = await self.app.push_screen_wait(PickModal(title, known, new="New collection"))
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
        """Ask for a tag to add to the chosen sounds, or for one to take from them."""
        if not self.has_chosen():
            return
        ids = self.chosen_ids
        title = f"{'Add' if is_this else 'Remove'} tag: {formatting.count(len(ids), 'sound')}"
        recent = self.context.edits.recent_tags
        has = dict.fromkeys(tag.name for row in self.chosen_rows for tag in row.sample.tags)
        choices = await asyncio.to_thread(self._tag_choices, recent if is_this else tuple(has))
        name = await self.app.push_screen_wait(PickModal(title, choices, new="New tag"))
        if name:
            self.change(lambda: self.context.edits.tag(ids, name, is_this=is_this))

    def _tag_choices(self, first: Sequence[str]) -> list[Choice]:
        """Return all tags that there are, some of them first."""
        known = {choice.value: choice for choice in self.known_tags()}
        return [known.get(name, Choice(name, name)) for name in dict.fromkeys([*first, *known])]

    def known_tags(self) -> list[Choice]:
        """Return all types, forms and tags of the user; slow."""
        return [Choice(tag.name, tag.name, tag.parent or tag.facet) for tag in self.context.session.known_tags()]

    @work(exit_on_error=False)
    async def action_tempo(self) -> None:
        if not self.has_chosen():
            return
        ids, rows = self.chosen_ids, self.chosen_rows
        bpm = rows[0].sample.bpm if rows else None
        known = tempo_choices(None if bpm is None else bpm.number)
        choices = [Choice(value, label, hotkey=_HOTKEYS[value]) for value, label in known]
        title = f"Tempo: {formatting.count(len(ids), 'sound')}"
        value = await self.app.push_screen_wait(PickModal(title, choices, new="Tempo", hint="Or type a tempo"))
        if value:
            self.change(lambda: self.context.edits.correct(ids, Correction("bpm", value)))

    @work(exit_on_error=False)
    async def action_key(self) -> None:
        if not self.has_chosen():
            return
        ids = self.chosen_ids
        choices = [*(Choice(key, key) for key in KEYS), Choice(AUTO, "As analysed")]
        title = f"Key: {formatting.count(len(ids), 'sound')}"
        value = await self.app.push_screen_wait(PickModal(title, choices, hint="Type it, such as Am or F#"))
        if value:
            self.change(lambda: self.context.edits.correct(ids, Correction("key", value)))

    def action_repeat(self) -> None:
        """Repeat the last edit on the chosen sounds; then go on to the next one."""
        ids = self.chosen_ids
        self.change(lambda: self.context.edits.repeat(ids), goes_on=True)

    def action_toggle_advance(self) -> None:
        state = self.context.state
        state.has_advance = not state.has_advance
        self.tell_settings()

    def action_undo(self) -> None:
        self.run_edit(lambda: self.context.edits.undo() or Edit("Nothing to undo"))

    def action_redo(self) -> None:
        self.run_edit(lambda: self.context.edits.redo() or Edit("Nothing to redo"))

    def change(self, make: Callable[[], Edit], *, goes_on: bool = False) -> None:
        """Edit the chosen sounds, if there are any; then go on to the next one where that is wished for."""
        if not self.has_chosen():
            return
        self.run_edit(make)
        if not self.sounds.selected and (goes_on or self.context.state.has_advance):
            self.sounds.action_move(1)

    @work(thread=True, exit_on_error=False, group="edits")
    def run_edit(self, make: Callable[[], Edit]) -> None:
        try:
            edit = make()
            # Before anyone is told: the first handler may ask a thread to count again.
            self.context.session.refresh(has_other_files=False)
            self.post_message(EditMade(edit))
        except UsageError as error:
            self.app.call_from_thread(self.say, str(error))
        except Exception as error:
            if self.context.trouble:
                self.app.call_from_thread(self.say, "Not changed: the library cannot be read now")
            self.tell_fault(error)

    @on(EditMade)
    def show_edit(self, event: EditMade) -> None:
        edit = event.edit
        self.say(f"{edit.text}. {edit.hint}" if edit.hint else edit.text)
        self.refresh_rows(edit.ids)

    def read_untyped_rows(self) -> None:
        """Read the rows again whose sounds have no type."""
        if not self.query(SampleList):
            return  # it is being laid out, and will read its rows with their types
        untyped = [row.sample.id for row in self.sounds.known_rows if not tag_name(row.sample, "type")]
        if untyped:
            self.refresh_rows(untyped)

    def refresh_rows(self, ids: Sequence[int]) -> None:
        """Show changed sounds as they are now."""
        self.sounds.forget(ids)
