"""How many keys a producer needs for what they do every day."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, OptionList

from db.library import Library
from db.query.filters import TYPE_GROUPS
from indexer.tagging.taxonomy import built_in
from tests.tui.app.driving import answered, browse, drive, to_list, until
from tests.tui.app.shelf import ENCODER, make_app
from tests.tui.app.still import make_still_library, spiral
from tui.app.app import EarmarkApp
from tui.app.modals.plan import PlanModal
from tui.app.modals.prompt import PromptModal
from tui.app.screens.map import MapScreen
from tui.app.widgets.map_canvas import MapCanvas
from tui.workspace.listing.columns import tag_name


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with make_still_library(tmp_path) as opened:
        ids = opened.sorted_ids()
        with opened.edits() as edits:
            edits.set_map_points(ENCODER.info, ids, spiral(ids))
            edits.set_setting(TYPE_GROUPS, json.dumps(built_in().groups))
        yield opened


class Keyboard:
    """Counts the keys that are pressed."""

    def __init__(self, pilot: Pilot[None]) -> None:
        self._pilot = pilot
        self.n = 0

    async def press(self, *keys: str) -> None:
        self.n += len(keys)
        await self._pilot.press(*keys)

    async def write(self, text: str) -> None:
        await self.press(*("space" if letter == " " else letter for letter in text))


async def pick(app: EarmarkApp, pilot: Pilot[None], keyboard: Keyboard, letters: str) -> None:
    """Narrow a list of choices and take the first one."""
    await until(pilot, lambda: app.screen.query(OptionList) and isinstance(app.focused, Input))
    await keyboard.write(letters)
    await keyboard.press("enter")


def test_a_kick_is_found_heard_starred_collected_and_exported(
    library: Library, state_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))

    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        keyboard = Keyboard(pilot)
        heard: list[int] = []
        began = app.context.heard.began
        monkeypatch.setattr(app.context.heard, "began", lambda *given: (heard.append(given[0]), began(*given)))
        await keyboard.write("short dark kick 808")
        await answered(app, pilot, "short dark kick 808")
        await keyboard.press("enter", "x", "down", "down", "x", "down", "down", "x", "down", "down", "down")
        await keyboard.press("5", "c")
        await pick(app, pilot, keyboard, "808s")
        await until(pilot, lambda: len(library.collection_ids("808s")) == 3)
        await keyboard.press("e")
        await pick(app, pilot, keyboard, "404")
        await until(pilot, lambda: isinstance(app.screen, PromptModal) and app.focused)
        await keyboard.press("enter")
        await until(pilot, lambda: isinstance(app.screen, PlanModal) and app.screen.query("Static"))
        await keyboard.press("enter")
        await until(pilot, lambda: len(list((tmp_path / "earmark-export").rglob("*.wav"))) == 3)
        stars = library.annotations(library.collection_ids("808s"))
        assert [annotation.stars for annotation in stars.values()] == [5, 5, 5]
        assert len(set(heard)) >= 10
        assert keyboard.n <= 60

    drive(make_app(library, state_file), script)


def test_the_type_of_ten_sounds_is_corrected(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await to_list(app, pilot)
        ids = screen.sounds.ids[:10].tolist()
        keyboard = Keyboard(pilot)
        await keyboard.press("t")
        await pick(app, pilot, keyboard, "rims")
        await keyboard.press("down")
        for _ in ids[1:]:
            await keyboard.press("full_stop")
        await until(pilot, lambda: all(tag_name(sample, "type") == "rimshot" for sample in library.samples(ids)))
        assert keyboard.n <= 25

    drive(make_app(library, state_file), script)


def test_all_hats_are_selected_on_the_map(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        keyboard = Keyboard(pilot)
        await keyboard.press("f4")
        await until(pilot, lambda: isinstance(app.screen, MapScreen) and app.screen.sounds.current_row)
        screen = app.screen
        assert isinstance(screen, MapScreen)
        await keyboard.press("slash")
        await keyboard.write("type:hi-hat")
        await until(pilot, lambda: len(screen.query_one(MapCanvas).lit_ids) == 8)
        await keyboard.press("enter", "X")
        await until(pilot, lambda: len(screen.sounds.selected) == 8)
        types = {tag.name for sample in library.samples(list(screen.sounds.selected)) for tag in sample.tags}
        assert "closed hi-hat" in types
        assert "snare" not in types
        assert keyboard.n <= 25

    drive(make_app(library, state_file), script)


def test_loops_of_a_tempo_and_a_key_are_listed_halved_and_sorted(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        keyboard = Keyboard(pilot)
        await keyboard.write("130-150 in Am")
        await answered(app, pilot, "130-150 in Am")
        await keyboard.press("enter")
        sounds = browse(app).sounds
        await until(pilot, lambda: sounds.current_row and len(sounds.ids) == 2)
        row = sounds.current_row
        assert row is not None
        assert row.sample.bpm is not None
        bpm = row.sample.bpm.number
        assert bpm is not None
        await keyboard.press("m", "h", "o")
        await pick(app, pilot, keyboard, "bp")
        (halved,) = library.samples([row.sample.id])
        await until(pilot, lambda: app.state.sort == "tempo")
        assert halved.bpm is not None
        assert halved.bpm.number == bpm / 2
        assert keyboard.n <= 25

    drive(make_app(library, state_file), script)
