"""Every screen and state as it looks, small and wide, dark and light.

After a wanted change: ``EARMARK_PICTURES=/some/folder pytest tests/tui/app/test_pictures.py`` stores new pictures and
writes SVGs into that folder; look at each of them.
"""

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

import db.paths
from db.library import Library
from tests.sounds import write_demo_sounds
from tests.tui.app.driving import SMALL, WIDE, answer, drive, until, write
from tests.tui.app.pictures import Pictures
from tests.tui.app.shelf import ENCODER, make_app
from tests.tui.app.still import hold_still, make_still_library, spiral, still_moves
from tui.app.app import EarmarkApp
from tui.app.messages import AuditProgressed
from tui.app.modals.moves import MovesModal
from tui.app.screens.blend import BlendScreen
from tui.app.screens.browse import BrowseScreen
from tui.app.screens.duplicates import DuplicatesScreen
from tui.app.screens.folders import FoldersScreen
from tui.app.screens.kit import KitScreen
from tui.app.screens.map import MapScreen
from tui.app.widgets.facets import Facets
from tui.app.widgets.folder_panel import FolderPanel
from tui.app.widgets.map_canvas import MapCanvas
from tui.app.widgets.pad import Pad
from tui.app.widgets.sample_list import SampleList
from tui.app.widgets.status_line import StatusLine
from tui.workspace.indexing.index_run import IndexProgress
from tui.workspace.indexing.index_summary import counts_text
from tui.workspace.session import Found, Session
from tui.workspace.state.app_state import AppState, save_state

TINY = (60, 15)
BOTH = pytest.mark.parametrize("size", [SMALL, WIDE], ids=["small", "wide"])
ALL = pytest.mark.parametrize("size", [TINY, SMALL, WIDE], ids=["tiny", "small", "wide"])


class _Elsewhere:
    """Takes the place of a regular expression in `display_text`: leaves this test's folder out of what is shown."""

    def __init__(self, pattern: re.Pattern[str], folder: Path) -> None:
        self._pattern, self._folder = pattern, str(folder)

    def sub(self, new: str, text: str) -> str:
        return self._pattern.sub(new, text.replace(self._folder, ""))


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with make_still_library(tmp_path) as opened:
        ids = opened.sorted_ids()
        with opened.edits() as edits:
            edits.set_map_points(ENCODER.info, ids, spiral(ids))
        yield opened


@pytest.fixture
def pictures(monkeypatch: pytest.MonkeyPatch, state_file: Path, tmp_path: Path) -> Pictures:
    """Hold still all that changes from run to run: the clock, paths, devices, the playhead, what the model says."""
    hold_still(monkeypatch)
    find = Session.find
    monkeypatch.setattr(Session, "find", lambda session, request: _timeless(find(session, request)))
    monkeypatch.setattr(db.paths, "_UNDECODABLE", _Elsewhere(db.paths._UNDECODABLE, tmp_path))
    monkeypatch.setattr("tui.app.palette.device_names", lambda: ["Speakers"])
    monkeypatch.setenv("HOME", "/home/you")
    save_state(state_file, AppState(has_autoplay=False))
    return Pictures(monkeypatch)


def _timeless(found: Found) -> Found:
    return replace(found, seconds=0.004)


def screen_of(app: EarmarkApp, kind: type) -> Any:
    assert isinstance(app.screen, kind)
    return app.screen


async def go(app: EarmarkApp, pilot: Pilot[None], key: str, kind: type) -> Any:
    """Change to a screen and wait until it is laid out."""
    await pilot.press(key)
    await until(pilot, lambda: isinstance(app.screen, kind) and app.screen.is_mounted and app.focused)
    return app.screen


@BOTH
def test_browsing(library: Library, state_file: Path, pictures: Pictures, size: tuple[int, int]) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen: BrowseScreen = screen_of(app, BrowseScreen)
        await until(pilot, lambda: screen.sounds.current_row)
        await pictures.compare(app, pilot, "browse")
        await write(pilot, "dusty kick ty")
        await pictures.compare(app, pilot, "browse-completed")
        await pilot.press("tab")
        await pictures.compare(app, pilot, "browse-wrong-filter")
        await write(pilot, "harp")
        await pictures.compare(app, pilot, "browse-nothing-found")
        await pilot.press("ctrl+u")
        await write(pilot, "dusty kick")
        await until(pilot, lambda: screen.shown_generation == screen._generation)
        await pilot.press("escape", "down", "shift+down", "4")
        await until(pilot, lambda: (row := screen.sounds.current_row) and row.annotation.stars == 4)
        await pilot.press("c")
        await answer(app, pilot, "My Kit")
        await until(pilot, lambda: library.collection_ids("My Kit"))
        await pilot.press("i")
        await answer(app, pilot, "for the [bridge]")
        await until(pilot, lambda: (row := screen.sounds.current_row) and row.annotation.note)
        screen.status._forget()  # what is said for a moment
        await pictures.compare(app, pilot, "browse-marked")
        for keys, mark in ((("s",), "≈"), (("down", "d"), "≠")):
            await pilot.press(*keys)
            await until(pilot, lambda: mark in str(screen.query_one("#status").render()))  # noqa: B023 (awaited here)
        await pictures.compare(app, pilot, "browse-like-and-unlike")
        await pilot.press("escape", "g")
        await until(pilot, lambda: isinstance(app.focused, Facets) and len(app.focused.lines) > 3)
        await pilot.press("home", "enter")
        await until(pilot, lambda: "type:" in app.state.query)
        await pictures.compare(app, pilot, "browse-facet")

    drive(make_app(library, state_file), script, size)


@ALL
def test_a_region(
    library: Library,
    state_file: Path,
    pictures: Pictures,
    monkeypatch: pytest.MonkeyPatch,
    size: tuple[int, int],
) -> None:
    monkeypatch.setattr(BrowseScreen, "slicing", SimpleNamespace(find_onsets=lambda *_: (0.08, 0.21, 0.3)))
    save_state(state_file, AppState(has_autoplay=False, project_bpm=128.0, project_key="Am"))

    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen: BrowseScreen = screen_of(app, BrowseScreen)
        await until(pilot, lambda: screen.sounds.current_row and screen._loaded)
        await pilot.press("escape", "M")
        await until(pilot, lambda: screen.waveform.region_marked.onsets)
        await pilot.press("shift+right", "tab", "shift+left")
        await pictures.compare(app, pilot, "region")

    drive(make_app(library, state_file), script, size)


@BOTH
def test_teaching(library: Library, state_file: Path, pictures: Pictures, size: tuple[int, int]) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen: BrowseScreen = screen_of(app, BrowseScreen)
        await until(pilot, lambda: screen.sounds.current_row)
        await pilot.press("escape", "L")
        await answer(app, pilot, "dusty")
        await pictures.compare(app, pilot, "teach-begun")
        for key, state in (
            ("t", "1 of 3 yes, 0 no"),
            ("T", "1 of 3 yes, 1 no"),
            ("t", "2 of 3 yes, 1 no"),
            ("t", "3 yes, 1 no"),
        ):
            await pilot.press(key)
            await until(pilot, lambda: state in str(screen.query_one("#status").render()))  # noqa: B023 (awaited here)
        await pictures.compare(app, pilot, "teach-learned")

    drive(make_app(library, state_file), script, size)


@BOTH
def test_questions(library: Library, state_file: Path, pictures: Pictures, size: tuple[int, int]) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        await until(pilot, lambda: screen_of(app, BrowseScreen).sounds.current_row)
        await pilot.press("escape")
        for name, keys in {
            "help": ["f1"],
            "columns": ["w"],
            "sort": ["o"],
            "collect": ["c"],
            "tag": ["t"],
            "export": ["e"],
            "export-to": ["e", "down", "enter"],
            "palette": ["ctrl+p"],
        }.items():
            for key in keys:
                await pilot.press(key)
                await until(pilot, lambda: app.screen.is_modal and app.focused)
            await pictures.compare(app, pilot, f"question-{name}")
            await pilot.press("escape")
            await until(pilot, lambda: not app.screen.is_modal)
            app.screen.query_one(StatusLine)._forget()  # what is said for a moment
        app.notify("There is no file manager to open.", severity="warning")
        await until(pilot, lambda: app.screen.query("Toast"))
        await pictures.compare(app, pilot, "toast")

    drive(make_app(library, state_file), script, size)


@ALL
def test_organising(
    library: Library,
    state_file: Path,
    pictures: Pictures,
    size: tuple[int, int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tui.app.screens.organizing.plan_listed", lambda *_: still_moves())

    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        await until(pilot, lambda: screen_of(app, BrowseScreen).sounds.current_row)
        await pilot.press("escape")
        await app.run_action("organize", app.screen)
        await until(pilot, lambda: app.screen.is_modal and app.focused)
        await pictures.compare(app, pilot, "organise-template")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, MovesModal) and app.screen.query("Static"))
        await pictures.compare(app, pilot, "organise-plan")

    drive(make_app(library, state_file), script, size)


@ALL
def test_a_kit(library: Library, state_file: Path, pictures: Pictures, size: tuple[int, int]) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen: KitScreen = await go(app, pilot, "f6", KitScreen)
        await until(pilot, lambda: screen.kit.is_drawn and len(screen.sounds.ids))
        await pilot.press("up", "L")
        await until(pilot, lambda: screen.kit.slot.is_locked)
        await pictures.compare(app, pilot, "kit")

    drive(make_app(library, state_file), script, size)


@BOTH
def test_blending(library: Library, state_file: Path, pictures: Pictures, size: tuple[int, int]) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen: BlendScreen = await go(app, pilot, "f3", BlendScreen)
        await pictures.compare(app, pilot, "blend-empty")
        for letter, words in zip("AB", ("deep kick", "warm pad"), strict=True):
            screen.query_one(f"#corner-{letter}", Input).value = words
        screen.query_one(Pad).focus()
        await pilot.press("right", "right")
        await pictures.compare(app, pilot, "blend-two")
        await pilot.press("p")
        await until(pilot, lambda: "path" in str(screen.query_one("#status").render()))
        await pictures.compare(app, pilot, "blend-path")
        for letter, words in zip("CD", ("choir", "+"), strict=True):
            screen.query_one(f"#corner-{letter}", Input).value = words
        await until(pilot, lambda: "describes no sound" in str(screen.query_one("#status").render()))
        await pictures.compare(app, pilot, "blend-wrong")
        screen.query_one("#corner-D", Input).value = "riser"
        await pilot.press("down")
        await pictures.compare(app, pilot, "blend-four")

    drive(make_app(library, state_file), script, size)


@BOTH
def test_the_map(library: Library, state_file: Path, pictures: Pictures, size: tuple[int, int]) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen: MapScreen = await go(app, pilot, "f4", MapScreen)
        await until(pilot, lambda: screen.query_one(SampleList).current_row)
        await pictures.compare(app, pilot, "map")
        await pilot.press("v", "right", "right", "down", "down")
        await pictures.compare(app, pilot, "map-box")
        await pilot.press("v", "slash")
        app.clear_notifications()
        await write(pilot, "dusty ")
        await until(pilot, lambda: "highlighted" in str(screen.query_one("#status").render()))
        await pictures.compare(app, pilot, "map-lit")
        screen.query_one(MapCanvas).focus()
        await pilot.press("right_square_bracket", "right_square_bracket")
        await pictures.compare(app, pilot, "map-near")

    drive(make_app(library, state_file), script, size)


@BOTH
def test_the_folders(library: Library, state_file: Path, pictures: Pictures, size: tuple[int, int]) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen: FoldersScreen = await go(app, pilot, "f5", FoldersScreen)
        await until(pilot, lambda: screen._roots)
        await pictures.compare(app, pilot, "folders")
        progress = IndexProgress(412, 1157, 2, 63.7, "Kicks/dusty [Am].wav")
        app.tell_progress(progress)
        await pictures.compare(app, pilot, "folders-listening")
        app.tell_progress(replace(progress, is_paused=True))
        await pictures.compare(app, pilot, "folders-paused")
        await pilot.press("escape", "down", "delete")
        await until(pilot, lambda: app.screen.is_modal)
        await pictures.compare(app, pilot, "folders-forget")

    drive(make_app(library, state_file), script, size)


@ALL
def test_the_duplicates(copies: Library, state_file: Path, pictures: Pictures, size: tuple[int, int]) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen: DuplicatesScreen = await go(app, pilot, "f7", DuplicatesScreen)
        await until(pilot, lambda: screen._samples)
        await pictures.compare(app, pilot, "duplicates")
        screen.show_progress(AuditProgressed(1200, 4800))
        await pilot.press("down", "n")
        await until(pilot, lambda: screen._samples and len(screen._groups) == 1)
        await until(pilot, lambda: "1 group" in str(screen.query_one("#summary").render()))
        await pictures.compare(app, pilot, "duplicates-decided")

    drive(make_app(copies, state_file), script, size)


@BOTH
def test_a_first_start_and_what_cannot_be_heard(
    state_file: Path,
    tmp_path: Path,
    pictures: Pictures,
    monkeypatch: pytest.MonkeyPatch,
    size: tuple[int, int],
) -> None:
    sounds = tmp_path / "Packs"
    monkeypatch.setattr(
        "tui.workspace.indexing.index_run.counts_text", lambda summary: counts_text(replace(summary, seconds=1.5))
    )

    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        await until(pilot, lambda: isinstance(app.screen, FoldersScreen) and app.focused)
        await pictures.compare(app, pilot, "first-start")
        app.start_index([sounds])
        await until(pilot, lambda: app.context.index_run is None)
        await until(pilot, lambda: app.screen.query_one("#problems").option_count == 2)
        await pictures.compare(app, pilot, "folders-problems")

    sounds.mkdir()
    write_demo_sounds(tmp_path / "demo")
    shutil.copy2(tmp_path / "demo" / "audio_0001.wav", sounds / "good.wav")
    (sounds / "[Am] bad.wav").write_bytes(b"RIFF, but not really")
    (sounds / "old.rx2").write_bytes(b"CAT ")
    with Library.create(tmp_path / "new") as library:
        drive(make_app(library, state_file), script, size)


@ALL
def test_the_tree_of_folders(library: Library, state_file: Path, pictures: Pictures, size: tuple[int, int]) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = screen_of(app, BrowseScreen)
        await until(pilot, lambda: screen.sounds.current_row)
        await pilot.press("escape", "F", "down")
        panel = screen.query_one(FolderPanel)
        await until(pilot, lambda: panel.current is not None and panel.current.depth == 1)
        await pilot.press("enter")
        await until(pilot, lambda: panel.current is not None and panel.current.is_on)
        await pictures.compare(app, pilot, "folder-tree")

    drive(make_app(library, state_file), script, size)


@BOTH
def test_the_light_theme(library: Library, state_file: Path, pictures: Pictures, size: tuple[int, int]) -> None:
    save_state(state_file, AppState(theme="earmark-light", has_autoplay=False, query="dusty kick"))

    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = screen_of(app, BrowseScreen)
        await until(pilot, lambda: screen.sounds.current_row)
        await pilot.press("escape", "down", "x", "b", "down", "b", "3")
        await until(pilot, lambda: any(row.annotation.stars for row in screen.sounds.known_rows))
        app.clear_notifications()
        screen.status._forget()
        await pictures.compare(app, pilot, "light-browse")
        await pilot.press("f1")
        await pictures.compare(app, pilot, "light-help")
        await pilot.press("escape")
        await go(app, pilot, "f3", BlendScreen)
        await pictures.compare(app, pilot, "light-blend")
        await go(app, pilot, "f4", MapScreen)
        await pictures.compare(app, pilot, "light-map")
        await go(app, pilot, "f5", FoldersScreen)
        await pictures.compare(app, pilot, "light-folders")

    drive(make_app(library, state_file), script, size)
