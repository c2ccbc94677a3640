"""What the app keeps from one start to the next, and keys that are chosen."""

import asyncio
from pathlib import Path

import pytest
from textual.pilot import Pilot

from db.errors import ProblemError
from db.library import Library
from tests.tui.app.driving import browse, drive, to_list, until, write
from tests.tui.app.shelf import make_app
from tui.app.app import EarmarkApp
from tui.app.launch import run_app
from tui.app.widgets.query_input import QueryInput
from tui.workspace.state.app_state import AppState, load_state, save_state


def test_choices_are_kept_between_two_starts(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        await write(pilot, "dusty")
        await pilot.press("enter", "a", "minus")
        app.theme = "earmark-light"
        await pilot.pause()

    drive(make_app(library, state_file), script)
    state = load_state(state_file)
    assert (state.query, state.history, state.has_autoplay, state.volume) == ("dusty", ["dusty"], False, 0.9)
    assert state.theme == "earmark-light"


def test_choices_outlive_a_terminal_that_is_closed(
    library: Library, state_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.app.app._KEEP_SECONDS", 0.1)

    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        await write(pilot, "dusty")
        await pilot.press("enter")
        await until(pilot, lambda: load_state(state_file).history == ["dusty"])  # while the app runs

    drive(make_app(library, state_file), script)


def test_a_place_that_cannot_be_written_ends_nothing(library: Library, tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        await write(pilot, "dusty")
        with pytest.raises(FileExistsError):
            save_state(tmp_path / "file" / "state.json", app.state)

    app = make_app(library, tmp_path / "file" / "state.json")
    drive(app, script)
    assert app.state.query == "dusty"
    assert not app.return_code


def test_the_first_letter_takes_the_place_of_the_query_of_the_last_session(library: Library, state_file: Path) -> None:
    save_state(state_file, AppState(query="dusty"))

    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        assert browse(app).query_one(QueryInput).value == "dusty"
        await pilot.press("k")
        assert browse(app).query_one(QueryInput).value == "k"

    drive(make_app(library, state_file), script)


def test_earlier_queries_come_back(library: Library, state_file: Path) -> None:
    save_state(state_file, AppState(history=["one", "two"]))

    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        query = browse(app).query_one(QueryInput)
        await pilot.press("ctrl+up", "ctrl+up")
        assert query.value == "two"
        await pilot.press("ctrl+down", "ctrl+down")
        assert query.value == ""

    drive(make_app(library, state_file), script)


def test_what_was_listened_to_is_remembered_without_enter(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        await write(pilot, "noise")
        await pilot.press("escape")
        assert app.state.history == ["noise"]

    drive(make_app(library, state_file), script)


def test_the_key_set_is_changed_from_the_palette(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await to_list(app, pilot)
        await pilot.press("ctrl+p")
        await until(pilot, lambda: app.screen.is_modal and app.focused)
        await write(pilot, "use the vim keys")
        await pilot.pause(0.5)
        await pilot.press("enter")
        await until(pilot, lambda: app.state.key_preset == "vim" and not app.screen.is_modal)
        await pilot.press("j", "j", "k")
        assert screen.sounds.cursor == 1

    drive(make_app(library, state_file), script)
    assert load_state(state_file).key_preset == "vim"


def test_an_app_that_closes_over_a_fault_says_where_to_read_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(app: EarmarkApp) -> None:
        raise RuntimeError("as any fault would")

    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr(EarmarkApp, "on_mount", fail)
    monkeypatch.setattr(EarmarkApp, "run", lambda app: asyncio.run(app.run_async(headless=True)))
    folder = tmp_path / "library"
    Library.create(folder).close()
    with pytest.raises(ProblemError, match="closed; nothing is lost"):
        run_app(folder)
