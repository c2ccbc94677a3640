"""Getting sounds out, mice, faults and other ways through the app, as a user takes them."""

import base64
import json
import os
import threading
from pathlib import Path

import numpy as np
import pytest
from textual.pilot import Pilot
from textual.widgets import Input, OptionList

from db.library import Library
from tests.tui.app.driving import drive, search, to_list, toasts, until, write
from tests.tui.app.shelf import make_app, silent
from tui.app.app import EarmarkApp
from tui.app.modals.plan import PlanModal
from tui.app.modals.prompt import PromptModal
from tui.app.player.output import Output, Render
from tui.app.player.player import Playback, Player
from tui.app.widgets.facets import Facets
from tui.app.widgets.now_playing import NowPlaying
from tui.app.widgets.top_bar import TITLES
from tui.app.widgets.waveform import Waveform
from tui.workspace.annotations.edits import FAVOURITES


@pytest.mark.parametrize(("form", "n_down"), [("copies", 0), ("links", 1), ("m3u", 2), ("json", 3), ("sp404", -1)])
def test_selected_sounds_are_exported_in_each_form_and_nothing_is_overwritten(
    library: Library, state_file: Path, tmp_path: Path, form: str, n_down: int
) -> None:
    target = tmp_path / "out"

    async def export(app: EarmarkApp, pilot: Pilot[None]) -> None:
        await pilot.press("e")
        await until(pilot, lambda: app.screen.query_one(OptionList).highlighted == 0 and app.focused)
        await pilot.press(*(["down"] * n_down if n_down >= 0 else "404"), "enter")
        await until(pilot, lambda: isinstance(app.screen, PromptModal) and app.focused)
        app.screen.query_one(Input).value = str(target)
        await pilot.press("enter")
        if form in {"copies", "links", "sp404"}:
            await until(pilot, lambda: isinstance(app.screen, PlanModal) and app.screen.query("Static"))
            await pilot.press("enter")

    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await to_list(app, pilot)
        paths = [sample.paths[0] for sample in library.samples(screen.sounds.ids[:3].tolist())]
        await pilot.press("x", "x", "x")
        await export(app, pilot)
        await until(pilot, lambda: "3 sounds exported" in str(screen.status.render()))
        if target.is_dir():
            names = [file.name for file in target.rglob("*") if file.is_file()]
            assert len(names) == 3 if form == "sp404" else sorted(names) == sorted(path.name for path in paths)
            assert all(file.is_symlink() == (form == "links") for file in target.iterdir())
        elif form == "m3u":
            lines = target.read_bytes().splitlines()
            assert [line for line in lines if not line.startswith(b"#")] == [os.fsencode(path) for path in paths]
        else:
            assert [entry["paths"][0] for entry in json.loads(target.read_text())] == [str(path) for path in paths]
        before = target.read_bytes() if target.is_file() else None
        await export(app, pilot)
        if before is None:
            await until(pilot, lambda: "3 exported before" in str(screen.status.render()))
        else:
            await until(pilot, lambda: "exists already" in toasts(app))
            assert target.read_bytes() == before

    drive(make_app(library, state_file), script)


def test_paths_go_to_the_clipboard_of_the_terminal(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await to_list(app, pilot)
        written: list[str] = []
        assert app._driver is not None
        app._driver.write = written.append  # type: ignore[method-assign]
        await pilot.press("x", "x", "y")
        paths = [str(sample.paths[0]) for sample in library.samples(screen.sounds.ids[:2].tolist())]
        code = base64.b64encode("\n".join(paths).encode()).decode()
        assert f"\x1b]52;c;{code}\x07" in written

    drive(make_app(library, state_file), script)


def test_a_missing_file_manager_is_a_sentence_with_the_path(
    library: Library, state_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object, **_kwargs: object) -> None:
        raise FileNotFoundError

    monkeypatch.setattr("tui.workspace.export.reveal.subprocess.Popen", refuse)

    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await to_list(app, pilot)
        row = screen.sounds.current_row
        assert row is not None
        await pilot.press("r")
        await until(pilot, lambda: f"no file manager to open. The file is {row.sample.paths[0]}" in toasts(app))

    drive(make_app(library, state_file), script)


def test_volume_loop_and_autoplay_are_switched_by_key_and_shown(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await to_list(app, pilot)
        line = screen.query_one(NowPlaying)
        await pilot.press("minus", "minus", "plus", "l", "a")
        assert app.player.volume == pytest.approx(0.9)
        assert app.player.is_looping
        assert not app.state.has_autoplay
        assert "90%" in str(line.query_one("#volume").render())
        await pilot.click("#autoplay", offset=(2, 0))
        await until(pilot, lambda: app.state.has_autoplay)

    drive(make_app(library, state_file), script)


def test_the_list_plays_itself_through(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await to_list(app, pilot)
        await search(app, pilot, "len:<0.2")
        assert 3 < len(screen.sounds.ids) < 30
        await pilot.press("P")
        await until(pilot, lambda: screen.sounds.cursor >= 2)
        await pilot.press("left")
        place = screen.sounds.cursor
        await pilot.pause(0.5)
        assert screen.sounds.cursor == place

    drive(make_app(library, state_file), script)


def test_a_sound_that_is_decoded_while_a_question_is_open_is_drawn_below_it(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await to_list(app, pilot)
        waveform = screen.query_one(Waveform)
        await until(pilot, lambda: screen.sounds.current_row and waveform._loaded)
        waveform.draw(None)
        await pilot.press("f1")
        await until(pilot, lambda: app.screen.is_modal)
        app.player.load(library.samples([screen.sounds.current_id or 0])[0].paths[0])
        await until(pilot, lambda: waveform._loaded)

    drive(make_app(library, state_file), script)


def test_everything_in_browse_answers_to_the_mouse(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await to_list(app, pilot)
        await pilot.click("#sounds", offset=(6, 4))
        assert screen.sounds.cursor == 3
        await until(pilot, lambda: app.player.start_seconds is not None)
        await pilot.click("#sounds", offset=(6, 6), control=True)
        assert screen.sounds.selected == {int(screen.sounds.ids[5])}
        await until(pilot, lambda: len(screen.query_one(Facets).lines) > 1)
        await pilot.click("#facets", offset=(6, 1))
        await until(pilot, lambda: app.state.query.startswith("type:"))
        await pilot.click("TopBar > Tab:last-of-type")
        await until(pilot, lambda: app.current_mode == list(TITLES)[-1])

    drive(make_app(library, state_file), script)


def test_favourites_are_toggled_and_undone(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await to_list(app, pilot)
        current = screen.sounds.current_id
        await pilot.press("f")
        await until(pilot, lambda: library.collection_ids(FAVOURITES) == [current])
        await pilot.press("f")
        await until(pilot, lambda: library.collection_ids(FAVOURITES) == [])
        await pilot.press("z")
        await until(pilot, lambda: library.collection_ids(FAVOURITES) == [current])
        await search(app, pilot, f"collection:{FAVOURITES}")
        assert screen.sounds.ids.tolist() == [current]

    drive(make_app(library, state_file), script)


def test_a_collection_is_removed_from_the_facets_and_brought_back(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await to_list(app, pilot)
        facets = screen.query_one(Facets)
        await pilot.press("x", "x", "f")
        await until(pilot, lambda: any(line.label == FAVOURITES for line in facets.lines))
        kept = library.collection_ids(FAVOURITES)
        facets.focus()
        await pilot.press("end", "delete")
        await until(pilot, lambda: library.collections() == [])
        await until(pilot, lambda: not any(line.label == FAVOURITES for line in facets.lines))
        await pilot.press("z")
        await until(pilot, lambda: library.collection_ids(FAVOURITES) == kept)

    drive(make_app(library, state_file), script)


def test_the_cursor_keeps_its_place_when_its_sound_leaves_the_list(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await to_list(app, pilot)
        await search(app, pilot, "-stars:>0")
        await pilot.press("down", "down", "down")
        rated, following = screen.sounds.ids[3:5].tolist()
        await pilot.press("5")
        await until(pilot, lambda: rated not in screen.sounds.ids)
        assert screen.sounds.current_id == following

    drive(make_app(library, state_file), script)


def test_a_library_that_another_process_writes_is_a_sentence(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        await to_list(app, pilot)
        with Library.open(library.folder) as other, other.writer():
            await pilot.press("5")
            await until(pilot, lambda: toasts(app))
        assert "writing" in toasts(app) or "busy" in toasts(app)
        assert "Traceback" not in toasts(app)

    drive(make_app(library, state_file), script)


def test_the_output_device_is_chosen_from_the_palette_and_kept(
    library: Library, state_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str | None] = []
    threads: list[threading.Thread] = []

    def open_named(render: Render, name: str | None) -> Output:
        threads.append(threading.current_thread())
        opened.append(name)
        return silent(render)

    monkeypatch.setattr("tui.app.palette.device_names", lambda: ["Speakers"])
    monkeypatch.setattr("tui.app.app.open_output", open_named)

    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        await to_list(app, pilot)
        await pilot.press("ctrl+p")
        await until(pilot, lambda: app.screen.is_modal and app.focused)
        await write(pilot, "through Speakers")
        await pilot.pause(0.5)
        await pilot.press("enter")
        await until(pilot, lambda: opened == ["Speakers"])
        assert app.state.device == "Speakers"
        assert threads[0] is not threading.main_thread()  # which draws and takes keys meanwhile

    drive(make_app(library, state_file), script)


@pytest.mark.parametrize("size", [(80, 24), (60, 16), (200, 60)])
def test_every_screen_fits_any_terminal(library: Library, state_file: Path, size: tuple[int, int]) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        await to_list(app, pilot)
        for key in ("f3", "f4", "f5", "f2"):
            await pilot.press(key)
            await until(pilot, lambda: app.screen.is_mounted and app.focused)
            for widget in app.screen.query("Footer, TopBar"):
                assert widget.region.right <= size[0]
                assert widget.region.bottom <= size[1]
            if not app.screen.query("#folder"):
                assert app.screen.query_one("#sounds").size.height >= 3

    drive(make_app(library, state_file), script, size)


def test_sounds_are_sought_compared_zoomed_and_played_in_turn(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await to_list(app, pilot)
        played: list[tuple[Path, float]] = []
        app.player.play = lambda path, gain=1.0, at_seconds=0.0, **_: played.append((path, at_seconds))  # type: ignore[method-assign]
        first = screen.sounds.current_row
        assert first is not None
        await pilot.press("shift+right")
        assert played.pop() == (first.sample.paths[0], pytest.approx(0.05 * first.sample.features.duration_seconds))
        await pilot.press("B", "down", "B")
        await until(pilot, lambda: played and played[-1][0] == first.sample.paths[0])
        assert "A: " in str(screen.status.render())
        waveform = screen.query_one(Waveform)
        await pilot.press("right_square_bracket", "right_square_bracket", "left_square_bracket", "V")
        assert waveform._width == 0.5
        assert app.state.has_spectrogram
        await until(pilot, lambda: "▀" in waveform.render_line(0).text or waveform._loaded is None)
        await pilot.press("V", "home", "x", "down", "x", "home")
        played.clear()
        await pilot.press("P")
        ids = screen.sounds.ids.tolist()
        paths = [screen.sounds.row(ids[place]).sample.paths[0] for place in (0, 2)]  # type: ignore[union-attr]
        await until(pilot, lambda: [path for path, _ in played] == paths[:1])
        screen.show_unplayable(paths[0], "the file is not there now")
        await until(pilot, lambda: [path for path, _ in played] == paths)
        screen._play_next()
        assert not screen._is_playing_all

    drive(make_app(library, state_file), script)


def test_seeking_forward_never_passes_the_last_twentieth(
    library: Library, state_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await to_list(app, pilot)
        row = screen.sounds.current_row
        assert row is not None
        length = row.sample.features.duration_seconds
        played: list[float] = []
        app.player.play = lambda path, gain=1.0, at_seconds=0.0, **_: played.append(at_seconds)  # type: ignore[method-assign]
        for share in (0.5, 0.94, 0.999):
            now = Playback(row.sample.paths[0], share * length, is_playing=True)
            monkeypatch.setattr(Player, "now", now)
            screen.action_seek(1)
        assert played == pytest.approx([0.55 * length, 0.95 * length, 0.95 * length])

    drive(make_app(library, state_file), script)


def test_a_selection_that_another_query_leaves_out_is_played_no_further(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await to_list(app, pilot)
        sounds = screen.sounds
        ids = sounds.ids.copy()
        sounds.select(ids[:4].tolist())
        screen.action_play_through()
        sounds.show(np.delete(ids, 1), None, {}, keep=True)
        sounds.select(ids[[0, 1, 3]].tolist())
        screen._play_next()
        assert sounds.current_id == ids[3]
        screen._play_next()
        assert not screen._is_playing_all

    drive(make_app(library, state_file), script)
