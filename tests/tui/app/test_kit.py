"""The kit screen: pads, other sounds for them, the beat, and the way in and out."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from db.library import Library
from tests.tui.app.driving import SMALL, answer, drive, to_list, until, write
from tests.tui.app.shelf import make_app
from tests.tui.app.still import make_still_library
from tui.app.app import EarmarkApp
from tui.app.modals.pick import PickModal
from tui.app.modals.plan import PlanModal
from tui.app.modals.prompt import PromptModal
from tui.app.screens.kit import BEAT, KitScreen
from tui.app.widgets.pads import KEYS, Pads


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with make_still_library(tmp_path) as opened:
        yield opened


async def open_kit(app: EarmarkApp, pilot: Pilot[None]) -> KitScreen:
    """Go to the kit and wait until it is drawn and the others are listed."""
    await pilot.press("f6")
    await until(pilot, lambda: isinstance(app.screen, KitScreen) and app.screen.kit.is_drawn)
    screen = app.screen
    assert isinstance(screen, KitScreen)
    await until(pilot, lambda: len(screen.sounds.ids) and isinstance(app.focused, Pads))
    return screen


async def asked(app: EarmarkApp, pilot: Pilot[None], kind: type) -> None:
    """Wait for a question to be there and to take keys."""
    await until(pilot, lambda: isinstance(app.screen, kind) and (kind is PlanModal or isinstance(app.focused, Input)))


def held(screen: KitScreen) -> list[int]:
    return [slot.sample.id if slot.sample else 0 for slot in screen.kit.slots]


def test_a_kit_is_drawn_changed_pad_by_pad_and_undone(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await open_kit(app, pilot)
        first = held(screen)
        assert len(first) == 8
        await pilot.press("x")  # the second pad
        await until(pilot, lambda: screen.kit.selected == 1)
        assert screen.kit.slot.sample is not None
        played = screen.kit.slot.sample.paths[0]
        await until(pilot, lambda: app.player.now.path == played)
        await pilot.press("n")
        await until(pilot, lambda: held(screen)[1] != first[1])
        assert held(screen)[2:] == first[2:]
        locked = held(screen)[1]
        await pilot.press("L", "N")
        await until(pilot, lambda: held(screen)[0] != first[0])
        assert held(screen)[1] == locked
        assert screen.kit.slot.is_locked
        await pilot.press("u")
        await pilot.press("u", "u")
        await until(pilot, lambda: held(screen) == first)
        assert not screen.kit.slots[1].is_locked
        await pilot.press("right", "up")
        await until(pilot, lambda: screen.kit.selected == 6)
        await pilot.press("backspace")
        assert len(screen.kit.slots) == 7
        await pilot.press("I")
        await answer(app, pilot, "kick")
        await until(pilot, lambda: len(screen.kit.slots) == 8 and screen.kit.slot.sample)
        await pilot.press("slash")
        await until(pilot, lambda: isinstance(app.focused, Input))
        await pilot.press("ctrl+u", *"snare", "enter")
        await until(pilot, lambda: screen.kit.slot.text == "snare" and isinstance(app.focused, Pads))

    drive(make_app(library, state_file), script)


def test_a_pad_that_nothing_fits_says_what_to_do(tmp_path: Path, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        await pilot.press("f6")
        await until(pilot, lambda: isinstance(app.screen, KitScreen) and "F5 adds" in str(app.screen.status.render()))

    with Library.create(tmp_path / "empty") as empty:
        drive(make_app(empty, state_file), script)


def test_a_sound_of_the_list_is_put_on_the_pad(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await open_kit(app, pilot)
        screen.sounds.focus()
        await until(pilot, lambda: app.focused is screen.sounds)
        free = next(n for n, one in enumerate(screen.sounds.ids.tolist()) if one not in held(screen))
        screen.sounds.move_to(free)
        wanted = screen.sounds.current_id
        await pilot.press("enter")
        await until(pilot, lambda: held(screen)[0] == wanted)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.focused, Pads))

    drive(make_app(library, state_file), script)


def test_sounds_come_from_the_list_of_browse(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        await to_list(app, pilot)
        await until(pilot, lambda: app.context.session.library.sorted_ids().size)
        await pilot.press("x", "x", "G")
        await until(pilot, lambda: len(app.context.kit.samples) == 2)
        assert all(slot.is_locked for slot in app.context.kit.slots)
        await pilot.press("G")
        assert len(app.context.kit.samples) == 2
        screen = await open_kit(app, pilot)
        assert len(held(screen)) == 2
        await pilot.press("N")
        await until(pilot, lambda: "All pads are locked" in str(screen.status.render()))

    drive(make_app(library, state_file), script)


def test_the_beat_goes_on_while_the_kit_changes(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await open_kit(app, pilot)
        await pilot.press("space")
        await until(pilot, lambda: app.player.now.path == BEAT and app.player.now.is_playing)
        voice = app.player.mixer.voice
        assert voice is not None
        assert voice.clip.n_ready == round(16 * 60 / 90 * 48_000)
        assert np.abs(voice.clip.frames).max() > 0.1
        await pilot.press("n")
        await until(pilot, lambda: app.player.mixer.voice is not voice and app.player.now.is_playing)
        await pilot.press("g")
        await asked(app, pilot, PickModal)
        await write(pilot, "house")
        await pilot.press("enter")
        await until(pilot, lambda: screen.kit.tempo_bpm == 124)
        await pilot.press("greater_than_sign")
        n_frames = round(16 * 60 / 126 * 48_000)
        await until(pilot, lambda: (now := app.player.mixer.voice) and now.clip.n_ready == n_frames)
        await pilot.press("U")
        await answer(app, pilot, "Fm")
        await until(pilot, lambda: screen.kit.key == "Fm")
        await pilot.press("space")
        await until(pilot, lambda: not app.player.now.is_playing)

    drive(make_app(library, state_file), script)


def test_a_kit_is_saved_opened_and_exported(library: Library, state_file: Path, tmp_path: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await open_kit(app, pilot)
        first = held(screen)
        await pilot.press("S")
        await answer(app, pilot, "Dusty")
        await until(pilot, lambda: library.kit_slots("Dusty"))
        assert list(library.kit_slots("Dusty")) == [one for one in first if one]
        await pilot.press("N")
        await until(pilot, lambda: held(screen) != first)
        await pilot.press("O")
        await asked(app, pilot, PickModal)
        await pilot.press("enter")
        await until(pilot, lambda: held(screen) == [one for one in first if one])
        await pilot.press("E")
        await asked(app, pilot, PickModal)
        await write(pilot, "akai mpc: a kit")
        await pilot.press("enter")
        await asked(app, pilot, PromptModal)
        app.focused.value = str(tmp_path / "out")  # type: ignore[union-attr]
        await pilot.press("enter")
        await asked(app, pilot, PlanModal)
        assert not (tmp_path / "out").exists()
        await pilot.press("enter")
        await until(pilot, (tmp_path / "out" / "out.xpm").exists)

    drive(make_app(library, state_file), script, SMALL)


def test_pads_have_sixteen_keys_of_their_own() -> None:
    assert len(set(KEYS)) == 16
