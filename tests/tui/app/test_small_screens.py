"""What has to be read and pressed on a screen of 80 columns, and keys that have nothing to work on."""

from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widget import Widget
from textual.widgets import Input
from textual.widgets._footer import FooterKey

from db.library import Library
from tests.tui.app.driving import SMALL, browse, drive, search, to_list, until
from tests.tui.app.shelf import make_app
from tui.app.app import EarmarkApp
from tui.app.screens.map import MapScreen
from tui.app.widgets.map_canvas import MapCanvas
from tui.app.widgets.now_playing import NowPlaying
from tui.app.widgets.sample_list import SampleList
from tui.app.widgets.status_line import StatusLine
from tui.workspace.annotations.edits import Examples

LONG = "snare opaque " + "very " * 40 + "long.wav"


def status(app: EarmarkApp) -> str:
    return str(app.screen.query_one(StatusLine).render())


def footer(app: EarmarkApp) -> list[str]:
    return [key.description for key in app.screen.query(FooterKey)]


def test_the_list_does_not_move_down_for_the_examples_of_a_search(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await to_list(app, pilot)
        top = screen.sounds.region.y
        first, second = screen.sounds.ids[:2].tolist()
        screen.examples = Examples(likes={first: LONG}, dislikes={second: "hat.wav"})
        screen.search()
        await until(pilot, lambda: "≠ hat.wav" in status(app))
        await pilot.pause()
        assert "≈ snare opaq…" in status(app)
        assert "esc clears" in status(app)
        assert screen.sounds.region.y == top

    drive(make_app(library, state_file), script, SMALL)


def test_where_there_is_room_the_line_above_the_list_says_all(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await to_list(app, pilot)
        await pilot.press("s")
        name = screen.sounds.current_row.sample.paths[0].name
        await until(pilot, lambda: f"≈ {name}" in status(app))
        assert " ms " in status(app)

    drive(make_app(library, state_file), script)


def test_of_a_long_name_the_time_is_still_seen(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await to_list(app, pilot)
        row = screen.sounds.current_row
        sample = row.sample
        paths = tuple(path.with_name(LONG) for path in sample.paths)
        screen.sounds.supply({sample.id: replace(row, sample=replace(sample, paths=paths))})
        heard = screen.query_one(NowPlaying).query_one("#heard")
        await until(pilot, lambda: "snare opa" in str(heard.render()))
        shown = str(heard.render())
        assert "…" in shown
        assert "long.wav  " in shown
        assert shown.endswith(" s")
        assert len(shown) <= heard.content_size.width

    drive(make_app(library, state_file), script, SMALL)


def test_a_corner_of_the_blend_says_how_to_go_on(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        await pilot.press("f3")
        await until(pilot, lambda: "Next corner, then the pad" in footer(app))
        assert footer(app) == ["Next corner, then the pad", "To the list", "Help"]
        await pilot.press("escape")
        await until(pilot, lambda: app.focused is app.screen.query_one(SampleList))

    drive(make_app(library, state_file), script, SMALL)


@pytest.mark.parametrize(("key", "says"), [("g", ["Filter"]), ("F", ["Filter", "Open"])])
def test_in_facets_and_folders_the_footer_names_their_keys_first(
    library: Library, state_file: Path, key: str, says: list[str]
) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        await to_list(app, pilot)
        await pilot.press(key)
        await until(pilot, lambda: footer(app)[: len(says)] == says)
        assert footer(app)[-1] == "Help"

    drive(make_app(library, state_file), script, SMALL)


def test_a_key_pressed_while_the_map_opens_is_no_query(
    library: Library, state_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    focused: list[object] = []
    set_focus = MapScreen.set_focus

    def note(screen: MapScreen, widget: Widget | None, *rest: bool, **more: bool) -> None:
        focused.append(widget)
        set_focus(screen, widget, *rest, **more)

    monkeypatch.setattr(MapScreen, "set_focus", note)

    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        await pilot.press("f4")
        await until(pilot, lambda: isinstance(app.focused, MapCanvas))
        assert not any(isinstance(widget, Input) for widget in focused)

    drive(make_app(library, state_file), script)


@pytest.mark.parametrize("key", ["t", "m", "K", "c", "asterisk", "e", "4"])
def test_without_a_sound_no_question_is_asked_about_it(library: Library, state_file: Path, key: str) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await to_list(app, pilot)
        await search(app, pilot, "type:nothing-like-it")
        screen.sounds.focus()
        assert not len(screen.sounds.ids)
        await pilot.press(key)
        await until(pilot, lambda: "No sound is selected" in status(app))
        assert browse(app) is screen

    drive(make_app(library, state_file), script)
