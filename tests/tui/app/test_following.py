"""Sounds that come and go appear by themselves while the app is open."""

from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from db.errors import LibraryBusyError, LibraryError
from db.library import Library
from indexer.ingest import watch
from indexer.ingest.pipeline import index
from tests.sounds import tone, write_sound
from tests.tui.app.driving import drive, to_list, until
from tests.tui.app.shelf import ENCODER, make_app
from tui.app import app, indexing
from tui.app.app import EarmarkApp
from tui.app.widgets.facets import Facets
from tui.workspace.indexing import library_watch


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "_FOLLOW_SECONDS", 0.01)
    monkeypatch.setattr(indexing, "_RETRY_SECONDS", 0.05)
    monkeypatch.setattr(library_watch, "_LOOK_SECONDS", 0.01)
    for name, value in {"_LOOK_SECONDS": 0.02, "_TICK_MS": 20, "_SETTLE_MS": 40, "_STEP_MS": 10}.items():
        monkeypatch.setattr(watch, name, value)


@pytest.fixture
def sounds(tmp_path: Path) -> Path:
    """Return a folder of three sounds."""
    (tmp_path / "sounds").mkdir()
    for number in range(3):
        write_sound(tmp_path / "sounds" / f"tone {number}.wav", tone(220 * (number + 1)))
    return tmp_path / "sounds"


def followed(folder: Path, sounds: Path, state_file: Path) -> tuple[Library, EarmarkApp]:
    library = Library.create(folder)
    index(library, [sounds], ENCODER)
    return library, make_app(library, state_file, follows_folders=True)


def test_a_new_sound_appears_and_the_cursor_stays_on_its_sound(sounds: Path, tmp_path: Path, state_file: Path) -> None:
    library, app = followed(tmp_path / "library", sounds, state_file)

    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await to_list(app, pilot)
        await pilot.press("down")
        under_cursor = screen.sounds.current_id
        write_sound(sounds / "new.wav", tone(1000))
        await until(pilot, lambda: len(screen.sounds.ids) == 4)
        assert screen.sounds.current_id == under_cursor

    with library:
        drive(app, script)


def test_a_quiet_look_that_finds_nothing_leaves_the_list_alone(
    library: Library, state_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await to_list(app, pilot)
        counted: list[bool] = []
        monkeypatch.setattr(app, "read_facts", lambda: counted.append(True))
        generation = screen._generation
        app.update_quietly()
        await until(pilot, lambda: counted)
        await pilot.pause()
        assert screen._generation == generation

    drive(make_app(library, state_file), script)


def test_what_another_process_does_is_seen_too(sounds: Path, tmp_path: Path, state_file: Path) -> None:
    library, app = followed(tmp_path / "library", sounds, state_file)

    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await to_list(app, pilot)
        await until(pilot, lambda: forget_all(tmp_path / "library"))
        await until(pilot, lambda: len(screen.sounds.ids) == 0)

    with library:
        drive(app, script)


def test_what_others_say_of_sounds_appears_while_one_goes_on_playing(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await to_list(app, pilot)
        await pilot.press("l", "down", "down")
        await until(pilot, lambda: app.player.now.is_playing)
        row, playing = screen.sounds.current_row, app.player.now.path
        assert row is not None
        with Library.open(library.folder) as other, other.edits() as edits:
            edits.change_annotations([row.sample.id], stars=4)
            edits.set_collection("Ours", [row.sample.id])
        await until(pilot, lambda: screen.sounds.current_row.annotation.stars == 4)
        await until(pilot, lambda: any("Ours" in str(line) for line in screen.query_one(Facets).lines))
        assert screen.sounds.current_id == row.sample.id
        assert (app.player.now.path, app.player.now.is_playing) == (playing, True)

    drive(make_app(library, state_file), script)


def test_a_library_that_cannot_be_read_for_a_while_is_one_line(
    library: Library, state_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> int:
        raise LibraryError("The server cannot be reached.")

    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await to_list(app, pilot)
        line = screen.query_one("#trouble", Static)
        assert not line.display
        with monkeypatch.context() as server:
            server.setattr(library, "generation", fail)
            await until(pilot, lambda: line.display and "cannot be reached" in str(line.render()))
            server.setattr(library, "edits", fail)
            await pilot.press("3")
            await until(pilot, lambda: "Not changed" in str(screen.status.render()))
            assert not app._notifications
            await pilot.press("down", "f4")
            await until(pilot, lambda: app.screen.query_one("#trouble").display)
        await until(pilot, lambda: not app.screen.query_one("#trouble").display)
        assert app.context.trouble == ""

    drive(make_app(library, state_file), script)


def forget_all(folder: Path) -> bool:
    """Forget the folder of a library, unless somebody else writes it now."""
    try:
        with Library.open(folder) as library, library.writer() as writer:
            writer.forget_root(library.roots()[0].id)
    except LibraryBusyError:
        return False
    return True
