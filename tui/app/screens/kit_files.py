"""Kits are kept, opened, and taken out of the library."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.binding import Binding, BindingType

from db.errors import EarmarkError
from db.library import Library
from db.paths import display_text
from tui import formatting
from tui.app.modals.pick import Choice, PickModal
from tui.app.modals.plan import PlanModal
from tui.app.modals.prompt import PromptModal
from tui.app.screens.base import SoundScreen
from tui.app.widgets.hidden_key import hidden_key
from tui.workspace.export.sounds import carry_out, export_forms, is_list, suggested_path
from tui.workspace.kits.kit_state import KitState, Slot
from tui.workspace.kits.saved import list_kits, plan_kit, read_kit, save_kit, tune_kit

if TYPE_CHECKING:
    from indexer.kits.tuning import Tuning

_FILES, _FORMAT = "files", "kit "  # among the forms of an export: files as they are; begins those for samplers


class KitFilesScreen(SoundScreen):
    """A screen whose kit can be saved, opened and exported."""

    BINDINGS: ClassVar[list[BindingType]] = [
        hidden_key("S", "save", "kit.save", "Save the kit"),
        hidden_key("O", "open", "kit.open", "Open a saved kit"),
        Binding("E", "export_kit", "Export", id="kit.export", tooltip="Export the kit for a sampler, or as files"),
    ]

    @property
    def kit(self) -> KitState:
        return self.context.kit

    def change_kit(self, change: Callable[[], object]) -> None:
        """Change the kit and show it."""
        raise NotImplementedError

    def tell_kit(self) -> None:
        """Show how the kit is called."""
        raise NotImplementedError

    @work(exit_on_error=False)
    async def action_save(self) -> None:
        library = self.context.session.library
        name = await self.app.push_screen_wait(PromptModal("Save the kit as", value=self.kit.name))
        slots = {slot.sample.id: slot.text for slot in self.kit.slots if slot.sample is not None}
        if name and slots:
            self.kit.name = name
            self.run_job(lambda: _saved(library, name, slots))
            self.tell_kit()

    @work(exit_on_error=False)
    async def action_open(self) -> None:
        library = self.context.session.library
        kits = await asyncio.to_thread(list_kits, library)
        if not kits:
            self.say("There is no saved kit yet: S saves this one")
            return
        choices = [Choice(one.name, one.name, formatting.count(one.n_samples, "sound")) for one in kits]
        name = await self.app.push_screen_wait(PickModal("Open the kit", choices))
        if name is None:
            return
        slots = await asyncio.to_thread(read_kit, library, name)
        samples = {sample.id: sample for sample in await asyncio.to_thread(library.samples, list(slots))}
        self.kit.name = name
        self.kit.selected = 0
        self.change_kit(lambda: self.kit.change([Slot(text, samples.get(one)) for one, text in slots.items()]))

    @work(exit_on_error=False)
    async def action_export_kit(self) -> None:
        """Ask for the format and the place; show what will be written before it is."""
        from indexer.export.kits.registry import KIT_FORMATS

        session, kit = self.context.session, replace(self.kit)
        try:
            forms = await asyncio.to_thread(export_forms)
            devices = [Choice(name, title) for name, title in forms.items() if name not in {"copies", "links"}]
            choices = [
                *(Choice(_FORMAT + name, f"{form.title}: a kit") for name, form in KIT_FORMATS.items()),
                Choice(_FILES, "Files as they are, numbered"),
                *(one for one in devices if not is_list(one.value)),
            ]
            form = await self.app.push_screen_wait(PickModal("Export the kit for", choices))
            if form is None:
                return
            suggested = await asyncio.to_thread(suggested_path, session.library, form)
            folder = suggested.with_name(kit.name or "kit")
            hint = "A folder; nothing that exists is overwritten"
            target = await self.app.push_screen_wait(PromptModal("Export the kit to", value=str(folder), hint=hint))
            if not target:
                return
            is_format = form.startswith(_FORMAT)  # of a sampler; else a profile of single files
            plan = await asyncio.to_thread(
                plan_kit,
                session.library,
                kit.samples,
                Path(target),
                kit_format=form.removeprefix(_FORMAT) if is_format else None,
                profile="copy" if is_format or form == _FILES else form,
                tuning=kit_tuning(kit),
            )
            if await self.app.push_screen_wait(PlanModal(plan)):
                self.run_job(lambda: carry_out(session.library, plan, f"kit {kit.line}".strip()), plan.ids)
        except (EarmarkError, OSError) as error:
            self.tell_fault(error)


def kit_tuning(kit: KitState) -> "Tuning":
    """Return how the kit in hand is tuned."""
    return tune_kit(kit.samples, kit.key or None)


def _saved(library: Library, name: str, slots: dict[int, str]) -> str:
    save_kit(library, name, slots)
    return f"Saved. It is the collection {display_text(name)} too"
