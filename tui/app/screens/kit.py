"""Put a kit together: pads by keys, a sound for each, heard in a beat."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from db.errors import EarmarkError
from db.paths import display_text
from tui import formatting
from tui.app.messages import AlternativesFound, BeatRendered, KitDrawn, SlotFilled
from tui.app.modals.pick import Choice, PickModal
from tui.app.modals.prompt import PromptModal
from tui.app.player.clip import RATE_HZ, Frames, decode_clip
from tui.app.player.player import matched_gain
from tui.app.screens.base import UNLISTED_KEYS
from tui.app.screens.context import ScreenContext
from tui.app.screens.kit_files import KitFilesScreen, kit_tuning
from tui.app.widgets.hidden_key import hidden_key
from tui.app.widgets.line_input import LineInput
from tui.app.widgets.pads import Pads, PadText
from tui.app.widgets.sample_list import SampleList
from tui.app.widgets.status_line import StatusLine
from tui.workspace.kits.kit_state import KitState, Slot, alternatives, draw, next_best
from tui.workspace.kits.saved import OWN_KEY, tune_kit
from tui.workspace.latest_job_runner import LatestJobRunner
from tui.workspace.listing.columns import Row

if TYPE_CHECKING:
    from indexer.kits.builder import KitBuilder
    from tui.workspace.kits.kit_beat import KitBeat

BEAT = Path("beat of the kit")  # in the place of a file
_COLUMNS = ["score", "duration", "key", "folder"]
_TEMPO_STEP = 2.0


class KitScreen(KitFilesScreen):
    """Pads at the left, and what else would fit the pad in hand at the right."""

    MODE = "kit"
    AUTO_FOCUS = "Pads"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "next_best", "Next best", id="kit.next", tooltip="Put the next best sound on the pad"),
        Binding("N", "draw", "Draw again", id="kit.draw", tooltip="Draw other sounds for all pads that are not locked"),
        Binding("L", "lock", "Lock", id="kit.lock", tooltip="Lock the pad, or unlock it"),
        Binding("space", "beat", "Beat", id="kit.beat", tooltip="Play the kit in a beat, or stop it"),
        hidden_key("enter", "take", "kit.take", "Put the sound of the list on the pad"),
        hidden_key("g", "style", "kit.style", "Choose the style of the beat"),
        hidden_key("less_than_sign", "beat_tempo(-1)", "kit.slower", "A slower beat"),
        hidden_key("greater_than_sign", "beat_tempo(1)", "kit.faster", "A faster beat"),
        hidden_key("U", "tune", "kit.tune", "Tune basses, notes and toms to a key"),
        hidden_key("I", "insert", "kit.insert", "Add a pad"),
        hidden_key("delete,backspace", "remove", "kit.remove", "Remove the pad"),
        hidden_key("u", "undo_kit", "kit.undo", "Undo the last change of the kit"),
        hidden_key("slash", "describe", "kit.describe", "Say what the pad is for"),
        hidden_key("escape", "step_back", "kit.back", "To the pads"),
        *UNLISTED_KEYS,
        hidden_key("x", "select", "sound.select", "Select the sound and move on"),
        hidden_key("e", "export", "sound.export", "Export as copies or links"),
    ]

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context)
        self._worker = LatestJobRunner("earmark-kit", self.tell_fault)
        self._drummer = LatestJobRunner("earmark-beat", self.tell_fault)
        self._finder: tuple[object, KitBuilder] | None = None  # of a state of the library
        self._beat: KitBeat | None = None
        self._is_beat_asked = False  # it starts when it is rendered

    def compose_sounds(self) -> ComposeResult:
        with Horizontal(id="body"):
            with Vertical(id="kit"):
                yield LineInput(self.kit.line, placeholder="Style of the kit: dusty boom bap", id="line", compact=True)
                yield Pads()
                yield LineInput(placeholder="What this pad is for: kick, short dark tom", id="slot", compact=True)
                yield Static(id="beat", markup=False)
            with Vertical(id="others"):
                yield StatusLine(id="status")
                yield SampleList(id="sounds")

    def start(self) -> None:
        self.sounds.columns = _COLUMNS
        self.query_one(Pads).focus()
        self._show_kit()
        self._draw_or_find()

    def _draw_or_find(self) -> None:
        """Fill the pads where nothing is on them yet; else list what would fit the one in hand."""
        if self.kit.is_drawn:
            self._find_others()
        else:
            self._run(lambda kit, builder: KitDrawn(draw(builder, kit, again=False)))

    def on_screen_resume(self) -> None:
        super().on_screen_resume()
        if self.query(Pads):  # sounds may have come from another screen, or into the library
            self._show_kit()
            self._draw_or_find()

    def show_changed_library(self) -> None:
        super().show_changed_library()
        if self.is_current and self.query(Pads) and not self.kit.is_drawn:
            self._draw_or_find()

    def on_unmount(self) -> None:
        self._worker.close()
        self._drummer.close()

    # what is found in a thread

    def _run(self, job: "Callable[[KitState, KitBuilder], Message]") -> None:
        """Do something with the kit as it is now, in the thread of the worker; the newest job counts."""
        kit = replace(self._kit_in_hand())
        self._worker.submit(lambda _: self._answer(job, kit))

    def _kit_in_hand(self) -> KitState:
        """Return the kit with the pad in hand that the pads show: their message may be on its way."""
        self.kit.select(self.query_one(Pads).selected)
        return self.kit

    def _answer(self, job: "Callable[[KitState, KitBuilder], Message]", kit: KitState) -> None:
        try:
            self.post_if_attached(job(kit, self._builder()))
        except EarmarkError as error:
            self.tell_fault(error)

    def _builder(self) -> "KitBuilder":
        """Return what chooses sounds; another one where the library has changed."""
        from indexer.kits.builder import KitBuilder

        session = self.context.session
        generation = session.library.generation()
        if self._finder is None or self._finder[0] != generation:
            self._finder = (generation, KitBuilder(session.search_service))
        return self._finder[1]

    def _find_others(self) -> None:
        session = self.context.session

        def find(kit: KitState, builder: "KitBuilder") -> Message:
            ids, scores = alternatives(builder, kit)
            return AlternativesFound(kit.selected, ids, scores, session.rows(ids.tolist()))

        self._run(find)

    def action_draw(self) -> None:
        if self.kit.slots and all(slot.is_locked for slot in self.kit.slots):
            self.status.say(Content.styled("All pads are locked; L unlocks one, I adds another", "$warning"))
            return
        self._run(lambda kit, builder: KitDrawn(draw(builder, kit, again=True)))

    def action_next_best(self) -> None:
        self._run(lambda kit, builder: SlotFilled(kit.selected, next_best(builder, kit)))

    @on(KitDrawn)
    def show_drawn(self, event: KitDrawn) -> None:
        if tuple(event.slots) == self.kit.slots:  # nothing was found, or the same again
            self._find_others()
        elif len(event.slots) == len(self.kit.slots):
            self.change_kit(lambda: self.kit.change(event.slots))

    @on(SlotFilled)
    def show_filled(self, event: SlotFilled) -> None:
        self.change_kit(lambda: self.kit.change_slot(event.slot, event.number))
        if event.number == self.kit.selected:
            self._play_slot()

    @on(AlternativesFound)
    def show_others(self, event: AlternativesFound) -> None:
        if event.number != self.kit.selected:
            return
        slot = self.kit.slot
        self.sounds.show(event.ids, event.scores, event.rows)
        places = np.flatnonzero(event.ids == (slot.sample.id if slot.sample else -1))
        count = formatting.count(len(event.ids), "sound")
        said = [f"{count}, best first. Enter takes one", f"{count}. Enter takes one"]
        if not len(event.ids):
            said = ["nothing fits; / describes another sound, F5 adds folders"]
        lines = (f"{display_text(slot.text)}: {text}" for text in said)
        self.status.tell(*(Content.styled(line, "$foreground 60%") for line in lines))
        with self.prevent(SampleList.Moved):  # nobody moved there: what is heard goes on
            self.sounds.move_to(int(places[0]) if len(places) else 0)
        row = self.sounds.current_row
        if row is not None:
            self.draw(row)

    def draw(self, row: Row) -> None:
        """Draw a sound, unless that would end what is heard."""
        if not self.context.player.now.is_playing and not self._is_beat_asked:
            super().draw(row)

    # what a pad does

    @on(Pads.Moved)
    def select_slot(self, event: Pads.Moved) -> None:
        self.kit.select(event.slot)
        self._show_kit()
        self._find_others()

    @on(Pads.Struck)
    def strike(self, event: Pads.Struck) -> None:
        """Play a pad; over the beat there is no second voice, so that ends it."""
        self.kit.select(event.slot)
        self._is_beat_asked = False
        if self._is_beating:
            self.context.player.stop()
            self.tell_kit()
        self._play_slot()

    def _play_slot(self) -> None:
        sample = self.kit.slot.sample
        if sample is not None and not self._is_beating and not self._is_beat_asked:
            self.context.player.play(sample.paths[0], matched_gain(sample.features))

    @on(SampleList.Activated)
    def take_sound(self, event: SampleList.Activated) -> None:
        """Put the sound under the cursor on the pad in hand."""
        event.prevent_default()
        self.action_take()

    def action_take(self) -> None:
        row, kit = self.sounds.current_row, self._kit_in_hand()
        if row is not None and row.sample.id not in {sample.id for sample in kit.samples}:
            self.change_kit(lambda: kit.change_slot(kit.slot.holding(row.sample)))

    def action_lock(self) -> None:
        slot = self._kit_in_hand().slot
        self.change_kit(lambda: self.kit.change_slot(replace(slot, is_locked=not slot.is_locked)))

    def action_remove(self) -> None:
        kit = self._kit_in_hand()
        if len(kit.slots) > 1:
            self.change_kit(lambda: kit.change([slot for n, slot in enumerate(kit.slots) if n != kit.selected]))

    @work(exit_on_error=False)
    async def action_insert(self) -> None:
        text = await self.app.push_screen_wait(PromptModal("What is the new pad for?", hint="cowbell, short dark tom"))
        if text:
            self.kit.change([*self.kit.slots, Slot(text)])
            self.kit.select(len(self.kit.slots) - 1)
            self._show_kit()
            self._describe(text)

    def action_undo_kit(self) -> None:
        is_undone = self.kit.undo()
        self.change_kit(lambda: None)
        self.query_one("#line", Input).value = self.kit.line
        self.say("Undone" if is_undone else "Nothing to undo")

    def action_describe(self) -> None:
        self.query_one("#slot", Input).focus()

    @on(Input.Submitted, "#slot")
    def describe_slot(self, event: Input.Submitted) -> None:
        self.query_one(Pads).focus()
        if event.value.strip():
            self._describe(event.value.strip())

    def _describe(self, text: str) -> None:
        self._run(lambda kit, builder: SlotFilled(kit.selected, next_best(builder, kit, text)))

    @on(Input.Submitted, "#line")
    def describe_kit(self, event: Input.Submitted) -> None:
        """Draw the kit again in another style."""
        self.query_one(Pads).focus()
        slots = [slot if slot.is_locked else replace(slot, passed=frozenset()) for slot in self.kit.slots]
        self.kit.change(slots, event.value.strip())
        self._run(lambda kit, builder: KitDrawn(draw(builder, kit, again=False)))

    def action_step_back(self) -> None:
        self._show_kit()
        self.query_one(Pads).focus()

    def change_kit(self, change: Callable[[], object]) -> None:
        """Change the kit and show it; a beat that is played goes on with it."""
        change()
        self._show_kit()
        self._find_others()
        if self._is_beating:
            self._render_beat()

    def _show_kit(self) -> None:
        kit = self.kit
        texts = [
            PadText(slot.text, slot.sample.paths[0].stem if slot.sample else "none", slot.is_locked)
            for slot in kit.slots
        ]
        self.query_one(Pads).show(texts, kit.selected)
        if not isinstance(self.focused, Input):
            self.query_one("#slot", Input).value = kit.slot.text
        self.tell_kit()

    # the beat

    @property
    def _is_beating(self) -> bool:
        now = self.context.player.now
        return now.is_playing and now.path == BEAT

    def action_beat(self) -> None:
        if self._is_beating:
            self._is_beat_asked = False
            self.context.player.stop()
            self.tell_kit()
        else:
            self._start_beat()

    def _start_beat(self) -> None:
        self._is_beat_asked = True
        self._render_beat()

    def _render_beat(self) -> None:
        kit = replace(self.kit)
        self._drummer.submit(lambda _: self.post_if_attached(BeatRendered(self._rendered(kit))))

    def _rendered(self, kit: KitState) -> Frames:
        """Render the beat, in the thread of the drummer."""
        from indexer.tagging.user_taxonomy import read_taxonomy
        from tui.workspace.kits.kit_beat import KitBeat

        if self._beat is None:
            self._beat = KitBeat(
                lambda path: decode_clip(path).frames, lambda sample: matched_gain(sample.features), RATE_HZ
            )
        taxonomy = read_taxonomy(self.context.session.library)
        return self._beat.render(kit.slots, kit.style, kit.tempo_bpm, kit_tuning(kit), taxonomy)

    @on(BeatRendered)
    def play_beat(self, event: BeatRendered) -> None:
        if self._is_beating or self._is_beat_asked:  # else it was stopped meanwhile
            self._is_beat_asked = False
            self.context.player.play_frames(BEAT, event.frames)
            self.tell_kit()

    def tell_kit(self) -> None:
        kit, is_beating = self.kit, self._is_beating
        parts = [f"{kit.style}  {kit.tempo_bpm:g} bpm"]
        parts += [f"tuned to {'its own key' if kit.key == OWN_KEY else kit.key}"] if kit.key else []
        parts += [display_text(kit.name)] if kit.name else []
        mark = ("▶ ", "$primary") if is_beating else ("  ", "")
        self.query_one("#beat", Static).update(Content.assemble(mark, ("   ".join(parts), "$foreground 60%")))

    @work(exit_on_error=False)
    async def action_style(self) -> None:
        from indexer.kits.beats import STYLES

        choices = [Choice(name, name, f"{style.tempo_bpm:g} bpm") for name, style in STYLES.items()]
        chosen = await self.app.push_screen_wait(PickModal("Style of the beat", choices, current=self.kit.style))
        if chosen is not None:
            self.kit.style, self.kit.tempo_bpm = chosen, STYLES[chosen].tempo_bpm
            self._start_beat()

    def action_beat_tempo(self, direction: int) -> None:
        from indexer.kits.beats import FASTEST_BPM, SLOWEST_BPM

        tempo_bpm = self.kit.tempo_bpm + direction * _TEMPO_STEP
        self.kit.tempo_bpm = min(max(tempo_bpm, SLOWEST_BPM), FASTEST_BPM)
        self.tell_kit()
        if self._is_beating:
            self._render_beat()

    @work(exit_on_error=False)
    async def action_tune(self) -> None:
        hint = f"Am, F#, 8A; {OWN_KEY} for that of its bass; empty for none"
        key = await self.app.push_screen_wait(PromptModal("Tune the kit to", value=self.kit.key, hint=hint))
        if key is None:
            return
        try:
            tuning = tune_kit(self.kit.samples, key or None)
        except EarmarkError as error:
            self.tell_fault(error)
            return
        self.kit.key = key
        n_tuned = formatting.count(len(tuning.semitones), "sound")
        self.say(f"{n_tuned} tuned to {tuning.key}" if tuning.key else "Nothing to tune" if key else "Not tuned")
        self.change_kit(lambda: None)
