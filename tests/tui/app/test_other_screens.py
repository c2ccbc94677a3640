"""Blend, map and folders as a user meets them."""

from pathlib import Path
from shutil import copyfile

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from db.library import Library
from tests.tui.app.driving import SMALL, answer, drive, until, write
from tests.tui.app.shelf import Shelf, make_app
from tui.app.app import EarmarkApp
from tui.app.screens.blend import BlendScreen
from tui.app.screens.browse import BrowseScreen
from tui.app.screens.folders import FoldersScreen
from tui.app.screens.map import MapScreen
from tui.app.widgets.map_canvas import MapCanvas
from tui.app.widgets.pad import Pad
from tui.app.widgets.top_bar import Tab, TopBar
from tui.workspace.state.blend_state import Corner
from tui.workspace.state.map_state import View


def test_words_and_sounds_are_blended_and_the_pad_moves_between_them(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = app.screen
        assert isinstance(screen, BrowseScreen)
        await until(pilot, lambda: screen.sounds.current_row)
        sound = screen.sounds.current_id
        await pilot.press("escape", "b", "f3")
        await until(pilot, lambda: isinstance(app.screen, BlendScreen) and app.screen.query(Input).first().value)
        blend = app.screen
        assert isinstance(blend, BlendScreen)
        blend.query_one("#corner-B", Input).value = "noise"
        pad = blend.query_one(Pad)
        pad.focus()
        await pilot.press(*["left"] * 5)
        await until(pilot, lambda: blend.sounds.current_id == sound)
        assert (pad.x, pad.n_corners) == (0.0, 2)
        await until(pilot, lambda: app.player.start_seconds is not None)

    drive(make_app(library, state_file), script)


def test_a_long_sentence_takes_a_second_row_and_gives_it_back(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        await pilot.press("f3")
        await until(pilot, lambda: isinstance(app.screen, BlendScreen) and app.screen.query(Pad))
        status = app.screen.query_one("#status")
        await until(pilot, lambda: "move between them" in str(status.render()) and status.size.height == 2)
        for letter in "AB":
            app.screen.query_one(f"#corner-{letter}", Input).value = "noise"
        await until(pilot, lambda: "50%" in str(status.render()) and status.size.height == 1)

    drive(make_app(library, state_file), script, SMALL)


def test_the_screen_the_corners_and_the_view_are_there_again_at_the_next_start(
    library: Library, state_file: Path
) -> None:
    async def leave(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = app.screen
        assert isinstance(screen, BrowseScreen)
        await until(pilot, lambda: screen.sounds.current_row)
        await pilot.press("escape", "b", "f4")
        await until(pilot, lambda: isinstance(app.screen, MapScreen) and app.screen.sounds.current_row)
        await pilot.press("right_square_bracket", "right_square_bracket", "f3")
        await until(pilot, lambda: isinstance(app.screen, BlendScreen) and app.screen.query(Input).first().value)
        blend = app.screen
        assert isinstance(blend, BlendScreen)
        blend.query_one("#corner-B", Input).value = "warm noise"
        await until(pilot, lambda: "warm noise" in app.state.corners)
        left.append((blend.corners, app.state.map_view))

    async def come_back(app: EarmarkApp, pilot: Pilot[None]) -> None:
        await until(pilot, lambda: isinstance(app.screen, BlendScreen) and app.screen.corners[1].is_set)
        blend = app.screen
        assert isinstance(blend, BlendScreen)
        assert (blend.corners, app.state.map_view) == left[0]
        await pilot.press("f4")
        await until(pilot, lambda: isinstance(app.screen, MapScreen) and app.screen.sounds.current_row)
        assert app.screen.query_one(MapCanvas).view == View.of(left[0][1])
        assert View.of(left[0][1]).half < View().half

    left: list[tuple[list[Corner], list[float]]] = []
    drive(make_app(library, state_file), leave)
    drive(make_app(library, state_file), come_back)


def test_selected_sounds_are_marked_on_the_map(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        await pilot.press("f4")
        await until(pilot, lambda: isinstance(app.screen, MapScreen) and app.screen.sounds.current_row)
        screen = app.screen
        assert isinstance(screen, MapScreen)
        canvas = screen.query_one(MapCanvas)
        marked = canvas.get_component_rich_style("mapcanvas--selected").color

        def n_marked() -> int:
            lines = [canvas.render_line(y) for y in range(canvas.size.height)]
            return sum(
                segment.style is not None and segment.style.color == marked for line in lines for segment in line
            )

        assert n_marked() == 0
        await pilot.press("X")
        await until(pilot, lambda: n_marked() > 0)
        await pilot.press("X")
        await until(pilot, lambda: n_marked() == 0)

    drive(make_app(library, state_file), script)


def test_a_path_is_listed_and_kept_as_a_collection(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        await pilot.press("f3")
        await until(pilot, lambda: isinstance(app.screen, BlendScreen) and app.screen.is_mounted)
        blend = app.screen
        assert isinstance(blend, BlendScreen)
        await write(pilot, "deep kick")
        await pilot.press("tab")
        await write(pilot, "bright bell")
        await pilot.press("escape", "p")
        await until(
            pilot,
            lambda: "A path of 8 steps" in str(blend.query_one("#status").render()),
        )
        steps = blend.sounds.ids.tolist()
        await pilot.press("S")
        await answer(app, pilot, "Walk")
        await until(pilot, lambda: library.collection_ids("Walk") == steps)

    drive(make_app(library, state_file), script, SMALL)


def test_the_map_is_laid_out_once_walked_and_boxed(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        await pilot.press("f4")
        await until(pilot, lambda: isinstance(app.screen, MapScreen) and app.screen._map is not None)
        screen = app.screen
        assert isinstance(screen, MapScreen)
        info = app.session.text_encoder.info
        assert len(library.map_points(info)[0]) == library.stats().n_samples
        await until(pilot, lambda: screen.sounds.current_row)
        before = screen.sounds.current_id
        await pilot.press("v", "right")
        await until(pilot, lambda: screen.sounds.current_id != before)
        await until(pilot, lambda: app.player.start_seconds is not None)
        await pilot.press("v")
        await until(pilot, lambda: before in screen.sounds.selected)
        await pilot.press("right_square_bracket", "shift+left", "home")
        await pilot.press("slash")
        await write(pilot, "noise")
        canvas = screen.query_one(MapCanvas)
        await until(pilot, lambda: canvas._lit is not None and canvas._lit.any())

    drive(make_app(library, state_file), script)


def test_an_empty_library_leads_to_the_folders_and_browsing_goes_on_meanwhile(
    shelf: Shelf, tmp_path: Path, state_file: Path
) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        await until(pilot, lambda: isinstance(app.screen, FoldersScreen) and app.focused)
        folders = app.screen
        assert isinstance(folders, FoldersScreen)
        await until(pilot, lambda: "Where are your sounds" in str(folders.query_one("#welcome").render()))
        folders.query_one(Input).value = str(shelf.sounds)
        await pilot.press("enter")
        await until(pilot, lambda: app.context.index_run is not None)
        await pilot.press("f2")
        await until(pilot, lambda: app.context.index_run is None, seconds=60)
        browse = app.screen
        assert isinstance(browse, BrowseScreen)
        await until(pilot, lambda: len(browse.sounds.ids) == library.stats().n_samples > 0)

    with Library.create(tmp_path / "new") as library:
        drive(make_app(library, state_file), script)


def test_listening_can_be_paused_and_stopped(shelf: Shelf, tmp_path: Path, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        await until(pilot, lambda: isinstance(app.screen, FoldersScreen) and app.focused)
        app.start_index([shelf.sounds])
        run = app.context.index_run
        assert run is not None
        await pilot.press("escape", "p")
        assert "Paused" in str(app.screen.query_one("#progress").render())
        await pilot.press("p", "s")
        await until(pilot, lambda: app.context.index_run is None)

    with Library.create(tmp_path / "new") as library:
        drive(make_app(library, state_file), script)


def test_a_folder_without_sounds_ends_in_a_sentence_and_the_next_one_is_indexed(
    shelf: Shelf, tmp_path: Path, state_file: Path
) -> None:
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "letter.txt").touch()

    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        await until(pilot, lambda: isinstance(app.screen, FoldersScreen) and app.focused)
        app.start_index([tmp_path / "documents"])
        app.start_index([shelf.sounds])  # while the first is under way
        await until(pilot, lambda: app.context.index_run is None and library.stats().n_samples > 0, seconds=60)
        assert [root.path for root in library.roots()] == [tmp_path / "documents", shelf.sounds]

    with Library.create(tmp_path / "new") as library:
        drive(make_app(library, state_file), script)


def test_a_run_that_fails_in_an_unforeseen_way_ends_in_a_sentence_and_the_next_one_works(
    shelf: Shelf, tmp_path: Path, state_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        await until(pilot, lambda: isinstance(app.screen, FoldersScreen) and app.focused)
        with monkeypatch.context() as patch:
            patch.setattr("indexer.ingest.pipeline.index", lambda *_args, **_options: 1 / 0)
            patch.setattr("tui.settings.fault_log", lambda: tmp_path / "fault.log")
            app.start_index([shelf.sounds])
            await until(pilot, lambda: app.context.index_run is None)
        assert "ZeroDivisionError" in str(app.screen.query_one("#progress").render())
        assert "Traceback" in (tmp_path / "fault.log").read_text()
        app.start_index([shelf.sounds])
        await until(pilot, lambda: app.context.index_run is None and library.stats().n_samples > 0, seconds=60)

    with Library.create(tmp_path / "new") as library:
        drive(make_app(library, state_file), script)


def test_a_folder_is_forgotten_only_after_a_yes(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        await pilot.press("f5")
        await until(pilot, lambda: isinstance(app.screen, FoldersScreen) and app.screen._roots)
        await pilot.press("escape", "down", "delete")
        await until(pilot, lambda: app.screen.is_modal)
        await pilot.press("n")
        assert len(library.roots()) == 1
        await pilot.press("delete")
        await until(pilot, lambda: app.screen.is_modal)
        await pilot.press("y")
        await until(pilot, lambda: not library.roots())

    drive(make_app(library, state_file), script)


def test_what_cannot_be_decoded_is_listed_with_its_reason(tmp_path: Path, shelf: Shelf, state_file: Path) -> None:
    sounds = tmp_path / "sounds"
    sounds.mkdir()
    copyfile(min(shelf.sounds.rglob("*.wav")), sounds / "good.wav")
    (sounds / "[Am] bad.wav").write_bytes(b"RIFF, but not really")

    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        await until(pilot, lambda: isinstance(app.screen, FoldersScreen) and app.focused)
        app.start_index([sounds])
        await until(pilot, lambda: app.context.index_run is None)
        problems = app.screen.query_one("#problems")
        await until(pilot, lambda: problems.option_count == 1)
        assert "[Am] bad.wav" in str(problems.get_option_at_index(0).prompt)

    with Library.create(tmp_path / "new") as library:
        drive(make_app(library, state_file), script)


def test_the_keys_of_the_screens_give_way_where_the_facts_would_be_cut(library: Library, state_file: Path) -> None:
    def bar(app: EarmarkApp) -> tuple[int, str]:
        """Return the cells for the facts, and the name of the first screen."""
        bar = app.screen.query_one(TopBar)
        return bar.query_one("#facts").content_size.width, str(bar.query(Tab).first().render())

    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        await until(pilot, lambda: bar(app) == (14, "F2 Browse"))
        app.context.facts = "1,180 sounds   1 folder offline"
        for key in ("f5", "f2"):
            await pilot.press(key)
            await until(pilot, lambda: bar(app) == (32, "Browse"))

    drive(make_app(library, state_file), script, SMALL)
