"""Downloads against a server that is a function; sockets stay shut."""

import email.message
import hashlib
import io
import shutil
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from db.errors import ModelError
from indexer.encoders.laion.download import fetch
from indexer.encoders.laion.sources import LAION_MODELS, TOKENIZER_FILES, Source

DATA = bytes(range(256)) * 20_000
SOURCE = Source("model.pt", "https://hub.example.invalid/model.pt", len(DATA), hashlib.sha256(DATA).hexdigest())


class Answer(io.BytesIO):
    def __init__(self, data: bytes, status: int, length: int | None, url: str) -> None:
        super().__init__(data)
        self.status = status
        self.url = url
        self.headers = email.message.Message()
        if length is not None:
            self.headers["Content-Length"] = str(length)


class FakeServer:
    """Serves `DATA`, and cuts connections where it is told to."""

    def __init__(self, cuts: list[int], *, knows_ranges: bool = True, tells_length: bool = True) -> None:
        self.cuts = cuts
        self.knows_ranges = knows_ranges
        self.tells_length = tells_length
        self.ranges: list[str | None] = []

    def __call__(self, request: urllib.request.Request, timeout: float) -> Answer:
        wanted = request.get_header("Range")
        self.ranges.append(wanted)
        first = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted and self.knows_ranges else 0
        rest = DATA[first:]
        sent = rest[: self.cuts.pop(0)] if self.cuts else rest
        status = 206 if wanted and self.knows_ranges else 200
        return Answer(sent, status, len(rest) if self.tells_length else None, request.full_url)


def get(folder: Path, server: Callable[..., Any], source: Source = SOURCE, **options: Any) -> Path:
    return fetch(source, folder, opener=server, pause=lambda _: None, **options)


def test_a_file_comes_whole_and_with_progress(tmp_path: Path) -> None:
    seen: list[tuple[str, int, int]] = []
    path = get(tmp_path / "new", FakeServer([]), on_bytes=lambda *told: seen.append(told))
    assert path.read_bytes() == DATA
    assert seen[-1] == ("model.pt", len(DATA), len(DATA))
    assert [file.name for file in path.parent.iterdir()] == ["model.pt"]


def test_a_cut_connection_is_resumed_where_it_was_cut(tmp_path: Path) -> None:
    server = FakeServer([1_000_000, 500_000])
    assert get(tmp_path, server).read_bytes() == DATA
    assert server.ranges == [None, "bytes=1000000-", "bytes=1500000-"]


def test_a_run_that_was_killed_is_resumed_by_the_next(tmp_path: Path) -> None:
    (tmp_path / "model.pt.part").write_bytes(DATA[:123_456])
    server = FakeServer([])
    assert get(tmp_path, server).read_bytes() == DATA
    assert server.ranges == ["bytes=123456-"]


@pytest.mark.parametrize("tells_length", [True, False])
def test_a_server_that_knows_no_ranges_begins_again(tmp_path: Path, *, tells_length: bool) -> None:
    (tmp_path / "model.pt.part").write_bytes(b"something else")
    assert get(tmp_path, FakeServer([], knows_ranges=False, tells_length=tells_length)).read_bytes() == DATA


def test_what_is_there_is_not_fetched(tmp_path: Path) -> None:
    (tmp_path / "model.pt").write_bytes(DATA)
    server = FakeServer([])
    assert get(tmp_path, server).read_bytes() == DATA
    assert server.ranges == []


def test_a_connection_that_is_cut_for_ever_keeps_what_came(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"hub\.example\.invalid did not give model\.pt .*run the same command again"):
        get(tmp_path, FakeServer([1000] * 9))
    assert (tmp_path / "model.pt.part").read_bytes() == DATA[:4000]


def refuse(error: Exception) -> Callable[..., Any]:
    def opener(*_: object, **__: object) -> Any:
        raise error

    return opener


@pytest.mark.parametrize(
    "error",
    [
        urllib.error.URLError("Name or service not known"),
        urllib.error.HTTPError(SOURCE.url, 404, "Not Found", email.message.Message(), None),
        TimeoutError("timed out"),
        ConnectionResetError("reset"),
    ],
)
def test_offline_is_one_sentence_with_address_file_and_place(tmp_path: Path, error: Exception) -> None:
    with pytest.raises(ModelError) as refusal:
        get(tmp_path, refuse(error))
    sentence = str(refusal.value)
    assert "\n" not in sentence
    for needed in (SOURCE.url, f"{len(DATA):,} bytes", str(tmp_path), "model.pt"):
        assert needed in sentence


def test_a_full_disk_is_told_before_the_download(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Usage(NamedTuple):
        free: int = 10_000

    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage())
    with pytest.raises(ModelError, match="make room"):
        get(tmp_path, FakeServer([]))


def test_a_redirection_away_from_encryption_is_refused(tmp_path: Path) -> None:
    def opener(request: urllib.request.Request, timeout: float) -> Answer:
        return Answer(DATA, 200, len(DATA), "http://elsewhere.example.invalid/model.pt")

    with pytest.raises(ModelError, match="without encryption"):
        get(tmp_path, opener)
    assert list(tmp_path.iterdir()) == []


def test_every_address_is_encrypted_and_every_known_hash_is_one() -> None:
    sources = [*TOKENIZER_FILES, *(model.checkpoint for model in LAION_MODELS)]
    assert all(source.url.startswith("https://") and source.url.endswith(source.file_name) for source in sources)
    hashes = [source.sha256 for source in sources if source.sha256 is not None]
    assert len(hashes) == 3
    assert all(len(bytes.fromhex(digest)) == 32 for digest in hashes)
