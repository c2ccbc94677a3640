"""docs/commands.md and docs/app.md are true."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from tests.tui.conftest import Shelf
from tui.app.launch import known_ids
from tui.commands.table import COMMANDS
from tui.main import app

PAGE = (Path(__file__).parents[2] / "docs" / "commands.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", PAGE, re.DOTALL | re.MULTILINE))
APP_PAGE = (Path(__file__).parents[2] / "docs" / "app.md").read_text(encoding="utf-8")
PREAMBLE = PAGE.partition("\n## ")[0]


def options(command: Any) -> set[str]:
    own = {name for parameter in command.params for name in parameter.opts if name.startswith("-")}
    return own.union(*(options(inner) for inner in getattr(command, "commands", {}).values()))


def test_every_command_has_a_section() -> None:
    assert SECTIONS.keys() == COMMANDS.keys()


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_is_documented(name: str) -> None:
    missing = {option for option in options(COMMANDS[name]) if f"{option}" not in SECTIONS[name] + PREAMBLE}
    assert not missing


@pytest.mark.parametrize("option", sorted(options(get_command(app)).union(*map(options, COMMANDS.values()))))
def test_every_option_of_all_commands_is_on_the_page(option: str) -> None:
    assert option in PAGE


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_takes_the_library_behind_it(name: str) -> None:
    for inner in getattr(COMMANDS[name], "commands", {name: COMMANDS[name]}).values():
        assert "--library" in options(inner), inner.name


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_shows_an_example(name: str) -> None:
    inner = getattr(COMMANDS[name], "commands", {name: COMMANDS[name]})
    for command in inner.values():
        assert "Examples:\n  earmark " in command.help


@pytest.mark.parametrize(
    ("section", "args"),
    [("search", ["search", "boomstick snair"]), ("stats", ["stats"]), ("duplicates", ["duplicates"])],
)
def test_the_documented_shape_is_the_printed_one(section: str, args: list[str], shelf: Shelf) -> None:
    (example,) = re.findall(r"```json\n(.*?)```", SECTIONS[section], re.DOTALL)
    free = ("formats", "types")  # keys of these are data
    assert shape(json.loads(shelf.run(*args, "--json").stdout), free) == shape(json.loads(example), free)


def test_the_summary_of_index_has_the_documented_shape(shelf: Shelf) -> None:
    (example,) = re.findall(r"```json\n(.*?)```", SECTIONS["index"], re.DOTALL)
    assert shape(json.loads(shelf.indexed.stdout)) == shape(json.loads(example))


def test_every_id_of_a_key_is_on_the_page_of_the_app() -> None:
    rows = re.findall(r"^\| `(\w+\.)` \| (.*) \|$", APP_PAGE, re.MULTILINE)
    assert {place + name for place, names in rows for name in names.split(", ")} == known_ids()


def shape(value: Any, free: tuple[str, ...] = ()) -> Any:
    """Reduce a document to its keys; of a list, its first entry counts."""
    if isinstance(value, dict):
        return {key: "free" if key in free else shape(entry, free) for key, entry in value.items()}
    if isinstance(value, list):
        return [shape(entry, free) for entry in value[:1]]
    return "value"


def _keys(value: object) -> set[str]:
    """Return the keys of all objects in a JSON document, without those that are names of types and places."""
    if isinstance(value, list):
        return set().union(*map(_keys, value))
    if not isinstance(value, dict):
        return set()
    counts = bool(value) and all(isinstance(one, int) for one in value.values())
    own = set() if counts else set(value)
    return own.union(*map(_keys, value.values()))


@pytest.mark.parametrize(
    "args",
    [
        ("search", "snare", "-k", "3"),
        ("export", "snare", "nowhere", "--dry-run", "-k", "2"),
        ("kit", "new", "dusty"),
        ("exports", "list"),
        ("organize", "plan", "{type|other}/{name}"),
        ("folders", "list"),
        ("doctor",),
        ("model", "list"),
        ("tags", "drums"),
        ("taxonomy",),
        ("stats",),
        ("problems",),
        ("duplicates",),
    ],
    ids=lambda args: args[0],
)
def test_every_key_of_the_json_is_documented(shelf: Shelf, args: tuple[str, ...]) -> None:
    text = SECTIONS[args[0]] + (SECTIONS["search"] if args[0] == "kit" else "")
    found = _keys(json.loads(shelf.run(*args, "--json").stdout))
    assert not {key for key in found if f'"{key}"' not in text and f"`{key}`" not in text}
    assert found or args == ("exports", "list")
