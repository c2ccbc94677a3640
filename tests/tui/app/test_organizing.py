"""Files are moved from the palette, and undone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot

from db.library import Library
from indexer.ingest.pipeline import index
from tests.sounds import write_demo_sounds
from tests.trees import tree_hash
from tests.tui.app.driving import drive, search, to_list, until, write
from tests.tui.app.shelf import ENCODER, make_app
from tui.app.app import EarmarkApp
from tui.app.modals.confirm import ConfirmModal
from tui.app.modals.moves import MovesModal
from tui.app.modals.prompt import PromptModal


@pytest.fixture
def sounds(tmp_path: Path) -> Path:
    folder = tmp_path / "Packs"
    for path in write_demo_sounds(folder)[4:]:
        path.unlink()
    return folder


@pytest.fixture
def own(sounds: Path, tmp_path: Path) -> Iterator[Library]:
    with Library.create(tmp_path / "own") as library:
        index(library, [sounds], ENCODER)
        yield library


async def choose(app: EarmarkApp, pilot: Pilot[None], words: str) -> None:
    await pilot.press("ctrl+p")
    await until(pilot, lambda: app.screen.is_modal and app.focused)
    await write(pilot, words)
    await until(pilot, lambda: app.screen.query_one("CommandList").option_count == 1)  # type: ignore[attr-defined]
    await pilot.press("enter")


def test_listed_sounds_are_moved_when_the_plan_was_seen_and_undone(
    own: Library, sounds: Path, state_file: Path
) -> None:
    before = tree_hash(sounds)

    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        await to_list(app, pilot)
        await search(app, pilot, "in:Packs")
        await pilot.press("escape")
        screen = await to_list(app, pilot)
        await choose(app, pilot, "organise the files")
        await until(pilot, lambda: isinstance(app.screen, PromptModal) and app.focused)
        await pilot.press("ctrl+u")
        await write(pilot, "{length}/{name}")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, MovesModal) and app.screen.query("Static"))
        assert tree_hash(sounds) == before
        await pilot.press("enter")
        await until(pilot, lambda: "4 files moved" in str(screen.status.render()))
        paths = [path for sample in own.samples(own.sorted_ids().tolist()) for path in sample.paths]
        assert {path.parent.parent for path in paths} == {sounds}
        assert all(path.exists() for path in paths)
        await choose(app, pilot, "undo the last organising")
        await until(pilot, lambda: isinstance(app.screen, ConfirmModal) and app.screen.query("Static"))
        await pilot.press("y")
        await until(pilot, lambda: "4 files undone" in str(screen.status.render()))
        assert tree_hash(sounds) == before

    drive(make_app(own, state_file), script)


def test_duplicates_are_removed_when_the_plan_was_seen(
    own: Library, sounds: Path, state_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, copy = min(sounds.iterdir()), sounds / "copy.wav"
    copy.write_bytes(kept.read_bytes())
    index(own, [], ENCODER)
    monkeypatch.setattr("indexer.organize.trash.send", lambda path: path.rename(tmp_path / path.name))

    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await to_list(app, pilot)
        await app.run_action("remove_duplicates", screen)
        await until(pilot, lambda: isinstance(app.screen, MovesModal) and app.screen.query("Static"))
        await pilot.press("enter")
        await until(pilot, lambda: "1 file removed" in str(screen.status.render()))

    drive(make_app(own, state_file), script)
    assert kept.exists() != copy.exists()


def test_a_plan_that_is_not_accepted_moves_nothing(own: Library, sounds: Path, state_file: Path) -> None:
    before = tree_hash(sounds)

    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await to_list(app, pilot)
        await app.run_action("organize", screen)
        await until(pilot, lambda: isinstance(app.screen, PromptModal) and app.focused)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, MovesModal) and app.screen.query("Static"))
        await pilot.press("escape")
        await app.run_action("undo_organizing", screen)
        await until(pilot, lambda: "There is nothing to undo" in str([*app._notifications]))

    drive(make_app(own, state_file), script)
    assert tree_hash(sounds) == before
