"""docs/http.md is true: its examples are run."""

import json
import re
import shlex
from pathlib import Path

from tests.tui.serving.conftest import Served
from tui.serving.app import REFUSALS

PAGE = (Path(__file__).parents[3] / "docs" / "http.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^curl .*$", PAGE, re.MULTILINE)


def request_of(example: str, served: Served) -> tuple[str, str, dict[str, str], str | None]:
    """Return method, path, headers and body of a call of curl."""
    first, second = served.ids[:2]
    words = shlex.split(example)[1:]
    method, headers, body, path = "GET", {}, None, ""
    while words:
        word = words.pop(0)
        if word == "-H":
            name, _, value = words.pop(0).partition(": ")
            headers[name] = value
        elif word == "--json":
            method, body = "POST", re.sub(r"\b12\b", str(first), re.sub(r"\b34\b", str(second), words.pop(0)))
            headers["Content-Type"] = "application/json"
        elif word == "-o":
            words.pop(0)
        else:
            path = word.removeprefix("$URL")
    path = re.sub(r"\b12\b", str(first), re.sub(r"\b34\b", str(second), path))
    assert headers.pop("Authorization") == "Bearer $TOKEN"
    return method, path, headers, body


def test_every_example_works(served: Served) -> None:
    assert len(EXAMPLES) > 15
    served.editor.post("/collections/add", json={"name": "Favourites", "sounds": served.ids[:1]})
    for example in EXAMPLES:
        method, path, headers, body = request_of(example, served)
        answer = served.editor.request(method, path, headers=headers, content=body)
        assert answer.status_code in {200, 206}, (example, answer.text)
        if answer.headers["content-type"] == "application/json":
            found = answer.json()
            assert (found if isinstance(found, list) else found.get("hits", found)) != [], example
            assert "n_changed" not in found or "false" in example or found["n_changed"] > 0, example


def test_every_address_and_refusal_is_on_the_page(served: Served) -> None:
    paths = served.nobody.get("/openapi.json").json()["paths"]
    shown = {
        re.sub(r"/sounds/\d+", "/sounds/{sound}", request_of(one, served)[1].partition("?")[0]) for one in EXAMPLES
    }
    assert paths.keys() == shown
    table = PAGE.partition("## Refusals")[2]
    assert all(re.search(rf"\b{status}\b", table) for status in REFUSALS)


def test_the_queries_as_one_types_are_answered(served: Served) -> None:
    (block,) = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    with served.reader.websocket_connect("/search") as socket:
        for line in block.splitlines():
            socket.send_json(json.loads(line))
        while (answer := socket.receive_json())["id"] != 2:
            pass
    assert answer["hits"]
