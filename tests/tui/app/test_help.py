"""Everything can be found: in the palette and under F1, whatever has the focus."""

from pathlib import Path

from textual.command import CommandInput, CommandList
from textual.pilot import Pilot
from textual.widgets import Input, Static

from db.library import Library
from db.query.parser import FILTER_NAMES, parse_query
from tests.tui.app.driving import drive, to_list, until, write
from tests.tui.app.shelf import make_app
from tui.app.app import EarmarkApp
from tui.app.launch import known_ids
from tui.app.modals.pick import PickModal
from tui.app.modals.prompt import PromptModal
from tui.app.screens.actions import list_actions
from tui.app.widgets.query_input import QueryInput
from tui.app.widgets.status_line import StatusLine
from tui.workspace.query.query_help import query_help


async def found(app: EarmarkApp, pilot: Pilot[None], words: str) -> list[str]:
    """Return what the palette finds, as it is shown."""
    await pilot.press("ctrl+p")
    await until(pilot, lambda: app.screen.query(CommandInput))
    await write(pilot, words)
    listed = app.screen.query_one(CommandList)
    await until(pilot, lambda: listed.option_count)
    await pilot.pause(0.3)
    return [str(listed.get_option_at_index(n).prompt) for n in range(listed.option_count)]


def test_the_palette_has_all_actions_while_the_query_line_has_the_focus(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        await until(pilot, lambda: isinstance(app.focused, QueryInput))
        assert any("Export" in line and "(e)" in line for line in await found(app, pilot, "export"))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, PickModal))

    drive(make_app(library, state_file), script)


def test_each_action_is_there_once_and_stars_are_one(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        await to_list(app, pilot)
        actions = list_actions(app)
        names = [(action.group, action.does) for action in actions]
        assert len(names) == len(set(names))
        (stars,) = [action for action in actions if "stars" in action.does]
        assert stars.keys[1:] == tuple("012345")
        assert {action.mode for action in actions} == {"", "browse", "blend", "map", "folders", "kit", "duplicates"}
        assert not any(action.is_enabled for action in actions if action.mode in {"blend", "map", "folders", "kit"})
        lines = await found(app, pilot, "stars")
        assert len([line for line in lines if "stars" in line]) == 1

    drive(make_app(library, state_file), script)


def test_every_key_that_can_be_changed_is_explained() -> None:
    from tui.app.app import EarmarkApp
    from tui.app.keys import declared_bindings
    from tui.app.screens.registry import MODES, mode_owners

    owners = [EarmarkApp, *(owner for mode in MODES for owner in mode_owners(mode))]
    explained = {it.id for owner in owners for it in declared_bindings(owner) if it.tooltip}
    assert explained == known_ids()


def test_an_action_of_another_screen_leads_there(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        await to_list(app, pilot)
        (line,) = [line for line in await found(app, pilot, "begin a box") if "box" in line]
        assert "on Map" in line
        await pilot.press("enter")
        await until(pilot, lambda: app.current_mode == "map")

    drive(make_app(library, state_file), script)


def test_help_has_keys_and_filters_and_a_line_that_narrows_them(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        await pilot.press("f1")
        await until(pilot, lambda: app.screen.is_modal and isinstance(app.focused, Input))
        sheet = app.screen.query_one("#sheet", Static)

        def text() -> str:
            table = sheet.content
            return "\n".join(str(cell) for column in table.columns for cell in column.cells)  # type: ignore[union-attr]

        everything = text()
        assert all(f"{name}:" in everything for name in FILTER_NAMES)
        assert "keys.toml" in str(app.screen.query(".hint").first().render())
        await write(pilot, "loudness")
        await until(pilot, lambda: len(text()) < len(everything) / 4)
        assert "loud:" in text()
        await pilot.press("escape")
        await until(pilot, lambda: not app.screen.is_modal)

    drive(make_app(library, state_file), script)


def test_every_example_of_the_help_can_be_read() -> None:
    for term, does in query_help():
        example = does.partition("such as ")[2].split(" or ")[0].rstrip(".") if term[-1] == ":" else ""
        for part in example.split(", "):
            assert not part or parse_query(part).filters, part
    assert len(query_help()) > len(FILTER_NAMES)


def test_who_moves_as_in_vim_is_told_of_the_keys(library: Library, state_file: Path) -> None:
    async def script(app: EarmarkApp, pilot: Pilot[None]) -> None:
        screen = await to_list(app, pilot)
        await pilot.press("j", "j", "k")
        assert screen.sounds.cursor == 1
        await until(pilot, lambda: "Use the vim keys" in str(screen.query_one(StatusLine).render()))
        assert not isinstance(app.screen, PromptModal)

    drive(make_app(library, state_file), script)
