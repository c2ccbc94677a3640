"""Blend: walk between two to four sounds or descriptions."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import ClassVar

import numpy as np
from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input, Static

from db.errors import EarmarkError
from db.paths import display_text
from db.types import Sample
from tui import formatting
from tui.app.messages import BlendFinished, QueryRead, SearchFailed
from tui.app.modals.prompt import PromptModal
from tui.app.screens.base import UNLISTED_KEYS, SoundScreen
from tui.app.screens.context import ScreenContext
from tui.app.widgets.hidden_key import hidden_key
from tui.app.widgets.line_input import LineInput
from tui.app.widgets.pad import Pad
from tui.app.widgets.sample_list import SampleList
from tui.app.widgets.status_line import StatusLine
from tui.workspace.indexing.dropped_paths import dropped_file
from tui.workspace.latest_job_runner import LatestJobRunner
from tui.workspace.listing.columns import sample_name
from tui.workspace.state.blend_state import LETTERS, Blended, Corner, blend_at, blend_path, set_letters

_SOUND = "♪ "  # before the name of a corner that is a sound
_N_LEAST = 2  # corners that a blend takes
_COLUMNS = ("name", "type", "length", "score")
_PAUSE_SECONDS = 0.3  # in typing, before words are looked up


class CornerInput(LineInput):
    """The line of one corner."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "Next corner, then the pad"),
        Binding("escape", "screen.step_back", "To the list"),
    ]


class BlendScreen(SoundScreen):
    """Corners and a pad at the left, what lies at the point at the right."""

    MODE = "blend"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("p", "path", "Path", id="blend.path", tooltip="Path: eight sounds on the way from A to B"),
        hidden_key("n", "another_path", "blend.another", "Another path"),
        Binding(
            "P",
            "play_through",
            "Play all",
            id="blend.play_all",
            tooltip="Play the list from here, or the selected sounds, one after the other",
        ),
        Binding("S", "save", "Save", id="blend.save", tooltip="Save the list as a collection"),
        hidden_key("slash", "focus_corner", "blend.corners", "Go to corner A"),
        hidden_key("escape", "step_back", "blend.back", "To the list"),
        *UNLISTED_KEYS,
    ]

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context)
        self._worker = LatestJobRunner("earmark-blend", self.tell_fault)
        self._reader = LatestJobRunner("earmark-blend-words", self.tell_fault)
        self._generation = 0
        self._sounds: dict[str, Sample] = {}  # by what stands in a corner
        self._seed: int | None = None
        self._is_path = False
        self._words: list[str] = []  # in the corners
        self._words_generation = 0  # of the blend that they came with
        self._told = Content()
        self._notices = Content()

    def compose_sounds(self) -> ComposeResult:
        with Horizontal(id="body"):
            with Vertical(id="corners"):
                for letter in LETTERS:
                    with Horizontal(classes="corner"):
                        yield Static(letter, classes="letter", markup=False)
                        yield CornerInput(placeholder="words, or b on a sound", id=f"corner-{letter}", compact=True)
                yield Pad()
            with Vertical():
                yield StatusLine(id="status")
                yield SampleList(id="sounds")

    def start(self) -> None:
        self.sounds.columns = _COLUMNS
        self._tell("Fill two to four corners, then move between them.")
        for sample in self.context.corners:
            self.add_sound(sample)
        (self.query_one(Pad) if len(self.context.corners) > 1 else self.query_one(Input)).focus()
        if self.context.state.corners and not self.context.corners:
            self._restore(self.context.state.corners)

    def on_unmount(self) -> None:
        self._worker.close()
        self._reader.close()

    def add_sound(self, sample: Sample) -> None:
        """Put a sound into the first corner that is free, else into the last."""
        self._free_corner().value = self._corner_text(sample)

    def _corner_text(self, sample: Sample) -> str:
        """Return what stands in the corner of a sound."""
        text = _SOUND + sample_name(sample)
        self._sounds[text] = sample
        return text

    @work(thread=True, exit_on_error=False)
    def _restore(self, corners: Sequence[str]) -> None:
        """Restore the corners of the last session."""
        library = self.context.session.library
        sounds: list[Sample | None] = []
        for kept in corners:
            sample_id = library.find_sample_id(Path(kept)) if Path(kept).is_absolute() else None
            sounds.append(next(iter(library.samples([sample_id])), None) if sample_id is not None else None)
        self.app.call_from_thread(self._fill, corners, sounds)

    def _fill(self, corners: Sequence[str], sounds: Sequence[Sample | None]) -> None:
        inputs = list(self.query(Input))
        if any(corner.value for corner in inputs):
            return  # the user was quicker
        for corner, kept, sound in zip(inputs, corners, sounds, strict=False):
            corner.value = self._corner_text(sound) if sound else kept

    def _remember(self) -> None:
        """Keep the corners for the next start: words as they stand, sounds by their path."""
        texts = [corner.value.strip() for corner in self.query(Input)]
        kept = [str(self._sounds[text].paths[0]) if text in self._sounds else text for text in texts]
        self.context.state.corners = kept if any(kept) else []

    @property
    def corners(self) -> list[Corner]:
        """What stands in the corners now."""
        return [self._corner(corner.value.strip()) for corner in self.query(Input)]

    def _corner(self, text: str) -> Corner:
        if text in self._sounds:
            return Corner(sample_id=self._sounds[text].id)
        file = dropped_file(text)
        return Corner(file=file) if file else Corner(words=text)

    @on(Input.Changed)
    def blend_changed(self) -> None:
        self._is_path = False
        self._remember()
        self._blend()

    @on(events.Paste)
    def add_dropped(self, event: events.Paste) -> None:
        """Take a file that was dropped on the terminal as the next corner."""
        file = dropped_file(event.text)
        if file is not None:
            event.stop()
            self._free_corner().value = str(file)

    def _free_corner(self) -> Input:
        """Return the first corner that is free, else the last."""
        inputs = list(self.query(Input))
        return next((corner for corner in inputs if not corner.value), inputs[-1])

    @on(Input.Submitted)
    def leave_corner(self) -> None:
        """Go on to the next corner while there are less than two, else to the pad."""
        inputs = list(self.query(Input))
        empty = [corner for corner in inputs if not corner.value.strip()]
        (empty[0] if len(inputs) - len(empty) < _N_LEAST else self.query_one(Pad)).focus()

    @on(Pad.Moved)
    def blend_moved(self) -> None:
        self._is_path = False
        self._blend()

    def action_path(self) -> None:
        self._is_path, self._seed = True, None
        self._blend()

    def action_another_path(self) -> None:
        self._is_path, self._seed = True, (self._seed or 0) + 1
        self._blend()

    def action_focus_corner(self) -> None:
        self.query_one(Input).focus()

    def action_step_back(self) -> None:
        self.sounds.focus()

    @work(exit_on_error=False)
    async def action_save(self) -> None:
        ids = self.sounds.ids.tolist()
        if not ids:
            return
        title = f"Save {formatting.count(len(ids), 'sound')} as the collection"
        name = await self.app.push_screen_wait(PromptModal(title))
        if name:
            self.run_edit(lambda: self.context.edits.collect(ids, name))

    def _blend(self) -> None:
        self._generation += 1
        generation, corners = self._generation, self.corners
        pad = self.query_one(Pad)
        texts = (corner.value.strip().removeprefix(_SOUND) for corner in self.query(Input))
        pad.show_corners(set_letters(corners), [display_text(text) for text in texts if text])
        session, x, y, seed = self.context.session, pad.x, pad.y, self._seed
        if not any(corner.is_set for corner in corners):
            return
        find: Callable[[], Blended] = (
            (lambda: blend_path(session, corners, seed))
            if self._is_path
            else (lambda: blend_at(session, corners, x, y))
        )
        self._worker.submit(lambda _: self._answer(generation, find))
        words = [corner.words for corner in corners if corner.words]
        if words != self._words:
            self._words, self._notices, self._words_generation = words, Content(), generation
            self._reader.submit(lambda _: self._read_words(generation, words))

    def _read_words(self, generation: int, words: Sequence[str]) -> None:
        """Say which words of the corners are unknown, in a thread of its own, once the typing pauses."""
        if self._reader.is_overtaken_within(_PAUSE_SECONDS):
            return
        with suppress(EarmarkError):  # said by the blend itself
            notices = [notice for line in words for notice in self.context.session.notices(line)]
            if notices:
                self.post_if_attached(QueryRead(generation, notices))

    def _answer(self, generation: int, find: Callable[[], Blended]) -> None:
        """Answer in the thread of the worker."""
        try:
            blended = find()
        except EarmarkError as error:
            self.post_if_attached(SearchFailed(generation, str(error)))
            return
        rows = self.context.session.rows(blended.ids.tolist())
        self.post_if_attached(BlendFinished(generation, blended, rows))

    @on(BlendFinished)
    def show_blend(self, event: BlendFinished) -> None:
        if event.generation != self._generation:
            return
        blended = event.blended
        self.sounds.show(blended.ids, blended.scores, event.rows)
        self._tell(blended.text, is_warning=not blended.is_honest)
        row = self.sounds.current_row
        if row is not None and isinstance(self.focused, Pad):
            self._audition(row)

    @on(QueryRead)
    def show_notices(self, event: QueryRead) -> None:
        if event.generation == self._words_generation:
            self._notices = Content.assemble(*((f"{notice}   ", "$warning") for notice in event.notices))
            self._show_told()

    @on(SearchFailed)
    def show_problem(self, event: SearchFailed) -> None:
        if event.generation == self._generation:
            self.sounds.show(np.empty(0, np.int64), None, {})
            self.show_nothing()
            self._tell(event.reason, is_warning=True)

    def _tell(self, text: str, *, is_warning: bool = False) -> None:
        style = "$warning" if is_warning else "$foreground 60%"
        self._told = Content.assemble((display_text(text), style))
        self._show_told()

    def _show_told(self) -> None:
        self.status.tell(Content.assemble(self._notices, self._told))
