"""A part of a sound: marked in the waveform, heard in a loop, exported; and loops cut into slices."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.binding import BindingType
from textual.content import Content

from db.errors import EarmarkError
from tui import formatting
from tui.app.messages import OnsetsFound
from tui.app.modals.pick import Choice, PickModal
from tui.app.modals.plan import PlanModal
from tui.app.modals.prompt import PromptModal
from tui.app.player.player import Loaded, Span, matched_gain
from tui.app.screens.base import SoundScreen
from tui.app.screens.context import ScreenContext
from tui.app.widgets.hidden_key import hidden_key
from tui.app.widgets.region_waveform import RegionWaveform
from tui.app.widgets.sample_list import SampleList
from tui.workspace.export.sounds import WAV_PROFILE, carry_out, suggested_path
from tui.workspace.latest_job_runner import LatestJobRunner
from tui.workspace.listing.columns import Row, sample_name
from tui.workspace.state.project import project_of
from tui.workspace.state.region import Region

if TYPE_CHECKING:
    from indexer.slicing.process import SlicingProcess


class RegionScreen(SoundScreen):
    """A screen whose waveform can be marked and sliced."""

    BINDINGS: ClassVar[list[BindingType]] = [
        hidden_key("M", "region", "browse.region", "Mark a region in the waveform: hear it in a loop, export it"),
        hidden_key("S", "slice", "browse.slice", "Slice the loop into single sounds, as files or a kit"),
    ]

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context)
        self._slicing: SlicingProcess | None = None
        self._onset_state = ""  # in words, while there are none
        self._finder = LatestJobRunner("earmark-onsets", self.tell_fault)

    def on_unmount(self) -> None:
        if self._slicing is not None:
            self._slicing.close()
        self._finder.close()

    def make_waveform(self) -> RegionWaveform:
        return RegionWaveform()

    @property
    def waveform(self) -> RegionWaveform:
        return self.query_one(RegionWaveform)

    @property
    def slicing(self) -> "SlicingProcess":
        """The process that finds onsets, started when it is first asked."""
        from indexer.slicing.process import SlicingProcess

        if self._slicing is None:
            self._slicing = SlicingProcess()
        return self._slicing

    # a region

    def action_region(self) -> None:
        """Begin to mark a region of the sound under the cursor, or end that."""
        row = self.sounds.current_row
        if self.waveform.region_marked is not None:
            self.leave_region()
        elif row is None or self._loaded is None:
            self.say("The sound is not loaded yet")
        else:
            self.waveform.begin(Region(self._loaded.duration_seconds))
            self._find_onsets(row)

    def leave_region(self) -> None:
        """Go back to the list."""
        if self.waveform.region_marked is not None:
            self.waveform.leave()
            self.status.hold(None)
            self.context.player.stop()
            self.sounds.focus()

    @on(SampleList.Moved)
    def leave_moved(self) -> None:
        self.leave_region()

    def show_loaded(self, loaded: Loaded) -> None:
        super().show_loaded(loaded)
        row = self.sounds.current_row
        if row is not None and self._loaded is loaded and self.waveform.region_marked is not None:
            self._find_onsets(row)  # at another tempo they lie elsewhere

    def _find_onsets(self, row: Row) -> None:
        sample, path, slicing = row.sample, row.sample.paths[0], self.slicing
        self._onset_state = "looking for onsets"
        self.tell_region()

        def find() -> None:
            try:
                self.post_if_attached(OnsetsFound(path, slicing.find_onsets(sample, path)))
            except EarmarkError as error:
                self.tell_fault(error)

        self._finder.submit(lambda _: find())

    @on(OnsetsFound)
    def show_onsets(self, event: OnsetsFound) -> None:
        marked, row = self.waveform.region_marked, self.sounds.current_row
        if marked is not None and row is not None and event.path in row.sample.paths:
            factor = self.change_of(row).tempo_factor
            marked.onsets = tuple(place / factor for place in event.onsets)
            self._onset_state = "no onsets"
            self.waveform.refresh()
            self.tell_region()

    @on(RegionWaveform.Changed)
    def follow_region(self) -> None:
        marked = self.waveform.region_marked
        if marked is not None:
            self.context.player.move_region(self._span(marked))
            self.tell_region()

    @on(RegionWaveform.Asked)
    def do_asked(self, event: RegionWaveform.Asked) -> None:
        if event.what == "leave":
            self.leave_region()
        elif event.what == "play":
            self._play_region()
        else:
            self.export_region()

    def tell_region(self) -> None:
        """Say what is marked, for as long as it is."""
        marked = self.waveform.region_marked
        if marked is None:
            return
        length = formatting.duration(marked.end - marked.start)
        onsets = formatting.count(len(marked.onsets), "onset") if marked.onsets else self._onset_state
        edge = "end" if marked.moves_end else "start"
        self.status.hold(
            Content.assemble(
                ("Region ", "bold $primary"),
                f"{marked.start:.3f} to {marked.end:.3f} s, {length}",
                (f"   moving the {edge}   {onsets}", "$foreground 60%"),
            )
        )

    def _span(self, marked: Region) -> Span:
        """Return the region from zero crossing to zero crossing."""
        player = self.context.player
        return Span(player.on_zero_crossing(marked.start), player.on_zero_crossing(marked.end))

    def _play_region(self) -> None:
        row, marked, player = self.sounds.current_row, self.waveform.region_marked, self.context.player
        if row is None or marked is None:
            return
        if player.now.is_playing:
            player.stop()
            return
        gain, change = matched_gain(row.sample.features), self.change_of(row)
        player.play(row.sample.paths[0], gain, change=change, region=self._span(marked))

    @work(exit_on_error=False)
    async def export_region(self) -> None:
        """Ask for a name and write the region as a file, at the project's tempo and key where these are set."""
        from tui.workspace.export.slicing import plan_region

        row, marked = self.sounds.current_row, self.waveform.region_marked
        if row is None or marked is None:
            return
        library, sample = self.context.session.library, row.sample
        factor, project = self.change_of(row).tempo_factor, project_of(self.context.state)
        seconds = (marked.start * factor, marked.end * factor)
        try:
            folder = await asyncio.to_thread(suggested_path, library, WAV_PROFILE)
            suggested = folder / f"{sample.paths[0].stem} region.wav"
            hint = "A WAV file; nothing that exists is overwritten"
            target = await self.app.push_screen_wait(
                PromptModal("Export the region to", value=str(suggested), hint=hint)
            )
            if not target:
                return
            plan = await asyncio.to_thread(plan_region, library, sample, seconds, Path(target), project)
            if await self.app.push_screen_wait(PlanModal(plan)):
                what = f"region of {sample_name(sample)}"
                self.run_job(lambda: carry_out(library, plan, what), plan.ids)
        except (EarmarkError, OSError) as error:
            self.tell_fault(error)

    # slices

    @work(exit_on_error=False)
    async def action_slice(self) -> None:
        """Ask how to slice the sound under the cursor and what to make of it; show what will be written."""
        from tui.workspace.export.slicing import SLICE_METHODS, plan_sliced, slice_forms, suggested_folder

        row = self.sounds.current_row
        if row is None:
            return
        library, sample, slicing = self.context.session.library, row.sample, self.slicing
        title = f"Slice {sample_name(sample)}"
        try:
            methods = [Choice(*one) for one in SLICE_METHODS.items()]
            by = await self.app.push_screen_wait(
                PickModal(f"{title} by", methods, new="Equal parts", hint="Or type a number of equal parts")
            )
            if not by:
                return
            forms = [Choice(*one) for one in slice_forms().items()]
            form = await self.app.push_screen_wait(PickModal(f"{title} into", forms))
            if form is None:
                return
            folder = await asyncio.to_thread(suggested_folder, library)
            suggested = folder / sample.paths[0].stem
            hint = "A folder; nothing that exists is overwritten"
            target = await self.app.push_screen_wait(PromptModal(f"{title} to", value=str(suggested), hint=hint))
            if not target:
                return
            self.say("Looking for where to cut")
            plan = await asyncio.to_thread(plan_sliced, library, slicing, sample, by, form, Path(target))
            if await self.app.push_screen_wait(PlanModal(plan)):
                what = f"slices of {sample_name(sample)}"
                self.run_job(lambda: carry_out(library, plan, what), plan.ids)
        except (EarmarkError, OSError) as error:
            self.tell_fault(error)
