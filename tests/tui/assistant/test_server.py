"""The real server, spoken to by the client of the package ``mcp``."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters, stdio_client

from db.library import Library
from indexer.api.session import LibrarySession
from tests.trees import tree_hash
from tests.tui.app.shelf import ENCODER, make_shelf
from tests.tui.app.shelf import Shelf as AppShelf
from tests.tui.conftest import Shelf, run
from tui.assistant.server import make_server
from tui.assistant.tools import LibraryTools

READS = {"search", "similar", "blend", "kit", "info", "overview"}

Ask = Callable[..., Any]


@pytest.fixture(scope="module")
def app_shelf(tmp_path_factory: pytest.TempPathFactory) -> AppShelf:
    return make_shelf(tmp_path_factory.mktemp("assistant"))


@pytest.fixture
def library(app_shelf: AppShelf) -> Iterator[Library]:
    with app_shelf.open() as opened:
        yield opened


def speak(library: Library, script: Callable[[Client], Awaitable[None]], export_folder: Path | None = None) -> None:
    """Connect the client of the package to our server, both in this process, through the streams of the protocol."""
    session = LibrarySession(library, "fake", text_encoder=ENCODER, encoder=ENCODER)

    async def main() -> None:
        server = make_server(LibraryTools(session, export_folder))
        async with Client(server, mode="legacy") as client:
            await script(client)

    asyncio.run(main())


async def ask(client: Client, tool: str, **arguments: object) -> Any:
    answer = await client.call_tool(tool, arguments)
    assert not answer.is_error, answer.content
    return answer.structured_content


async def refusal(client: Client, tool: str, **arguments: object) -> str:
    answer = await client.call_tool(tool, arguments)
    assert answer.is_error
    return answer.content[0].text


def test_an_assistant_finds_sounds_and_changes_nothing(library: Library, app_shelf: AppShelf) -> None:
    before = tree_hash(app_shelf.sounds), library.generation()

    async def script(client: Client) -> None:
        tools = (await client.list_tools()).tools
        assert {tool.name for tool in tools} == READS
        assert all(tool.annotations.read_only_hint for tool in tools)
        found = (await ask(client, "search", query="len:<9", k=5))["sounds"]
        assert [set(sound) for sound in found] == [set(found[0])] * 5
        assert Path(found[0]["path"]).exists()
        near = (await ask(client, "similar", sound=found[0]["id"], k=3))["sounds"]
        assert len(near) == 3
        assert found[0]["id"] not in [sound["id"] for sound in near]
        assert (await ask(client, "similar", sound=found[0]["path"], k=3))["sounds"] == near
        path = (await ask(client, "blend", start=found[0]["id"], end=found[1]["path"], steps=2))["sounds"]
        assert [sound["id"] for sound in path] == [found[0]["id"], found[1]["id"]]
        kit = (await ask(client, "kit", slots="kick,snare*2"))["slots"]
        assert [one["slot"] for one in kit] == ["kick", "snare", "snare"]
        known = await ask(client, "info", sound=str(found[0]["id"]))
        assert (known["id"], known["stars"], known["exports"]) == (found[0]["id"], 0, [])
        assert (await ask(client, "overview"))["n_samples"] == len(library.sorted_ids())

    speak(library, script)
    assert (tree_hash(app_shelf.sounds), library.generation()) == before


@pytest.mark.parametrize(
    ("tool", "arguments", "said"),
    [
        ("search", {"query": "bpm:fast"}, "bpm: takes"),
        ("search", {"query": "kick", "k": 101}, "search cannot be asked so: k should be less than or equal to 100."),
        ("search", {"query": "k" * 1001}, "query should have at most 1000 characters."),
        ("search", {}, "search cannot be asked so: query is required."),
        ("search", {"query": "kick", "limit": 3}, "search takes no limit; it takes query, k."),
        ("similar", {"sound": [1], "k": "many"}, "sound should be a valid integer; k should be a valid integer"),
        ("similar", {"sound": "/etc/passwd"}, "no sound /etc/passwd"),
        ("similar", {"sound": 10**30}, "no sound"),
        ("info", {"sound": "relative.wav"}, "no sound relative.wav"),
        ("info", {"sound": "9" * 40}, "no sound 999"),
        ("blend", {"start": "", "end": "kick"}, "describes no sound"),
        ("kit", {"slots": "perc*999"}, "1 to 128 slots"),
        ("export", {"sounds": [1], "folder": "x"}, "export"),
    ],
)
def test_what_cannot_be_answered_is_a_sentence(
    tool: str, arguments: dict[str, object], said: str, library: Library
) -> None:
    async def script(client: Client) -> None:
        text = await refusal(client, tool, **arguments)
        assert said in text
        assert "\n" not in text

    speak(library, script)


def test_exports_go_below_one_folder_and_nowhere_else(library: Library, tmp_path: Path) -> None:
    allowed = tmp_path / "allowed"
    (allowed / "real").mkdir(parents=True)
    (allowed / "out").symlink_to(tmp_path)
    ids = library.sorted_ids()[:2].tolist()

    async def script(client: Client) -> None:
        assert {tool.name for tool in (await client.list_tools()).tools} == READS | {"export"}
        done = await ask(client, "export", sounds=ids, folder="kits/one", profile="digitakt", kit_format="sfz")
        assert (done["n_written"], done["failed"]) == (2, [])
        assert sorted(path.name for path in (allowed / "kits/one").iterdir()) == sorted([*done["files"], "one.sfz"])
        assert (await ask(client, "export", sounds=ids, folder="kits/one", profile="digitakt", kit_format="sfz"))[
            "n_present"
        ] == 2
        for folder in ("..", "../x", ".", "/tmp/x", "out/x", "real/../../x", str(tmp_path), "~/../.."):
            assert "Only folders below" in await refusal(client, "export", sounds=ids, folder=folder)
        assert "Name a folder" in await refusal(client, "export", sounds=ids, folder=" ")
        assert "no profile nope" in await refusal(client, "export", sounds=ids, folder="a", profile="nope")
        assert "at least 1 item" in await refusal(client, "export", sounds=[], folder="a")
        assert "at most 500 items" in await refusal(client, "export", sounds=[1] * 501, folder="a")
        assert "no sound 99999" in await refusal(client, "export", sounds=[99999], folder="a")

    speak(library, script, allowed)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["allowed"]
    assert sorted(library.uses(ids)) == sorted(ids)


def test_on_stdout_is_the_protocol_and_nothing_else(shelf: Shelf, tmp_path: Path) -> None:
    environment = dict(os.environ, PYTHONPATH=os.pathsep.join(filter(None, sys.path)))
    server = StdioServerParameters(
        command=sys.executable, args=["-m", "tui", "--library", str(shelf.library), "mcp"], env=environment
    )

    async def main() -> None:
        with (tmp_path / "said").open("w") as said:
            async with Client(stdio_client(server, errlog=said)) as client:
                assert {tool.name for tool in (await client.list_tools()).tools} == READS
                assert "bpm: takes" in await refusal(client, "search", query="bpm:fast")
                found = (await ask(client, "search", query="boomstick", k=1))["sounds"]
                assert found[0]["path"] in {str(shelf.kick), str(shelf.copy)}

    asyncio.run(main())


def test_without_the_package_one_is_told_what_to_install(
    shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "tui.assistant.server", None)
    done = run("--library", str(shelf.library), "mcp")
    assert "pip install 'earmark[mcp]'" in done.stderr
    assert done.exit_code == 2
    monkeypatch.undo()
    done = run("--library", str(shelf.library), "mcp", "--allow-export", str(tmp_path / "nowhere"))
    assert "is not a folder" in done.stderr
