"""Results as one types: the latest query wins."""

import threading

import pytest
from starlette.websockets import WebSocketDisconnect

from tests.tui.serving.conftest import Served
from tui.serving.library_api import LibraryApi
from tui.serving.tokens import Role, remove_token


def test_a_query_is_answered_as_a_request_is(served: Served) -> None:
    with served.reader.websocket_connect("/search") as socket:
        socket.send_json({"id": 7, "q": "kick", "k": 3})
        answer = socket.receive_json()
    expected = served.reader.get("/search", params={"q": "kick", "k": 3}).json()
    assert answer.pop("id") == 7
    assert answer["hits"] == expected["hits"]


def test_older_queries_are_dropped_while_one_is_answered(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    may_go, has_begun = threading.Event(), threading.Event()
    asked = []
    search = LibraryApi.search

    def slowly(self: LibraryApi, line: str, *args: object, **options: object) -> object:
        asked.append(line)
        has_begun.set()
        assert may_go.wait(10)
        return search(self, line, *args, **options)

    monkeypatch.setattr(LibraryApi, "search", slowly)
    with served.reader.websocket_connect("/search") as socket:
        socket.send_json({"id": 1, "q": "k"})
        assert has_begun.wait(10)
        for number, line in enumerate(("ki", "kic", "kick"), start=2):
            socket.send_json({"id": number, "q": line, "k": 2})
        socket.send_json({"id": 5, "q": "kick", "unknown": 1})  # its refusal says that all before was read
        assert "unknown" in socket.receive_json()["error"]
        may_go.set()
        assert socket.receive_json()["id"] == 4
    assert asked == ["k", "kick"]


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ('{"q": "bpm:fast"}', "bpm: takes"),
        ('{"k": 5000}', "k: Input should be less than or equal to 200."),
        ("no json", "not JSON"),
        ("[]", "object"),
        ('{"q": "\\u001b[31m"}', "control characters"),
        ('{"q": "' + "k" * 9000 + '"}', "not JSON"),
    ],
)
def test_what_cannot_be_answered_is_a_sentence_and_ends_nothing(message: str, said: str, served: Served) -> None:
    with served.reader.websocket_connect("/search") as socket:
        socket.send_text(message)
        assert said in socket.receive_json()["error"]
        socket.send_json({"q": "kick", "k": 1})
        assert len(socket.receive_json()["hits"]) == 1


def test_a_page_says_its_token_first(served: Served) -> None:
    with served.nobody.websocket_connect("/search") as socket:
        socket.send_json({"token": served.secrets[Role.READER]})
        socket.send_json({"q": "kick", "k": 1})
        assert len(socket.receive_json()["hits"]) == 1


@pytest.mark.parametrize("message", ['{"token": "wrong"}', '{"q": "kick"}', "[1]", "{", '{"token": 3}'])
def test_without_a_token_the_connection_ends(message: str, served: Served) -> None:
    with served.nobody.websocket_connect("/search") as socket:
        socket.send_text(message)
        assert "Send a token" in socket.receive_json()["error"]
        with pytest.raises(WebSocketDisconnect):
            socket.receive_json()


def test_a_removed_token_is_refused_within_a_connection(served: Served) -> None:
    with served.reader.websocket_connect("/search") as socket:
        remove_token(served.library, "reader")
        socket.send_json({"q": "kick"})
        assert "Send a token" in socket.receive_json()["error"]


def test_pages_of_other_sites_get_no_connection(served: Served) -> None:
    with (
        pytest.raises(WebSocketDisconnect),
        served.reader.websocket_connect("/search", headers={"Origin": "https://evil.example"}),
    ):
        pass


def test_bytes_in_place_of_text_end_nothing_but_the_connection(served: Served) -> None:
    with served.reader.websocket_connect("/search") as socket:
        socket.send_bytes(b"\xff")
        assert "not JSON" in socket.receive_json()["error"]
    assert served.reader.get("/stats").status_code == 200


def test_connections_are_logged_without_what_was_said_and_have_a_limit(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.serving.gate._MOST_SOCKETS", 1)
    with served.reader.websocket_connect("/search") as socket:
        socket.send_json({"q": "privatewords", "k": 1})
        assert socket.receive_json()["query"] == "privatewords"
        with pytest.raises(WebSocketDisconnect), served.reader.websocket_connect("/search"):
            pass
    with served.reader.websocket_connect("/search"):
        pass
    assert [line for line in served.log if "testclient reader WEBSOCKET /search" in line]
    assert "privatewords" not in "".join(served.log)
