"""Tokens, roles, rates and sizes; nothing of a secret is kept or logged."""

import json
from types import SimpleNamespace

import pytest

from db.errors import UsageError
from tests.tui.app.shelf import Shelf as AppShelf
from tests.tui.conftest import run
from tests.tui.serving.conftest import Served, serve
from tui.serving.app import ServerOptions
from tui.serving.gate import MOST_BODY_BYTES
from tui.serving.rate_limit import RateLimit
from tui.serving.tokens import Role, add_token, find_token, read_tokens, remove_token

EDITS = ("/annotations", "/tags/add", "/tags/remove", "/collections/add", "/collections/remove")
READS = ("/search?q=kick", "/blend?start=a&end=b", "/tags", "/collections", "/stats", "/sounds/1", "/sounds/1/similar",
         "/sounds/1/audio", "/sounds/1/waveform")  # fmt: skip


@pytest.mark.parametrize("path", READS)
def test_nothing_is_told_without_a_token(path: str, served: Served) -> None:
    for headers in ({}, {"Authorization": "Bearer x"}, {"Authorization": f"Basic {served.secrets[Role.READER]}"}):
        answer = served.nobody.get(path, headers=headers)
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
        assert list(answer.json()) == ["error"]
    assert served.reader.get(path).status_code != 401


@pytest.mark.parametrize("path", EDITS)
def test_a_reader_changes_nothing(path: str, served: Served) -> None:
    before = served.library.generation()
    asked = {"sounds": served.ids[:1], **({} if path == "/annotations" else {"name": "Kit"})}
    assert served.nobody.post(path, json=asked).status_code == 401
    refused = served.reader.post(path, json=asked)
    assert (refused.status_code, "editor" in refused.json()["error"]) == (403, True)
    assert served.library.generation() == before


def test_a_removed_token_is_refused_at_once(served: Served) -> None:
    assert served.reader.get("/stats").status_code == 200
    remove_token(served.library, "reader")
    assert served.reader.get("/stats").status_code == 401
    assert served.editor.get("/stats").status_code == 200


def test_only_hashes_are_kept_and_a_secret_is_found_by_its_hash(served: Served) -> None:
    stored = served.library.setting("api-tokens")
    for role, secret in served.secrets.items():
        assert secret not in stored
        assert find_token(read_tokens(served.library), secret).role is role
    assert find_token(read_tokens(served.library), served.secrets[Role.READER] + "x") is None
    with pytest.raises(UsageError, match="a token reader already"):
        add_token(served.library, "reader", Role.EDITOR)
    with pytest.raises(UsageError, match="no token other"):
        remove_token(served.library, "other")


def test_the_log_names_the_token_and_holds_neither_secrets_nor_queries(served: Served) -> None:
    served.reader.get("/search", params={"q": "privatewords", "k": 1})
    served.nobody.get("/stats", headers={"Authorization": "Bearer wrongsecret"})
    served.nobody.get("/%1b%5b31m/\u202e")
    text = "\n".join(served.log)
    assert "testclient reader GET /search 200" in text
    assert "testclient - GET /stats 401" in text
    assert text.isascii()
    assert "\x1b" not in text
    for hidden in ("privatewords", "wrongsecret", *served.secrets.values()):
        assert hidden not in text


def test_too_many_requests_of_one_token_or_one_address_wait(
    api_shelf: AppShelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.serving.rate_limit.time", SimpleNamespace(monotonic=lambda: 0.0))
    with api_shelf.open() as library:
        for served in serve(library, api_shelf.sounds, ServerOptions(per_second=1.0)):
            statuses = [served.reader.get("/collections").status_code for _ in range(4)]
            assert statuses == [200, 200, 429, 429]
            assert served.editor.get("/collections").status_code == 200
            refused = [served.nobody.get("/collections") for _ in range(6)][-1]
            assert (refused.status_code, refused.headers["retry-after"]) == (429, "1")
            assert "welcome in 1 second" in refused.json()["error"]


def test_a_bucket_fills_again_and_the_number_of_buckets_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    limit = RateLimit(2, lambda: now)
    assert [limit.take("a") for _ in range(5)] == [0, 0, 0, 0, 1]
    now = 0.5
    assert [limit.take("a"), limit.take("a"), limit.take("b")] == [0, 1, 0]
    monkeypatch.setattr("tui.serving.rate_limit._MOST_KEYS", 3)
    for number in range(10):
        limit.take(str(number))
    assert len(limit._buckets) == 3


def test_bodies_have_a_largest_size(served: Served) -> None:
    large = b'{"name": "' + b"x" * MOST_BODY_BYTES + b'"}'
    for content in (large, iter([large[:9], large[9:]])):
        refused = served.editor.post("/tags/add", content=content, headers={"Content-Type": "application/json"})
        assert refused.status_code == 413
        assert "larger than" in refused.json()["error"]


def test_other_web_sites_are_let_in_by_name_only(served: Served, api_shelf: AppShelf) -> None:
    origin = {"Origin": "https://tools.example"}
    assert "access-control-allow-origin" not in served.reader.get("/stats", headers=origin).headers
    options = ServerOptions(per_second=1000, origins=["https://tools.example"])
    remove_token(served.library, "reader")
    remove_token(served.library, "editor")
    for allowed in serve(served.library, api_shelf.sounds, options):
        answer = allowed.reader.get("/stats", headers=origin)
        assert answer.headers["access-control-allow-origin"] == "https://tools.example"
        other = allowed.reader.get("/stats", headers={"Origin": "https://other.example"})
        assert "access-control-allow-origin" not in other.headers


def test_tokens_on_the_command_line(served: Served) -> None:
    def api(*args: str) -> object:
        return run("--library", str(served.library.folder), "api", "token", *args)

    made = api("add", "studio", "--role", "editor", "--json")
    assert json.loads(made.stdout)["role"] == "editor"
    secret = api("add", "guest").stdout.strip()
    assert find_token(read_tokens(served.library), secret).role is Role.READER
    assert [one["name"] for one in json.loads(api("list", "--json").stdout)] == ["editor", "guest", "reader", "studio"]
    assert "studio" in api("list").stdout
    assert json.loads(api("remove", "guest", "--json").stdout) == {"n_removed": 1}
    for args, said in (
        (("add", "studio"), "There is a token studio already"),
        (("add", "no spaces"), "up to 40 letters"),
        (("add", "a", "--role", "owner"), "A role is one of: reader, editor"),
        (("remove", "nobody"), "There is no token nobody"),
    ):
        refused = api(*args)
        assert (refused.exit_code, said in refused.stderr) == (2, True)
