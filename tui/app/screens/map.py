"""The library as a map: neighbours sound alike."""

from collections.abc import Callable
from typing import ClassVar

import numpy as np
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input

from db.errors import EarmarkError
from db.paths import display_text
from db.types import SampleIds
from indexer.search.request import SearchRequest
from tui import formatting
from tui.app.messages import EditMade, MapLit, MapLoaded, MapProgressed, SearchFailed
from tui.app.screens.base import UNLISTED_KEYS, SoundScreen
from tui.app.screens.context import ScreenContext
from tui.app.widgets.hidden_key import hidden_key
from tui.app.widgets.line_input import LineInput
from tui.app.widgets.map_canvas import MapCanvas
from tui.app.widgets.sample_list import SampleList
from tui.app.widgets.status_line import StatusLine
from tui.app.widgets.themes import family_color
from tui.workspace.latest_job_runner import LatestJobRunner
from tui.workspace.listing.columns import FAMILIES
from tui.workspace.session import Found
from tui.workspace.state.map_state import SoundMap, View, load_map, nearest

_N_AROUND = 40
_LEAST_LIT = 0.5  # match of a sound that truly answers a description,
_LEAST_LIT_OF_BEST = 0.75  # or this share of the best match where none does


class MapScreen(SoundScreen):
    """The map at the left, the sounds around its cursor at the right."""

    MODE = "map"
    AUTO_FOCUS = "MapCanvas"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "focus_query", "Highlight", id="map.query", tooltip="Highlight matching sounds"),
        hidden_key("escape", "step_back", "map.back", "Back to the map"),
        *UNLISTED_KEYS,
    ]

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context)
        self._worker = LatestJobRunner("earmark-map", self.tell_fault)
        self._lighter = LatestJobRunner("earmark-light", self.tell_fault)
        self._generation = 0
        self._has_failed = False  # to be tried again
        self._map: SoundMap | None = None
        self._n_lit: int | None = None

    def compose_sounds(self) -> ComposeResult:
        yield LineInput(placeholder="Highlight matching sounds: dusty snare   type:kick", id="light", compact=True)
        yield StatusLine(id="status")
        with Horizontal(id="body"):
            yield MapCanvas()
            with Vertical(id="around"):
                yield SampleList(id="sounds")

    def start(self) -> None:
        self.sounds.columns = ("name", "type")
        canvas = self.query_one(MapCanvas)
        canvas.see(View.of(self.context.state.map_view))
        canvas.focus()
        self.app.theme_changed_signal.subscribe(self, lambda _: self._tell_legend())
        self._tell(Content("Loading the map..."))
        self.load()

    def on_unmount(self) -> None:
        self._worker.close()
        self._lighter.close()

    def on_screen_resume(self) -> None:
        if self._map is not None or self._has_failed:
            self.load()  # sounds may have come meanwhile, or the server is there again

    def show_changed_library(self) -> None:
        super().show_changed_library()
        if self.is_current:
            self.load()

    def load(self) -> None:
        """Read the map in a thread: lay it out where there is none, place what is new, draw what changed."""
        session, before, self._has_failed = self.context.session, self._map, False

        def job(is_overtaken: Callable[[], bool]) -> None:
            try:
                found = load_map(session, lambda share: self.post_if_attached(MapProgressed(share)), is_overtaken)
            except EarmarkError:
                self._has_failed = True
                raise
            if before is None or not found.is_same(before):
                self.post_if_attached(MapLoaded(found))

        self._worker.submit(job)

    @on(MapProgressed)
    def show_progress(self, event: MapProgressed) -> None:
        self._tell(Content(f"Laying out the map: {formatting.percent(event.share)}"))

    @on(MapLoaded)
    def show_map(self, event: MapLoaded) -> None:
        self._map = event.sound_map
        self.query_one(MapCanvas).show(event.sound_map)
        self._tell_legend()
        if self.query_one("#light", Input).value.strip():
            self._light(self.query_one("#light", Input).value)

    @on(MapCanvas.Moved)
    def show_around(self, event: MapCanvas.Moved) -> None:
        if self._map is None:
            return
        x, y = self._map.places[event.row].tolist()
        ids: SampleIds = self._map.ids[nearest(self._map, x, y, _N_AROUND)]
        current = self._map.ids[event.row]
        ids = np.concatenate([[current], ids[ids != current]])
        self.sounds.show(ids, None, {}, keep=event.is_kept)
        if not event.is_kept:
            self._loaded = None
            self._awaited = int(current)

    @on(EditMade)
    def follow_edit(self) -> None:
        """Draw what is so now: a sound may be hidden, or of another type."""
        self.load()

    @on(MapCanvas.BoxClosed)
    def select_box(self, event: MapCanvas.BoxClosed) -> None:
        self.sounds.select(self.sounds.selected.union(event.ids))
        self.say(f"{formatting.count(len(event.ids), 'sound')} selected: c adds them to a collection, e exports them")

    @on(SampleList.SelectionChanged)
    def mark_selected(self) -> None:
        self.query_one(MapCanvas).mark(self.sounds.selected)

    @on(MapCanvas.Viewed)
    def remember_view(self, event: MapCanvas.Viewed) -> None:
        self.context.state.map_view = [event.view.x, event.view.y, event.view.half]

    @on(Input.Changed, "#light")
    def light_typed(self, event: Input.Changed) -> None:
        self._light(event.value)

    def _light(self, line: str) -> None:
        """Find the sounds that match a query, in a thread."""
        self._generation += 1
        generation, session = self._generation, self.context.session

        def job(_: Callable[[], bool]) -> None:
            try:
                found = session.find(SearchRequest(line, folds=False)) if line.strip() else None
            except EarmarkError as error:
                self.post_if_attached(SearchFailed(generation, str(error)))
                return
            self.post_if_attached(MapLit(generation, None if found is None else _best(found)))

        self._lighter.submit(job)

    @on(Input.Submitted, "#light")
    def leave_query(self) -> None:
        self.query_one(MapCanvas).focus()

    @on(MapLit)
    def show_lit(self, event: MapLit) -> None:
        if event.generation == self._generation:
            self.query_one(MapCanvas).light(event.ids)
            self._n_lit = None if event.ids is None else len(event.ids)
            self._tell_legend()

    @on(SearchFailed)
    def show_problem(self, event: SearchFailed) -> None:
        if event.generation == self._generation:
            self._tell(Content.assemble((display_text(event.reason), "$warning")))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer the way to the query line only where one is not on it."""
        return not (action == "focus_query" and isinstance(self.focused, Input))

    def action_focus_query(self) -> None:
        self.query_one(Input).focus()

    def action_select_all(self) -> None:
        """Select all highlighted sounds; where nothing is highlighted, those in the list. Again: none."""
        lit = self.query_one(MapCanvas).lit_ids
        if self.sounds.selected or not len(lit):
            super().action_select_all()
        else:
            self.select_box(MapCanvas.BoxClosed(lit))

    def action_step_back(self) -> None:
        if isinstance(self.focused, MapCanvas) and self.sounds.selected:
            self.sounds.select(())
        self.query_one(MapCanvas).focus()

    def _tell_legend(self) -> None:
        if self._map is not None and not len(self._map.ids):
            self._tell(Content("The map is empty: add folders of sounds first (F5)."))
            return
        is_dark = self.app.current_theme.dark
        names = FAMILIES if self._map is None else self._map.group_names
        colors = [family_color(family, is_dark=is_dark) for family in FAMILIES]
        parts = [part for pair in zip(names, colors, strict=False) for part in ((f"● {pair[0]}", pair[1]), "   ")]
        lit = [] if self._n_lit is None else [(f"{formatting.count(self._n_lit, 'sound')} highlighted", "bold")]
        self._tell(Content.assemble(*parts, *lit))

    def _tell(self, content: Content) -> None:
        self.status.tell(content)


def _best(found: Found) -> SampleIds:
    """Return the sounds that pass the filters, or the good matches if something is described."""
    if found.scores is None or not len(found.ids):
        return found.ids
    return found.ids[found.scores >= min(_LEAST_LIT, _LEAST_LIT_OF_BEST * float(found.scores.max()))]
