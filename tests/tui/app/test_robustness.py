"""Nothing ends the app: libraries that cannot be written, runs that fail, folders that come at the wrong time."""

from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Static

from db.library import Library
from tests.tui.app.driving import browse, drive, search, status, to_list, toasts, until, write
from tests.tui.app.shelf import make_app
from tui.app.app import EarmarkApp
from tui.app.screens.browse import BrowseScreen
from tui.app.screens.folders import FoldersScreen
from tui.app.screens.map import MapScreen
from tui.app.widgets.details import Details
from tui.app.widgets.folder_input import FolderInput
from tui.app.widgets.status_line import StatusLine
from tui.app.widgets.waveform import Waveform
from tui.workspace.state.app_state import AppState, save_state


def progress(app: EarmarkApp) -> str:
    return str(app.screen.query_one("#progress", Static).render())


async def to_folders(app: EarmarkApp, pilot: Pilot[None]) -> FoldersScreen:
    await pilot.press("f5")
    await until(pilot, lambda: isinstance(app.screen, FoldersScreen) and app.screen.query(FolderInput))
    assert isinstance(app.screen, FoldersScreen)
    return app.screen


@pytest.fixture
def read_only(library: Library, monkeypatch: pytest.MonkeyPatch) -> Library:
    """Open the library as from a folder that this user may not write."""
    library.close()
    lock = library.folder / "writer.lock"
    lock.unlink()
    lock.mkdir()  # which nobody opens as a file, not even root
    monkeypatch.setattr("db.engines.sqlite.database.is_writable", lambda _: False)
    return Library.open(library.folder)


def test_a_library_that_cannot_be_written_says_so_and_everything_that_reads_works(
    read_only: Library, state_file: Path
) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await to_list(app, pilot)
        await until(pilot, lambda: "read-only" in str(screen.query_one("#facts", Static).render()))
        await pilot.press("4")
        await until(pilot, lambda: "is read-only, so it cannot be changed" in toasts(app))
        assert "Permission denied" not in toasts(app)
        await search(app, pilot, "noise")
        assert screen.sounds.current_row is not None
        await pilot.press("f4")
        await until(pilot, lambda: isinstance(app.screen, MapScreen) and app.screen.sounds.current_row)
        folders = await to_folders(app, pilot)
        await pilot.press("escape", "u")
        await until(pilot, lambda: "is read-only, so it cannot be changed" in progress(app))
        assert folders.is_running

    drive(make_app(read_only, state_file), script)


def test_a_first_start_goes_straight_to_the_welcome(tmp_path: Path, state_file: Path) -> None:
    seen: list[str] = []

    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        assert isinstance(app.screen, FoldersScreen)
        await until(pilot, lambda: "Your library is empty" in str(app.screen.query_one("#welcome", Static).render()))
        assert app.screen_stack == [app.screen]
        await pilot.press("f2")
        await until(pilot, lambda: isinstance(app.screen, BrowseScreen) and app.screen.query(StatusLine))
        await until(pilot, lambda: seen.append(status(app)) or "Your library is empty" in seen[-1])
        assert not any("Nothing found" in text for text in seen)

    with Library.create(tmp_path / "other") as library:
        drive(make_app(library, state_file), script)


def test_a_run_that_ended_while_another_screen_was_open_is_shown_as_ended(
    library: Library, state_file: Path, tmp_path: Path
) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        await to_folders(app, pilot)
        await pilot.press("escape", "u", "f2")
        await until(pilot, lambda: isinstance(app.screen, BrowseScreen) and app.context.index_outcome is not None)
        await to_folders(app, pilot)
        await until(pilot, lambda: "unchanged" in progress(app))

    drive(make_app(library, state_file), script)


@pytest.mark.parametrize("key", ["3", "f", "o"])
def test_far_down_the_list_an_edit_or_a_sort_keeps_place_details_and_waveform(
    library: Library, state_file: Path, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    monkeypatch.setattr("tui.workspace.session.N_FIRST_ROWS", 3)

    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await to_list(app, pilot)
        await pilot.press(*["down"] * 9)
        await until(pilot, lambda: screen.sounds.current_row and screen.query_one(Waveform)._loaded)
        sound, generation = screen.sounds.current_id, screen.shown_generation
        await pilot.press(key, *(["down", "enter"] if key == "o" else []))
        await until(pilot, lambda: screen.shown_generation > generation)
        assert screen.sounds.current_id == sound
        assert screen.sounds.current_row is not None
        await until(pilot, lambda: screen.query_one(Waveform)._loaded)
        name = screen.sounds.current_row.sample.paths[0].name
        assert any(name[:20] in strip.text for strip in screen.query_one(Details)._drawn)

    drive(make_app(library, state_file), script)


def test_less_like_this_keeps_the_place_so_that_the_next_one_is_another_sound(
    library: Library, state_file: Path
) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await to_list(app, pilot)
        await pilot.press("down", "s")
        await until(pilot, lambda: screen.examples.likes and screen.shown_generation == screen._generation)
        example = next(iter(screen.examples.likes))
        await pilot.press(*["down"] * 5)
        for n in (1, 2):
            await pilot.press("d")
            await until(
                pilot, lambda n=n: len(screen.examples.dislikes) == n and screen.shown_generation == screen._generation
            )
            assert screen.sounds.cursor == 5
        assert example not in screen.examples.dislikes
        assert list(screen.examples.likes) == [example]

    drive(make_app(library, state_file), script)


def test_stars_are_told_in_the_status_line_and_not_by_a_toast(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        await to_list(app, pilot)
        await pilot.press("3")
        await until(pilot, lambda: "★★★" in status(app))
        assert not app._notifications

    drive(make_app(library, state_file), script)


def test_a_toast_covers_neither_names_nor_what_plays(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await to_list(app, pilot)
        app.notify("A rather long message, so that it takes several rows of the screen. " * 3)
        await until(pilot, lambda: app.screen.query("Toast"))
        toast = app.screen.query("Toast").first().region
        await until(pilot, lambda: app.screen.query("Toast").first().region.height > 2)
        toast = app.screen.query("Toast").first().region
        for name in ("Waveform", "NowPlaying", "Footer"):
            assert not toast.overlaps(screen.query_one(name).region)
        sounds = screen.sounds
        names = sounds.region.shrink((0, sounds.region.width - sounds._fitted()[0][1] - 2, 0, 0))
        assert not toast.overlaps(names)

    for size in ((140, 45), (80, 24)):
        drive(make_app(library, state_file), script, size)


def test_what_a_worker_dies_of_is_a_sentence(
    library: Library, state_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await to_list(app, pilot)

        monkeypatch.setattr("tui.settings.fault_log", lambda: tmp_path / "fault.log")

        def fail() -> str:
            raise KeyError("surprise")

        screen.run_job(fail)
        await until(pilot, lambda: "Something went wrong inside earmark (KeyError" in toasts(app))
        await write(pilot, "/")
        assert isinstance(app.focused, Input)
        assert browse(app) is screen

    drive(make_app(library, state_file), script)


@pytest.mark.parametrize("has_autoplay", [True, False])
def test_a_sound_that_is_gone_is_said_and_no_other_one_is_drawn(
    library: Library, state_file: Path, *, has_autoplay: bool
) -> None:
    save_state(state_file, AppState(has_autoplay=has_autoplay))
    folder = library.roots()[0].path

    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await to_list(app, pilot)
        waveform = screen.query_one(Waveform)
        await until(pilot, lambda: waveform._loaded)
        unplugged = folder.rename(folder.with_name("unplugged"))
        try:
            await pilot.press("down")
            await until(pilot, lambda: waveform._loaded is None)
            if has_autoplay:
                await until(pilot, lambda: "File not found; is the drive connected?" in status(app))
            assert not app._notifications
        finally:
            unplugged.rename(folder)

    drive(make_app(library, state_file), script)
