"""The main screen: query line, facets, list, details and waveform."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input

from db.errors import EarmarkError
from db.paths import display_text
from db.query.parser import Filter, parse_query
from db.read.facets import TagTable
from indexer.search.request import SearchRequest
from tui.app.messages import (
    EditMade,
    FacetsCounted,
    FolderOffered,
    QueryRead,
    ResultShown,
    SearchFailed,
    SearchFinished,
)
from tui.app.screens.active_learning import ActiveLearningScreen
from tui.app.screens.arranging import ArrangingScreen
from tui.app.screens.by_example import ByExampleScreen
from tui.app.screens.context import ScreenContext
from tui.app.screens.frame import MEDIUM, NARROW
from tui.app.screens.in_time import InTimeScreen
from tui.app.screens.narrowing import NarrowingScreen
from tui.app.screens.regions import RegionScreen
from tui.app.screens.summary import result_summary
from tui.app.widgets.count_list import CountList
from tui.app.widgets.details import Details
from tui.app.widgets.facets import Facets
from tui.app.widgets.folder_panel import FolderPanel
from tui.app.widgets.hidden_key import hidden_key
from tui.app.widgets.query_input import QueryInput
from tui.app.widgets.sample_list import SampleList
from tui.app.widgets.status_line import StatusLine
from tui.workspace.annotations.edits import Examples
from tui.workspace.indexing.dropped_paths import dropped_file, dropped_path
from tui.workspace.latest_job_runner import LatestJobRunner
from tui.workspace.listing.columns import Row
from tui.workspace.listing.facet_lines import (
    active_filters,
    count_facets,
    count_others,
    count_unsure,
    facet_lines,
    known_values,
)
from tui.workspace.listing.folder_tree import count_folders
from tui.workspace.query.query_line import described_words
from tui.workspace.state.project import is_project_line

if TYPE_CHECKING:
    from tui.workspace.annotations.active_learning import ActiveLearning

_PAUSE_SECONDS = 0.3  # in typing; a fast typist takes half as long from key to key


class BrowseScreen(ByExampleScreen, NarrowingScreen, ArrangingScreen, ActiveLearningScreen, InTimeScreen, RegionScreen):
    """Search, listen and edit."""

    MODE = "browse"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "focus_query", "Search", id="browse.query", tooltip="Go to the query line"),
        hidden_key("escape", "step_back", "browse.back", "To the list; there, clear likes or the selection"),
        Binding("s", "more_like", "Similar", id="browse.more_like", tooltip="Find sounds like this one"),
        hidden_key("d", "less_like", "browse.less_like", "Fewer sounds like this one"),
        hidden_key("g", "facets", "browse.facets", "Go to the facets, or hide them"),
        hidden_key("F", "folder_tree", "browse.folders", "Go to the folders, or hide them"),
        hidden_key("v", "details", "browse.details", "Show or hide the details"),
        hidden_key("backspace", "widen", "browse.widen", "Remove the last filter"),
    ]

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context)
        self._searcher = LatestJobRunner("earmark-search", self.tell_fault)
        self._reader = LatestJobRunner("earmark-query", self.tell_fault)
        self._generation = 0
        self._counted: tuple[TagTable, Sequence[Filter]] | None = None  # what the facets on screen were counted of
        self.shown_generation = 0  # of the result on screen
        self._values: Mapping[str, Sequence[str]] = {}
        self._learning_state = ""  # how far the teaching of a tag is
        self._told: Sequence[Content] = ()  # of the result on screen, before notices; ever shorter
        self._words: tuple[str, ...] = ()  # that the list was last asked for
        self._is_kept = False  # the cursor stays on its sound when the next result comes

    def compose_sounds(self) -> ComposeResult:
        # before there is anything to be styled again
        self.set_class(self.context.state.has_facets, "-facets")
        self.set_class(not self.context.state.has_details, "-no-details")
        yield QueryInput(
            lambda name: self._values.get(name, ()),
            lambda: self.context.state.history,
            value=self.context.state.query,
            placeholder="Describe a sound: dusty snare   type:kick   bpm:120..130   -bright",
            id="query",
        )
        yield StatusLine(id="status")
        with Horizontal(id="body"):
            has_tree = self.context.state.has_folder_tree
            yield Facets(id="facets", classes="panel -other" if has_tree else "panel")
            yield FolderPanel(id="tree", classes="panel" if has_tree else "panel -other")
            yield SampleList(id="sounds")
            yield Details(id="side")

    def start(self) -> None:
        state = self.context.state
        self._reset_sort(state.query)
        self.sounds.sorted_by = state.sort.partition(",")[0]
        self.search()
        self.action_focus_query()  # the next letter begins another query than that of the last session

    def on_unmount(self) -> None:
        self._searcher.close()
        self._reader.close()

    # searching

    @on(Input.Changed, "#query")
    def search_typed(self) -> None:
        line = self.query_one(QueryInput).value
        self.context.state.query = line
        self._is_kept, self.learning, self.left_id = False, None, None
        self._reset_sort(line)
        self.search()

    def _reset_sort(self, line: str) -> None:
        """Sort by the best match if the description has changed."""
        words = described_words(line)
        if words and words != self._words:
            self.context.state.sort = self.sounds.sorted_by = ""
        self._words = words

    @on(Input.Submitted, "#query")
    def leave_query(self) -> None:
        query = self.query_one(QueryInput)
        if is_project_line(query.value):
            self.set_project(query.value)
            query.value = ""
            return
        self.context.state.remember_query(query.value)
        self.sounds.focus()
        self.action_replay()

    @on(events.Paste)
    def search_dropped(self, event: events.Paste) -> None:
        """Search by a file that was dropped on the terminal; take a folder to where folders are added."""
        path = dropped_path(event.text)
        if path is None:
            return
        event.stop()
        if path.is_dir():
            self.post_message(FolderOffered(path))
        else:
            self.query_one(QueryInput).value = str(path)
            self.sounds.focus()

    @on(QueryInput.Stepped)
    def move_list(self, event: QueryInput.Stepped) -> None:
        self.sounds.action_move(event.n_rows) if event.n_rows else self.sounds.action_page(event.n_pages)

    def search(self) -> None:
        """Search by the query line in a thread; while a tag is being taught, go on asking."""
        if self.learning is not None:
            self.ask(self.learning, self.sounds.current_id)
            return
        self._generation += 1
        generation, request = self._generation, self._request()
        self._searcher.submit(lambda is_overtaken: self._search(generation, request, is_overtaken))

    def show_changed_library(self) -> None:
        if self.query(QueryInput):
            self.search()

    def ask(self, learning: "ActiveLearning", first: int | None) -> None:
        self._generation += 1
        generation, self._is_kept = self._generation, False
        self._searcher.submit(lambda is_overtaken: self._ask(generation, learning, first, is_overtaken))

    def _request(self) -> SearchRequest:
        line, state = self.query_one(QueryInput).value, self.context.state
        file = dropped_file(line)
        return SearchRequest(
            line="" if file else line,
            likes=(*([file] if file else []), *self.examples.likes),
            dislikes=tuple(self.examples.dislikes),
            order=state.sort,
        )

    def _search(self, generation: int, request: SearchRequest, is_overtaken: Callable[[], bool]) -> None:
        """Answer a request in the thread of the searcher."""
        session = self.context.session
        try:
            found = session.find(request)
        except EarmarkError as error:
            self.post_if_attached(SearchFailed(generation, str(error)))
            return
        self.post_if_attached(SearchFinished(generation, found))
        table, filters = session.tag_table(), parse_query(request.line).filters
        is_counted = self._counted is not None and self._counted[0] is table and self._counted[1] == filters
        if not (is_counted or is_overtaken()):
            collections = session.library.collections()
            counts = count_facets(table, session.library, filters, found.within)
            n_unsure = count_unsure(session.library, filters)
            folders = session.folder_table()
            others = count_others(session.library, folders, filters, found.within, session.n_new())
            lines = facet_lines(table, counts, n_unsure, collections, request.line, others)
            values = known_values(table, collections, sorted(set(folders.packs), key=str.casefold))
            tree = None
            if self.context.state.has_folder_tree:
                tree = count_folders(session.library, folders, filters)
            self.post_if_attached(FacetsCounted(generation, table, filters, lines, values, tree))
        self._reader.submit(lambda _: self._read_query(generation, request.line))

    def _read_query(self, generation: int, line: str) -> None:
        """Say how a line was understood, in a thread of its own, once the typing pauses.

        A word that is no word yet is compared with all file names, for which the next search must not wait.
        """
        if self._reader.is_overtaken_within(_PAUSE_SECONDS):
            return
        with suppress(EarmarkError):  # of the user's taxonomy: said elsewhere
            if notices := self.context.session.notices(line):
                self.post_if_attached(QueryRead(generation, notices))

    def _ask(
        self, generation: int, learning: "ActiveLearning", first: int | None, is_overtaken: Callable[[], bool]
    ) -> None:
        """Choose what to ask about next, in the thread of the searcher."""
        try:
            found, self._learning_state = learning.find(first)
            self.post_if_attached(SearchFinished(generation, found))
            if not is_overtaken():
                learning.prepare()
        except EarmarkError as error:
            self.post_if_attached(SearchFailed(generation, str(error)))

    @on(SearchFinished)
    def show_found(self, event: SearchFinished) -> None:
        if event.generation != self._generation:
            return
        found = event.found
        self.shown_generation = event.generation
        self.shown_line = found.request.line
        before = self.sounds.current_id
        self.sounds.show(found.ids, found.scores, found.rows, keep=self._is_kept)
        self._is_kept = True
        if self.learning is None:
            self.go_back_to_list()
        if self.learning is not None:
            self._told = [self._learning_summary(self.learning)]
        else:
            self._told = result_summary(found, self.sorting, self.examples_text)
        self.status.tell(*self._told)
        self.call_after_refresh(self.post_message, ResultShown())
        row = self.sounds.current_row
        if not len(found.ids):
            self.show_nothing()
        elif row is not None:  # else it is on its way
            self.show_row(row)
            if self.learning is not None and row.sample.id != before:
                self._audition(row)
            else:
                self.call_after_refresh(self._draw_current, row.sample.id)

    def _draw_current(self, sample_id: int) -> None:
        """Draw a sound, unless another one has come since."""
        row = self.sounds.current_row
        if row is not None and row.sample.id == sample_id:
            self.draw(row)

    @on(EditMade)
    def follow_edit(self, event: EditMade) -> None:
        """Count again and list what answers now; the cursor keeps its place."""
        if event.edit.examples is not None:
            self.examples = event.edit.examples
        if self.learning is None:
            self.search()

    @on(QueryRead)
    def show_notices(self, event: QueryRead) -> None:
        if event.generation == self.shown_generation == self._generation:
            notices = [(f"{notice}   ", "$warning") for notice in event.notices]
            self.status.tell(*(Content.assemble(*notices, told) for told in self._told))

    @on(SearchFailed)
    def show_problem(self, event: SearchFailed) -> None:
        if event.generation == self._generation:
            reason = "Waiting for the library" if self.context.trouble else display_text(event.reason)
            self.status.tell(Content.assemble((reason, "$warning")))

    @on(FacetsCounted)
    def show_facets(self, event: FacetsCounted) -> None:
        if event.generation == self._generation:
            self._counted = (event.table, event.filters)
            self.query_one(Facets).show(event.lines)
            if event.tree is not None:
                self.query_one(FolderPanel).show_tree(event.tree, active_filters(self.shown_line))
            self._values = event.values

    def _learning_summary(self, learning: "ActiveLearning") -> Content:
        title = (f"Teaching {display_text(learning.tag.name)}", "bold $primary")
        keys = ("   t yes  T no  z undo  esc ends", "$foreground 60%")
        return Content.assemble(title, f"   {self._learning_state}", keys)

    # details

    def show_nothing(self) -> None:
        super().show_nothing()
        self.query_one(Details).clear()

    def show_row(self, row: Row) -> None:
        self.query_one(Details).show(row)

    # what a key does

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer the way to the query line only where one is not on it."""
        return not (action == "focus_query" and isinstance(self.focused, QueryInput))

    def action_focus_query(self) -> None:
        """Go to the query line with all of it selected, so that the next letter begins another query."""
        query = self.query_one(QueryInput)
        query.focus()
        query.select_all()

    def come_back(self) -> None:
        """Have the next letter begin another query, as at the start."""
        if isinstance(self.focused, QueryInput):
            self.action_focus_query()

    def action_step_back(self) -> None:
        """Go to the list; from there end what it is narrowed by. On the list the key never leaves it."""
        if self.learning is not None and self.focused is self.sounds:
            self.learning = None
            self.search()
        elif self.focused is not self.sounds:
            self.context.state.remember_query(self.query_one(QueryInput).value)
            self.remove_class("-overlay")  # which may cover the list
            self.sounds.focus()
        elif self.examples.likes or self.examples.dislikes:
            self._search_by(Examples(), "Examples cleared")
        elif self.sounds.selected:
            self.sounds.select(())

    def action_facets(self) -> None:
        """Show the facets and go to them; hide them from there."""
        self._show_panel(self.query_one(Facets))

    def action_folder_tree(self) -> None:
        """Show the tree of folders in place of the facets and go to it; hide it from there."""
        self._show_panel(self.query_one(FolderPanel))

    def _show_panel(self, panel: CountList) -> None:
        state, is_wide = self.context.state, self.size.width >= NARROW
        is_shown, is_tree = not panel.has_focus, isinstance(panel, FolderPanel)
        if is_shown and is_tree != state.has_folder_tree:
            state.has_folder_tree = is_tree
            self.query_one(Facets).set_class(is_tree, "-other")
            self.query_one(FolderPanel).set_class(not is_tree, "-other")
            self._counted = None  # folders are counted while they are seen
            self.search()
        self.set_class(is_shown, "-facets" if is_wide else "-overlay")
        if is_wide:
            state.has_facets = is_shown
        (panel if is_shown else self.sounds).focus()

    def action_details(self) -> None:
        """Show or hide the details; on a narrow screen they take room from the list until they are hidden again."""
        if self.size.width >= MEDIUM:
            self.context.state.has_details = not self.context.state.has_details
            self.set_class(not self.context.state.has_details, "-no-details")
        else:
            self.toggle_class("-details")
