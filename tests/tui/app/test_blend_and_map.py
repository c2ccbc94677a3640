"""The blend and the map, as a user takes them."""

from pathlib import Path
from shutil import copyfile
from typing import NoReturn

import numpy as np
import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input

from db.errors import LibraryError
from db.library import Library
from db.query.parser import parse_query
from tests.tui.app.driving import answer, drive, to_list, until, write
from tests.tui.app.shelf import Shelf, make_app
from tui.app.app import EarmarkApp
from tui.app.screens.blend import BlendScreen
from tui.app.screens.map import MapScreen
from tui.app.widgets.map_canvas import MapCanvas
from tui.app.widgets.pad import Pad


def test_the_pad_follows_the_mouse_between_four_corners(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        await pilot.press("f3")
        await until(pilot, lambda: isinstance(app.screen, BlendScreen) and app.screen.query(Pad))
        screen = app.screen
        assert isinstance(screen, BlendScreen)
        for letter, words in zip("ABCD", ("kick", "bell", "pad", "noise"), strict=True):
            screen.query_one(f"#corner-{letter}", Input).value = words
        pad, status = screen.query_one(Pad), screen.query_one("#status")
        await until(pilot, lambda: pad.letters == "ABCD")
        await pilot.mouse_down(Pad, offset=(0, 0))
        await pilot.hover(Pad, offset=(pad.size.width - 1, pad.size.height - 1))
        await pilot.mouse_up(Pad, offset=(pad.size.width - 1, pad.size.height - 1))
        await until(pilot, lambda: "D 100%" in str(status.render()))
        screen.query_one("#corner-B", Input).value = ""
        await until(pilot, lambda: pad.letters == "ACD")

    drive(make_app(library, state_file), script)


def test_two_marked_sounds_wait_in_the_blend_and_a_dropped_file_joins(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await to_list(app, pilot)
        third = library.samples(screen.sounds.ids[8:9].tolist())[0].paths[0]
        await pilot.press("b", "down", "down", "b", "f3")
        await until(pilot, lambda: isinstance(app.screen, BlendScreen) and isinstance(app.focused, Pad))
        blend = app.screen
        assert isinstance(blend, BlendScreen)
        await until(pilot, lambda: len(blend.sounds.ids))
        app.post_message(events.Paste(f"'{third}'"))
        await until(pilot, lambda: blend.query_one(Pad).letters == "ABC")
        await until(pilot, lambda: "C " in str(blend.query_one("#status").render()))
        assert blend.corners[2].file == third

    drive(make_app(library, state_file), script)


def test_a_box_on_the_map_is_drawn_with_the_mouse_and_collected(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        await pilot.press("f4")
        await until(pilot, lambda: isinstance(app.screen, MapScreen) and app.screen._map is not None)
        screen = app.screen
        assert isinstance(screen, MapScreen)
        canvas = screen.query_one(MapCanvas)
        await pilot.mouse_down(MapCanvas, offset=(0, 0))
        await pilot.mouse_up(MapCanvas, offset=(canvas.size.width - 1, canvas.size.height - 1))
        await until(pilot, lambda: len(screen.sounds.selected) == library.stats().n_samples)
        await pilot.press("c")
        await answer(app, pilot, "All")
        await until(pilot, lambda: len(library.collection_ids("All")) == library.stats().n_samples)
        half = canvas._view.half
        canvas.post_message(events.MouseScrollUp(canvas, 5, 5, 0, 0, 0, shift=False, meta=False, ctrl=False))
        await until(pilot, lambda: canvas._view.half < half)

    drive(make_app(library, state_file), script)


def test_a_box_takes_only_what_is_highlighted_and_a_key_goes_to_the_next_of_it(
    library: Library, state_file: Path
) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        await pilot.press("f4")
        await until(pilot, lambda: isinstance(app.screen, MapScreen) and app.screen.sounds.current_row)
        screen = app.screen
        assert isinstance(screen, MapScreen)
        canvas = screen.query_one(MapCanvas)
        expected = library.filter_ids(parse_query("len:<1").filters)
        assert expected is not None
        await pilot.press("slash")
        await write(pilot, "len:<1")
        await until(pilot, lambda: len(canvas._lit_rows) == len(expected))
        await pilot.press("enter", "n")
        await until(pilot, lambda: screen.sounds.current_id in expected)
        first = screen.sounds.current_id
        await pilot.press("n")
        await until(pilot, lambda: screen.sounds.current_id in expected and screen.sounds.current_id != first)
        await pilot.press("N")
        await until(pilot, lambda: screen.sounds.current_id == first)
        await pilot.mouse_down(MapCanvas, offset=(0, 0))
        await pilot.mouse_up(MapCanvas, offset=(canvas.size.width - 1, canvas.size.height - 1))
        await until(pilot, lambda: screen.sounds.selected == set(expected.tolist()))

    drive(make_app(library, state_file), script)


def test_enter_leads_from_corner_to_corner_and_then_to_the_pad(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        await pilot.press("f3")
        await until(pilot, lambda: isinstance(app.screen, BlendScreen) and isinstance(app.focused, Input))
        await write(pilot, "noise")
        await pilot.press("enter")
        await write(pilot, "deep bass")
        blend = app.screen
        assert isinstance(blend, BlendScreen)
        assert [corner.words for corner in blend.corners[:2]] == ["noise", "deep bass"]
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.focused, Pad))
        pad = blend.query_one(Pad)
        text = "".join(segment.text for segment in pad.render_line(pad.size.height // 2))
        assert text.startswith("A noise")
        assert text.rstrip().endswith("deep bass B")

    drive(make_app(library, state_file), script)


def test_unknown_words_in_a_corner_are_named_until_they_change(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        await pilot.press("f3")
        await until(pilot, lambda: isinstance(app.screen, BlendScreen) and isinstance(app.focused, Input))
        blend = app.screen
        assert isinstance(blend, BlendScreen)

        def status() -> str:
            return str(blend.status.render())

        await write(pilot, "snaare")
        await pilot.press("enter")
        await write(pilot, "deep bass")
        await until(pilot, lambda: "Unknown word 'snaare'. Did you mean snare?" in status())
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.focused, Pad))
        await pilot.press("right", "right")
        await until(pilot, lambda: "Did you mean snare?" in status() and "A 30%" in status())
        blend.query_one("#corner-A", Input).value = "snare"
        await until(pilot, lambda: "Unknown" not in status() and "A 30%" in status())

    drive(make_app(library, state_file), script)


def test_new_sounds_find_their_place_on_a_map_that_is_open(
    library: Library, shelf: Shelf, state_file: Path, tmp_path: Path
) -> None:
    more = tmp_path / "more"
    more.mkdir()
    copyfile(min(shelf.sounds.rglob("*.wav")), more / "kept.wav")
    (more / "new.wav").write_bytes(longer(min(shelf.sounds.rglob("*.wav"))))

    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        await pilot.press("f4")
        await until(pilot, lambda: isinstance(app.screen, MapScreen) and app.screen._map is not None)
        screen = app.screen
        assert isinstance(screen, MapScreen)
        assert screen._map is not None
        before = dict(zip(screen._map.ids.tolist(), screen._map.places.tolist(), strict=True))
        app.start_index([more])
        await until(pilot, lambda: app.context.index_run is None, seconds=60)
        await pilot.press("f2", "f4")
        await until(pilot, lambda: screen._map is not None and len(screen._map.ids) == len(before) + 1)
        after = dict(zip(screen._map.ids.tolist(), screen._map.places.tolist(), strict=True))
        assert {key: after[key] for key in before} == before

    drive(make_app(library, state_file), script)


def test_a_map_that_could_not_be_read_is_read_when_one_comes_back_to_it(
    library: Library, state_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def is_away(*_: object) -> NoReturn:
        raise LibraryError("The server went away.")

    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        with monkeypatch.context() as patch:
            patch.setattr("tui.app.screens.map.load_map", is_away)
            await pilot.press("f4")
            await until(pilot, lambda: isinstance(app.screen, MapScreen) and app.screen._has_failed)
        screen = app.screen
        assert isinstance(screen, MapScreen)
        assert screen._map is None
        await pilot.press("f2", "f4")
        await until(pilot, lambda: screen._map is not None)

    drive(make_app(library, state_file), script)


def test_a_hidden_sound_leaves_the_map_and_comes_back(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        await pilot.press("f4")
        await until(pilot, lambda: isinstance(app.screen, MapScreen) and app.screen.sounds.current_row)
        screen = app.screen
        assert isinstance(screen, MapScreen)
        hidden, *others = screen.sounds.ids.tolist()
        await pilot.press("H")
        await until(pilot, lambda: screen._map is not None and hidden not in screen._map.ids)
        await until(pilot, lambda: screen.sounds.current_id == others[0])  # the nearest one
        await pilot.press("z")
        await until(pilot, lambda: hidden in screen.sounds.ids)
        assert screen.sounds.current_id == others[0]

    drive(make_app(library, state_file), script)


def longer(file: Path) -> bytes:
    """Return a sound file with some silence behind it, so that its content is another one."""
    import io

    import soundfile as sf

    frames, rate_hz = sf.read(file)
    buffer = io.BytesIO()
    sf.write(buffer, np.concatenate([frames, np.zeros(rate_hz // 10)]), rate_hz, format="WAV")
    return buffer.getvalue()
