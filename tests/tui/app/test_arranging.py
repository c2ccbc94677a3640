"""Sorting that never lies, columns that fit, and screens of every size."""

from pathlib import Path

import pytest
from rich.cells import cell_len
from textual.pilot import Pilot
from textual.widgets import OptionList

from db.library import Library
from tests.tui.app.driving import SMALL, WIDE, browse, drive, search, status, to_list, until, write
from tests.tui.app.shelf import make_app
from tui.app.app import EarmarkApp
from tui.app.modals.choose_many import ChooseManyModal
from tui.app.modals.pick import PickModal
from tui.app.screens.browse import BrowseScreen
from tui.app.screens.folders import FoldersScreen
from tui.app.widgets.cells import cut_middle
from tui.app.widgets.details import Details
from tui.app.widgets.facets import Facets
from tui.app.widgets.query_input import QueryInput
from tui.app.widgets.sample_list import SampleList
from tui.app.widgets.status_line import StatusLine
from tui.workspace.listing.columns import COLUMNS, fit
from tui.workspace.listing.sorting import next_order, order_text
from tui.workspace.query.query_line import described_words, last_filter
from tui.workspace.state.app_state import AppState, load_state, save_state

TINY = (60, 15)


async def sort_by(app: EarmarkApp, pilot: Pilot[None], key: str, letters: str) -> None:
    await pilot.press(key)
    await until(pilot, lambda: isinstance(app.screen, PickModal) and app.screen._shown)
    await write(pilot, letters)
    await pilot.press("enter")
    await until(pilot, lambda: not app.screen.is_modal)


def is_answered(app: EarmarkApp) -> bool:
    return browse(app).shown_generation == browse(app)._generation


def test_a_sort_is_chosen_turned_round_told_and_reset(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await to_list(app, pilot)
        found = screen.sounds.ids.tolist()
        await sort_by(app, pilot, "o", "name")
        await until(pilot, lambda: "sorted by Name" in status(app) and "o resets" in status(app))
        rows = app.context.session.rows(screen.sounds.ids.tolist())
        names = [rows[key].sample.paths[0].name for key in screen.sounds.ids.tolist()]
        assert names == sorted(names, key=lambda name: [int(t) if t.isdigit() else t for t in _parts(name)])
        await sort_by(app, pilot, "O", "name")
        await until(pilot, lambda: "Name (descending)" in status(app))
        assert screen.sounds.sorted_by == "-name"
        await pilot.press("o")
        await until(pilot, lambda: "sorted" not in status(app))
        assert screen.sounds.ids.tolist() == found

    drive(make_app(library, state_file), script)


def _parts(name: str) -> list[str]:
    import re

    return re.findall(r"\d+|\D+", name.casefold())


def test_the_sort_before_decides_ties(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await to_list(app, pilot)
        await sort_by(app, pilot, "o", "length")
        await sort_by(app, pilot, "O", "type")
        await until(pilot, lambda: "sorted by Type, then Length" in status(app) and is_answered(app))
        rows = app.context.session.rows(screen.sounds.ids.tolist())
        pairs = [
            (next((tag.name for tag in rows[key].sample.tags if tag.facet == "type"), "~"), rows[key].sample.features)
            for key in screen.sounds.ids.tolist()
        ]
        keys = [(kind, features.duration_seconds) for kind, features in pairs]
        assert keys == sorted(keys)

    drive(make_app(library, state_file), script)


def test_a_click_on_a_header_sorts_and_a_new_description_goes_back_to_the_best_match(
    library: Library, state_file: Path
) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await to_list(app, pilot)
        await search(app, pilot, "noise")
        best = screen.sounds.ids.tolist()
        await pilot.click("#sounds", offset=(4, 0))
        await until(pilot, lambda: screen.sounds.sorted_by == "name" and is_answered(app))
        await search(app, pilot, "noise len:<9")
        assert app.state.sort == "name"  # another filter is no other description
        await search(app, pilot, "noise kick")
        assert app.state.sort == screen.sounds.sorted_by == ""
        await search(app, pilot, "noise")
        assert screen.sounds.ids.tolist() == best

    drive(make_app(library, state_file), script)


def test_a_start_with_a_description_shows_the_best_match_first_and_one_without_keeps_the_sort(
    library: Library, state_file: Path
) -> None:
    for query, kept in (("noise", ""), ("len:<9", "-length")):
        save_state(state_file, AppState(query=query, sort="-length"))

        async def script(app: EarmarkApp, pilot: Pilot[None], kept: str = kept) -> None:
            await to_list(app, pilot)
            assert app.state.sort == kept

        drive(make_app(library, state_file), script)
        assert load_state(state_file).sort == kept


def test_orders_are_built_column_by_column() -> None:
    assert next_order("", "tempo") == "tempo"
    assert next_order("tempo", "tempo") == "-tempo"
    assert next_order("-tempo,name", "tempo") == "tempo,name"
    assert next_order("tempo,name", "key") == "key,tempo"
    assert next_order("", "stars") == "-stars"
    assert order_text("-length,name") == "Length (descending), then Name"


@pytest.mark.parametrize("width", [20, 58, 74, 100, 240])
def test_the_name_gets_the_width_that_is_free(width: int) -> None:
    fitted = {column.key: cells for column, cells in fit(AppState().columns, width)}
    assert sum(fitted.values()) + 2 * (len(fitted) - 1) == max(width, 1)
    assert fitted["name"] >= min(width, 26)
    assert fitted["name"] == max(fitted.values())


def test_long_names_lose_their_middle() -> None:
    assert cut_middle("DHT_12x_BassLoop_Am_003.wav", 20) == "DHT_12x_BassL…03.wav"
    assert cut_middle("short.wav", 12) == "short.wav   "
    assert cell_len(cut_middle("日本語のキックドラム_01.wav", 12)) == 12


def test_columns_without_room_are_named(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await to_list(app, pilot)
        await pilot.press("w")
        await until(pilot, lambda: isinstance(app.screen, ChooseManyModal) and app.screen.query(OptionList))
        keys = list(COLUMNS)
        listed = app.screen.query_one(OptionList)
        assert str(listed.get_option_at_index(0).prompt).startswith("[x] Name")
        assert str(listed.get_option_at_index(keys.index("tags")).prompt).startswith("[ ] Tags")
        for key in ("tags", "form"):
            listed.highlighted = keys.index(key)
            await pilot.press("space")
        await pilot.press("escape")
        await until(pilot, lambda: "No room for: " in status(app) and "Tags" in status(app))
        assert "Tags" in screen.sounds.hidden_columns

    drive(make_app(library, state_file), script, SMALL)


@pytest.mark.parametrize("size", [TINY, SMALL, (110, 30), WIDE])
def test_a_key_shows_the_details_and_another_enters_the_facets_at_every_size(
    library: Library, state_file: Path, size: tuple[int, int]
) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await to_list(app, pilot)
        side, facets, sounds = (screen.query_one(kind) for kind in (Details, Facets, SampleList))
        was_shown = side.display
        assert was_shown == (size == WIDE)
        await pilot.press("v")
        await until(pilot, lambda: side.display != was_shown)
        await pilot.press("v")
        await until(pilot, lambda: side.display == was_shown)
        await pilot.press("g")
        await until(pilot, lambda: facets.has_focus and facets.display and facets.size.width > 15)
        await pilot.press("g")
        await until(pilot, lambda: sounds.has_focus and not facets.display and sounds.display)

    drive(make_app(library, state_file), script, size)


def test_on_the_smallest_screen_the_list_has_most_of_the_rows(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await to_list(app, pilot)
        await until(pilot, lambda: screen.sounds.size.height >= 9)
        assert screen.query_one("Waveform").size.height == 1

    drive(make_app(library, state_file), script, TINY)


@pytest.mark.parametrize("size", [SMALL, WIDE])
def test_names_of_facets_are_never_cut_into_their_counts(
    library: Library, state_file: Path, size: tuple[int, int]
) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await to_list(app, pilot)
        facets = screen.query_one(Facets)
        await pilot.press("g")
        await until(pilot, lambda: facets.lines and facets.display and facets.size.width > 5)
        for y, line in enumerate(facets.lines[: facets.size.height]):
            text = facets.render_line(y).text
            if line.filter:
                name, _, n = text.strip(" ●").rpartition(" ")
                assert n == f"{line.n_samples:,}"
                assert name.strip() == line.label or name.strip().endswith("…")

    drive(make_app(library, state_file), script, size)


def test_escape_never_leaves_the_list_and_slash_begins_another_query(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await to_list(app, pilot)
        await search(app, pilot, "noise")
        query = screen.query_one(QueryInput)
        await pilot.press("escape", "escape")
        assert app.focused is screen.sounds
        await pilot.press("slash")
        await until(pilot, lambda: query.has_focus)
        await pilot.press("end")
        await write(pilot, "s")
        assert query.value == "noises"
        await pilot.press("escape", "slash")
        await until(pilot, lambda: query.has_focus)
        await write(pilot, "k")
        assert query.value == "k"


def test_a_letter_begins_another_query_where_one_comes_back(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        await until(pilot, lambda: browse(app).sounds.current_row)
        await write(pilot, "noise")
        await pilot.press("f5")
        await until(pilot, lambda: isinstance(app.screen, FoldersScreen))
        await pilot.press("f2")
        await until(pilot, lambda: isinstance(app.screen, BrowseScreen))
        await write(pilot, "kick")
        assert browse(app).query_one(QueryInput).value == "kick"

    drive(make_app(library, state_file), script)

    drive(make_app(library, state_file), script)


def test_the_filter_is_dropped_by_one_key_from_more_like_this(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await to_list(app, pilot)
        await search(app, pilot, "noise len:<9 len:<0.4")
        screen.sounds.focus()
        await pilot.press("s")
        await until(pilot, lambda: "backspace removes len:<0.4" in status(app))
        n = len(screen.sounds.ids)
        await pilot.press("backspace")
        await until(pilot, lambda: app.state.query == "noise len:<9" and is_answered(app))
        assert len(screen.sounds.ids) >= n
        assert screen.examples.likes

    drive(make_app(library, state_file), script)


def test_filters_and_words_of_a_line_are_told_apart() -> None:
    assert last_filter('dark kick type:kick in:"My Pack"') == 'in:"My Pack"'
    assert last_filter("dark kick -type:loop") == "-type:loop"
    assert last_filter("12:30 kick") == ""
    assert described_words('dark kick +warm -"long tail" type:kick') == ("dark", "kick", "warm", "long tail")
    assert described_words("type:") == ()


def test_a_wrong_filter_is_explained_in_full_and_the_last_results_stay(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await to_list(app, pilot)
        ids = screen.sounds.ids.tolist()
        screen.query_one(QueryInput).value = "harp:x"
        await until(pilot, lambda: "harp: is not a filter" in status(app))
        line = screen.query_one(StatusLine)
        await until(pilot, lambda: line.size.height >= 3)
        shown = " ".join(strip.text for strip in (line.render_line(y) for y in range(line.size.height)))
        assert "quotes" in " ".join(shown.split())
        assert screen.sounds.ids.tolist() == ids

    drive(make_app(library, state_file), script, SMALL)
