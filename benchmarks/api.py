"""Programs that search and edit one library through ``earmark api`` at once: errors, lost updates, waiting times."""

import http.client
import json
import random
import signal
import statistics
import subprocess
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from benchmarks.figures import Figure, at_most
from benchmarks.processes import REPOSITORY, earmark, run
from benchmarks.search_rate import make_library
from benchmarks.seeded import fill
from db.library import Library
from db.types import FileStat

_N_SOUNDS = 10_000
_N_CLIENTS = 8
_N_SHARED = 40  # sounds that all clients edit
_QUERIES = ("dusty kick", "bright snare len:<2", "warm pad", "type:kick bpm:100..140", "short noise hit", "low bass")
_TOKEN = "benchmark"
_COLLECTION = "benchmark"


@dataclass
class _Client:
    """One program.

    Attributes:
        milliseconds: By kind of request.
        errors: Answers with another status than 200.
        tagged: What it was told is stored: tag and sound.
    """

    number: int
    address: str
    secret: str
    milliseconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: list[str] = field(default_factory=list)
    tagged: set[tuple[str, int]] = field(default_factory=set)
    collected: set[int] = field(default_factory=set)
    stars: int | None = None

    def work(self, ids: list[int], until: float) -> None:
        """Search and edit in turn, without a pause."""
        chance = random.Random(self.number)
        connection = http.client.HTTPConnection(self.address, timeout=60)
        own = ids[self.number]
        while time.monotonic() < until:
            shared = chance.choice(ids[:_N_SHARED])
            kind = chance.choices(("search", "similar", "info", "tag", "collect", "rate"), (60, 10, 10, 10, 5, 5))[0]
            if kind == "search":
                self._ask(connection, kind, f"/search?k=20&q={quote(chance.choice(_QUERIES))}")
            elif kind == "similar":
                self._ask(connection, kind, f"/sounds/{chance.choice(ids)}/similar?k=20")
            elif kind == "info":
                self._ask(connection, kind, f"/sounds/{shared}")
            elif kind == "tag":
                name = f"bench-{self.number}-{chance.randrange(3)}"
                if self._ask(connection, kind, "/tags/add", {"name": name, "sounds": [shared]}):
                    self.tagged.add((name, shared))
            elif kind == "collect":
                if self._ask(connection, kind, "/collections/add", {"name": _COLLECTION, "sounds": [shared]}):
                    self.collected.add(shared)
            else:
                stars = chance.randrange(1, 6)
                if self._ask(connection, kind, "/annotations", {"sounds": [own], "stars": stars}):
                    self.stars = stars
        connection.close()

    def _ask(
        self, connection: http.client.HTTPConnection, kind: str, path: str, asked: dict[str, Any] | None = None
    ) -> bool:
        began = time.perf_counter()
        try:
            status, text = _request(connection, self.secret, path, asked)
        except OSError as error:
            status, text = 0, str(error)
            connection.close()
        self.milliseconds[kind].append(1000 * (time.perf_counter() - began))
        if status != 200:
            self.errors.append(f"{path}: {status} {text[:200]!r}")
        return status == 200


def measure(work_dir: Path, *, is_quick: bool, library: str | None = None) -> list[Figure]:
    """Have eight programs search and edit 10,000 sounds for a minute, without pauses.

    Args:
        work_dir: Where a library is made.
        is_quick: For 8 s.
        library: Another library: a folder, or the URL of a database, which keeps the stars of its first eight sounds.
            ``postgres`` starts a server and makes one there.
    """
    seconds = 8 if is_quick else 60
    with _place(work_dir, library) as place, served(place) as (address, secret):
        connection = http.client.HTTPConnection(address, timeout=60)
        ids = _some_ids(connection, secret)
        clients = [_Client(number, address, secret) for number in range(_N_CLIENTS)]
        until = time.monotonic() + seconds
        threads = [threading.Thread(target=client.work, args=(ids, until)) for client in clients]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        connection = http.client.HTTPConnection(address, timeout=60)  # the first one was idle for too long
        n_lost = _count_lost(connection, secret, clients, ids)
        _clean_up(connection, secret, clients)
    for error in [error for client in clients for error in client.errors][:5]:
        print(error)
    return _figures(clients, n_lost, seconds)


@contextmanager
def _place(work_dir: Path, library: str | None) -> Iterator[str]:
    """Yield the folder or the URL of a library."""
    if library != "postgres":
        yield library or str(make_library(work_dir / "api", _N_SOUNDS))
        return
    from tests.postgres import running_server  # noqa: PLC0415 (comes with a development package)

    with running_server() as server, server.library() as place:
        with server.connect() as connection:  # as safe as a server is, not as quick as one for tests
            for setting in ("fsync", "full_page_writes", "synchronous_commit"):
                connection.execute(f"ALTER SYSTEM SET {setting} = on")
            connection.execute("SELECT pg_reload_conf()")
        with Library.open(place) as opened:
            relpaths = [f"pack-{number // 1000:03d}/sound {number:06d}.wav" for number in range(_N_SOUNDS)]
            fill(opened, work_dir, relpaths, [FileStat(1000, 1)] * _N_SOUNDS)
        yield place.url


@contextmanager
def served(library: str, *options: str) -> Iterator[tuple[str, str]]:
    """Serve a library on a free port; yield address and an editor's token."""
    own = ("--library", library)
    secret = json.loads(run(earmark("api", "token", "add", _TOKEN, "--role", "editor", "--json", *own)))["token"]
    command = earmark("api", "--port", "0", "--rate", "10000", "--quiet", *options, *own)
    process = subprocess.Popen(command, cwd=REPOSITORY, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr is not None
        said = ""
        while "http://" not in said:
            said = process.stderr.readline()
            if not said:
                raise RuntimeError(f"{' '.join(command)} ended with {process.wait()}")
        yield urlsplit(said[said.index("http://") :].split()[0].rstrip(".")).netloc, secret
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)
        run(earmark("api", "token", "remove", _TOKEN, "--json", *own))


def _request(
    connection: http.client.HTTPConnection, secret: str, path: str, asked: dict[str, Any] | None = None
) -> tuple[int, str]:
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
    method, body = ("GET", None) if asked is None else ("POST", json.dumps(asked))
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


def _json(connection: http.client.HTTPConnection, secret: str, path: str) -> Any:
    status, text = _request(connection, secret, path)
    if status != 200:
        raise RuntimeError(f"{path}: {status} {text[:300]}")
    return json.loads(text)


def _some_ids(connection: http.client.HTTPConnection, secret: str) -> list[int]:
    found = _json(connection, secret, "/search?k=200&q=" + quote("len:>0"))["hits"]
    return [hit["id"] for hit in found]


def _count_lost(connection: http.client.HTTPConnection, secret: str, clients: list[_Client], ids: list[int]) -> int:
    """Count what was acknowledged and is not there."""
    known = {sample_id: _json(connection, secret, f"/sounds/{sample_id}") for sample_id in ids[:_N_SHARED]}
    n_lost = 0
    for client in clients:
        n_lost += sum(name not in {tag["name"] for tag in known[one]["tags"]} for name, one in client.tagged)
        n_lost += sum(_COLLECTION not in known[one]["collections"] for one in client.collected)
        n_lost += client.stars is not None and known[ids[client.number]]["stars"] != client.stars
    return n_lost


def _clean_up(connection: http.client.HTTPConnection, secret: str, clients: list[_Client]) -> None:
    sounds_by_tag: dict[str, list[int]] = defaultdict(list)
    for client in clients:
        for name, sample_id in client.tagged:
            sounds_by_tag[name].append(sample_id)
    for name, sounds in sounds_by_tag.items():
        _request(connection, secret, "/tags/remove", {"name": name, "sounds": sounds})
    collected = sorted({one for client in clients for one in client.collected})
    if collected:
        _request(connection, secret, "/collections/remove", {"name": _COLLECTION, "sounds": collected})


def _figures(clients: list[_Client], n_lost: int, seconds: int) -> list[Figure]:
    by_kind: dict[str, list[float]] = defaultdict(list)
    for client in clients:
        for kind, milliseconds in client.milliseconds.items():
            by_kind[kind] += milliseconds
    everything = [one for milliseconds in by_kind.values() for one in milliseconds]
    n_edits = sum(len(by_kind[kind]) for kind in ("tag", "collect", "rate"))
    what = f"{_N_CLIENTS} programs search and edit without pauses for {seconds} s"
    n_errors = sum(len(client.errors) for client in clients)
    return [
        at_most(f"{what}: errors in {len(everything):,} requests", n_errors, "", 0),
        at_most(f"{what}: updates lost of {n_edits:,}", n_lost, "", 0),
        at_most(f"{what}: 95 of 100 answers within", _percentile(everything), "ms", 250),
        Figure(f"{what}: answers", len(everything) / seconds, "a second"),
        *(
            Figure(f"{kind}: 95 of 100 answers within", _percentile(found), "ms", "median", statistics.median(found))
            for kind, found in by_kind.items()
        ),
    ]


def _percentile(milliseconds: list[float]) -> float:
    return statistics.quantiles(milliseconds, n=20)[-1]
