"""Browsing as a user does it: keys in, what is on screen and in the library out."""

from dataclasses import replace
from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot

from db.library import Library
from db.types import Source
from indexer.tagging.manual_tags import tag_named
from tests.tui.app.driving import SMALL, WIDE, answer, answered, browse, drive, to_list, until, write
from tests.tui.app.shelf import make_app
from tui.app.app import EarmarkApp
from tui.app.keys import Keys
from tui.app.screens.folders import FoldersScreen
from tui.app.widgets.facets import Facets
from tui.app.widgets.folder_input import FolderInput
from tui.app.widgets.query_input import QueryInput
from tui.workspace.annotations.edits import FAVOURITES
from tui.workspace.listing.columns import COLUMNS
from tui.workspace.state.app_state import load_state


@pytest.mark.parametrize("size", [SMALL, WIDE])
def test_the_library_is_listed_at_once(library: Library, state_file: Path, size: tuple[int, int]) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        await until(pilot, lambda: browse(app).sounds.current_row)
        assert len(browse(app).sounds.ids) == library.stats().n_samples
        assert isinstance(app.focused, QueryInput)

    drive(make_app(library, state_file), script, size)


def test_each_keystroke_searches_and_the_arrows_play_while_typing(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        await write(pilot, "noise len:<1")
        await answered(app, pilot, "noise len:<1")
        await pilot.press("down")
        await until(pilot, lambda: app.player.start_seconds is not None)
        row = browse(app).sounds.current_row
        assert row is not None
        assert app.player.now.path == row.sample.paths[0]
        assert row.sample.features.duration_seconds < 1

    drive(make_app(library, state_file), script)


def test_rows_that_are_out_of_sight_are_taken_in_but_not_drawn(
    library: Library, state_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        sounds = (await to_list(app, pilot)).sounds
        first, below = int(sounds.ids[0]), int(sounds.ids[sounds.size.height])
        await until(pilot, lambda: sounds.row(below))
        known = {one: row for one in (first, below) if (row := sounds.row(one))}
        drawn: list[bool] = []
        monkeypatch.setattr(sounds, "refresh", lambda: drawn.append(True))
        sounds.supply({below: replace(known[below], heard_at=7)})
        assert not drawn
        assert sounds.row(below) == replace(known[below], heard_at=7)
        sounds.supply({first: known[first]})
        assert drawn == [True]

    drive(make_app(library, state_file), script, SMALL)


def test_how_a_query_was_understood_is_said(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        for line, notice in (
            ("qzxvwjk", "Unknown word 'qzxvwjk'."),
            ("type:kik", "There is no type 'kik'. Did you mean kick?"),
            ("100-130 bpm", "Read 100-130 bpm as bpm:100..130"),
        ):
            await pilot.press("ctrl+u")
            await write(pilot, line)
            await until(pilot, lambda notice=notice: notice in str(browse(app).status.render()))

    drive(make_app(library, state_file), script)


def test_keys_that_come_faster_than_they_are_served_keep_their_order(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        await write(pilot, "noise")
        for key in ("ctrl+u", *"kicks", "backspace", *"er", "home", *"a", "delete", "end", "backspace", *"e"):
            app.post_message(events.Key(key, key if len(key) == 1 else None))
        await until(pilot, lambda: app.state.query.endswith("ee"))
        assert app.query_one(QueryInput).value == "aickee"

    drive(make_app(library, state_file), script)


def test_a_half_typed_filter_is_explained_and_the_list_stays(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        await until(pilot, lambda: len(browse(app).sounds.ids))
        await write(pilot, "bpm:fast")
        status = browse(app).query_one("#status")
        await until(pilot, lambda: "takes a number" in str(status.render()))
        assert len(browse(app).sounds.ids)

    drive(make_app(library, state_file), script)


def test_moving_plays_left_stops_right_replays_and_autoplay_off_is_off(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        await to_list(app, pilot)
        await pilot.press("l", "down")
        await until(pilot, lambda: app.player.now.is_playing)
        await pilot.press("left")
        assert not app.player.now.is_playing
        await pilot.press("right")
        await until(pilot, lambda: app.player.now.is_playing)
        await pilot.press("space")
        assert not app.player.now.is_playing
        await pilot.press("a", "down")
        await until(pilot, lambda: browse(app)._loaded)
        assert not app.player.now.is_playing

    drive(make_app(library, state_file), script)


def test_a_click_in_the_waveform_plays_from_there(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await to_list(app, pilot)
        await until(pilot, lambda: screen._loaded)
        assert screen._loaded is not None
        starts: list[float] = []
        app.player.play = lambda _path, _gain, at_seconds, **_: starts.append(at_seconds)  # type: ignore[method-assign]
        await pilot.click("Waveform", offset=(app.size.width // 2, 1))
        assert starts == [pytest.approx(screen._loaded.duration_seconds / 2, rel=0.02)]

    drive(make_app(library, state_file), script)


def test_stars_favourites_notes_tags_and_undo(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await to_list(app, pilot)
        current = screen.sounds.current_id
        assert current is not None
        await pilot.press("4")
        await until(pilot, lambda: library.annotations([current]))
        await until(pilot, lambda: screen.sounds.current_row and screen.sounds.current_row.annotation.stars == 4)
        await pilot.press("f")
        await until(pilot, lambda: library.collection_ids(FAVOURITES) == [current])
        await pilot.press("i")
        await answer(app, pilot, "for the bridge")
        await until(pilot, lambda: library.annotations([current])[current].note == "for the bridge")
        await pilot.press("t")
        await answer(app, pilot, "dusty")
        await until(pilot, lambda: "dusty" in {tag.name for tag in library.samples([current])[0].tags})
        await pilot.press("z")
        await until(pilot, lambda: "dusty" not in {tag.name for tag in library.samples([current])[0].tags})

    drive(make_app(library, state_file), script)


def test_selected_sounds_are_collected_together(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await to_list(app, pilot)
        first = screen.sounds.ids[:2].tolist()
        await pilot.press("x", "x", "c")
        await answer(app, pilot, "My Kit")
        await until(pilot, lambda: library.collection_ids("My Kit") == first)

    drive(make_app(library, state_file), script)


def test_shift_selects_what_it_passes(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await to_list(app, pilot)
        await pilot.press("down", "shift+down", "shift+down")
        assert screen.sounds.selected == set(screen.sounds.ids[1:4].tolist())
        await pilot.click("#sounds", offset=(6, 7), shift=True)
        assert screen.sounds.selected == set(screen.sounds.ids[1:7].tolist())
        selected = screen.query_one("#selected")
        await until(pilot, lambda: "6 selected" in str(selected.render()))
        await pilot.press("escape")
        assert not screen.sounds.selected

    drive(make_app(library, state_file), script)


def test_columns_are_ticked_and_kept(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await to_list(app, pilot)
        order = list(COLUMNS)
        await pilot.press("w")
        await until(pilot, lambda: app.screen.is_modal and app.focused)
        await pilot.press(
            *["down"] * order.index("form"), "space", "home", *["down"] * order.index("stars"), "enter", "escape"
        )
        await until(pilot, lambda: "form" in screen.sounds.columns)
        assert "stars" not in screen.sounds.columns

    drive(make_app(library, state_file), script)
    assert "form" in load_state(state_file).columns


def test_a_facet_narrows_the_list_and_frees_it_again(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        facets = browse(app).query_one(Facets)
        await until(pilot, lambda: len(facets.lines) > 1)
        n_all = len(browse(app).sounds.ids)
        facets.focus()
        await pilot.press("down", "enter")
        query = browse(app).query_one(QueryInput)
        await until(pilot, lambda: query.value.startswith(("type:", "form:")))
        await until(pilot, lambda: 0 < len(browse(app).sounds.ids) < n_all or "form" in query.value)
        await pilot.press("enter")
        await until(pilot, lambda: not query.value.strip() and len(browse(app).sounds.ids) == n_all)

    drive(make_app(library, state_file), script)


def test_more_like_this_and_escape_brings_all_back(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await to_list(app, pilot)
        await pilot.press("down", "s")
        await until(pilot, lambda: screen.sounds._scores is not None)
        await pilot.press("escape")
        await until(pilot, lambda: screen.sounds._scores is None)

    drive(make_app(library, state_file), script)


def test_teaching_plays_what_is_doubtful_learns_and_undoes(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await to_list(app, pilot)

        def status() -> str:
            return str(screen.query_one("#status").render())

        await pilot.press("down", "down")
        before = screen.sounds.current_id
        await pilot.press("L")
        await answer(app, pilot, "crackly")
        await until(pilot, lambda: "Teaching crackly   0 of 3 yes, 0 no" in status())
        await until(pilot, lambda: app.player.start_seconds is not None)
        asked = screen.sounds.ids.tolist()
        await pilot.press("t")
        await until(pilot, lambda: "1 of 3 yes, 0 no" in status())
        assert screen.sounds.current_id == asked[1]
        await pilot.press("T")
        await until(pilot, lambda: "1 of 3 yes, 1 no" in status())
        second, third = screen.sounds.ids[:2].tolist()
        await pilot.press("t")
        await until(pilot, lambda: "2 of 3 yes, 1 no" in status())
        await pilot.press("t")
        await until(pilot, lambda: "3 yes, 1 no" in status() and "tagged" in status())
        tag = tag_named("crackly")
        assert list(library.few_shot_tags()) == [tag]
        said = {cell.sample_id: value for cell, value in library.tag_confidences(tag, [Source.USER]).items()}
        assert said == {asked[0]: 1.0, asked[1]: 0.0, second: 1.0, third: 1.0}
        await pilot.press("z")
        await until(pilot, lambda: "2 of 3 yes, 1 no" in status())
        assert screen.sounds.current_id == third
        assert library.few_shot_tags() == {}
        await pilot.press("escape")
        await until(pilot, lambda: "Teaching" not in status())
        assert screen.sounds.current_id == before

    drive(make_app(library, state_file), script)


def test_paths_are_copied_byte_for_byte_as_far_as_text_can(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await to_list(app, pilot)
        await pilot.press("y")
        row = screen.sounds.current_row
        assert row is not None
        assert app.clipboard == str(row.sample.paths[0])

    drive(make_app(library, state_file), script)


@pytest.mark.parametrize("keys", [(), ("escape",)])
def test_a_dropped_file_is_searched_by_its_sound(library: Library, state_file: Path, keys: tuple[str, ...]) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        await until(pilot, lambda: browse(app).sounds.current_row)
        await write(pilot, "dusty")
        await pilot.press(*keys)
        path = library.samples([int(browse(app).sounds.ids[0])])[0].paths[0]
        app.post_message(events.Paste(f"'{path}'"))
        query = browse(app).query_one(QueryInput)
        await until(pilot, lambda: query.value == str(path))
        await until(pilot, lambda: browse(app).sounds._scores is not None)

    drive(make_app(library, state_file), script)


def test_other_text_is_pasted_as_it_is(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        await until(pilot, lambda: browse(app).sounds.current_row)
        app.post_message(events.Paste("/no such/kick"))
        query = browse(app).query_one(QueryInput)
        await until(pilot, lambda: query.value == "/no such/kick")

    drive(make_app(library, state_file), script)


def test_a_dropped_folder_is_offered_to_be_added(library: Library, state_file: Path, tmp_path: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        await to_list(app, pilot)
        app.post_message(events.Paste(f"{tmp_path}\n"))
        await until(pilot, lambda: isinstance(app.screen, FoldersScreen) and isinstance(app.focused, FolderInput))
        folder = app.screen.query_one(FolderInput)
        await until(pilot, lambda: folder.value == str(tmp_path))
        assert not app.screen.query_one("#roots").has_focus

    drive(make_app(library, state_file), script)


def test_a_key_leads_to_another_sound_at_random(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await to_list(app, pilot)
        for _ in range(3):
            before = screen.sounds.current_id
            await pilot.press("R")
            assert screen.sounds.current_id != before

    drive(make_app(library, state_file), script)


def test_keys_can_be_those_of_vim(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await to_list(app, pilot)
        await pilot.press("j", "j", "k")
        assert screen.sounds.cursor == 1

    drive(make_app(library, state_file, Keys("vim")), script)


def test_help_and_palette_open_over_everything(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        await to_list(app, pilot)
        await pilot.press("f1")
        assert app.screen.is_modal
        await pilot.press("escape", "ctrl+p")
        await pilot.pause()
        assert app.screen.is_modal
        await pilot.press("escape")

    drive(make_app(library, state_file), script)


def test_the_screen_follows_the_terminal(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        facets = browse(app).query_one(Facets)
        assert facets.display
        await pilot.resize_terminal(*SMALL)
        await until(pilot, lambda: not facets.display)
        assert browse(app).sounds.size.height >= 12
        await pilot.resize_terminal(*WIDE)
        await until(pilot, lambda: facets.display)

    drive(make_app(library, state_file), script)
