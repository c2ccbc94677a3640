"""Downloads by `huggingface_hub` against a server that is a function; sockets stay shut."""

import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import huggingface_hub
import pytest

from db.errors import ModelError
from indexer.encoders.laion.installation.download import fetch
from indexer.encoders.laion.sources import RELEASES, TOKENIZER_FILES, Source

DATA = bytes(range(256)) * 2_000
SOURCE = Source("someone/clap", "main", "model.pt", len(DATA))
HTTP = sys.modules[type(huggingface_hub.get_session()).__module__.partition(".")[0]]  # httpx, or what came after it


class FakeHub:
    """Serves `DATA`, and cuts connections after so many bytes as it is told to."""

    def __init__(self, *cuts: int, knows_ranges: bool = True, location: str | None = None) -> None:
        self.cuts = list(cuts)
        self.knows_ranges = knows_ranges
        self.location = location
        self.ranges: list[str | None] = []

    def __call__(self, request: Any) -> Any:
        if request.method == "HEAD":
            headers = {"Location": self.location} if self.location else {}
            sizes = {"X-Linked-Size": str(len(DATA)), "Content-Length": str(len(DATA))}
            return HTTP.Response(302 if self.location else 200, headers=headers | sizes, request=request)
        wanted = request.headers.get("Range")
        self.ranges.append(wanted)
        first = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted and self.knows_ranges else 0
        headers = {"Content-Length": str(len(DATA) - first)}
        status = 206 if wanted and self.knows_ranges else 200
        return HTTP.Response(status, headers=headers, stream=self._stream(DATA[first:]), request=request)

    def _stream(self, rest: bytes) -> Any:
        cut = self.cuts.pop(0) if self.cuts else None

        class Stream(HTTP.SyncByteStream):  # type: ignore[misc, name-defined]
            def __iter__(self) -> Iterator[bytes]:
                yield rest[:cut]
                if cut is not None:
                    raise HTTP.RemoteProtocolError("peer closed connection")

        return Stream()


@pytest.fixture(autouse=True)
def small_and_quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(time, "sleep", lambda _: None)
    monkeypatch.setattr(huggingface_hub.constants, "DOWNLOAD_CHUNK_SIZE", 1_000)  # a cut loses part of one
    before = huggingface_hub.utils._http._GLOBAL_CLIENT_FACTORY
    yield
    huggingface_hub.set_client_factory(before)


def get(folder: Path, answer: Any, source: Source = SOURCE, **options: Any) -> Path:
    huggingface_hub.set_client_factory(lambda: HTTP.Client(transport=HTTP.MockTransport(answer)))
    return fetch(source, folder, **options)


def test_a_file_comes_whole_and_with_progress(tmp_path: Path) -> None:
    seen: list[tuple[str, int, int]] = []
    path = get(tmp_path / "new", FakeHub(), on_bytes=lambda *told: seen.append(told))
    assert path.read_bytes() == DATA
    assert seen[-1] == ("model.pt", len(DATA), len(DATA))
    assert [file.name for file in path.parent.iterdir()] == ["model.pt"]


def test_a_cut_connection_is_resumed_where_it_was_cut(tmp_path: Path) -> None:
    hub = FakeHub(100_000, 50_000)
    seen: list[int] = []
    assert get(tmp_path, hub, on_bytes=lambda _, n, __: seen.append(n)).read_bytes() == DATA
    assert hub.ranges == [None, "bytes=100000-", "bytes=150000-"]
    assert seen[-1] == len(DATA)


def test_a_run_that_was_killed_is_resumed_by_the_next(tmp_path: Path) -> None:
    (tmp_path / "model.pt.part").write_bytes(DATA[:123_456])
    hub = FakeHub()
    seen: list[int] = []
    assert get(tmp_path, hub, on_bytes=lambda _, n, __: seen.append(n)).read_bytes() == DATA
    assert hub.ranges == ["bytes=123456-"]
    assert seen[-1] == len(DATA)


@pytest.mark.parametrize("there", [b"something else", DATA + b"more"])
def test_what_cannot_be_resumed_begins_again(tmp_path: Path, there: bytes) -> None:
    (tmp_path / "model.pt.part").write_bytes(there)
    assert get(tmp_path, FakeHub(knows_ranges=False)).read_bytes() == DATA


def test_what_is_there_is_not_fetched(tmp_path: Path) -> None:
    (tmp_path / "model.pt").write_bytes(DATA)
    hub = FakeHub()
    assert get(tmp_path, hub).read_bytes() == DATA
    assert hub.ranges == []


def test_a_connection_that_is_cut_for_ever_keeps_what_came(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"did not give model\.pt .*run the same command again"):
        get(tmp_path, FakeHub(1_000, *[0] * 20))
    assert (tmp_path / "model.pt.part").read_bytes() == DATA[:1_000]


@pytest.mark.parametrize("error", [HTTP.ConnectError("Name or service not known"), HTTP.ReadTimeout("timed out"), 404])
def test_offline_is_one_sentence_with_address_file_and_place(tmp_path: Path, error: Any) -> None:
    def answer(request: Any) -> Any:
        if isinstance(error, int):
            return HTTP.Response(error, request=request)
        raise error

    with pytest.raises(ModelError) as refusal:
        get(tmp_path, answer)
    sentence = str(refusal.value)
    assert "\n" not in sentence
    for needed in (SOURCE.url, f"{len(DATA):,} bytes", str(tmp_path), "model.pt"):
        assert needed in sentence


def test_a_full_disk_is_told_before_the_download(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Usage(NamedTuple):
        free: int = 10_000

    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage())
    with pytest.raises(ModelError, match="make room"):
        get(tmp_path, FakeHub())


def test_a_redirection_away_from_encryption_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="without encryption"):
        get(tmp_path, FakeHub(location="http://elsewhere.example.invalid/model.pt"))
    assert list(tmp_path.iterdir()) == []


def test_every_address_is_encrypted_and_every_known_hash_is_one() -> None:
    sources = [*TOKENIZER_FILES, *(release.checkpoint for release in RELEASES)]
    assert all(source.url.startswith("https://") and source.url.endswith(source.file_name) for source in sources)
    hashes = [source.sha256 for source in sources if source.sha256 is not None]
    assert len(hashes) == 3
    assert all(len(bytes.fromhex(digest)) == 32 for digest in hashes)
