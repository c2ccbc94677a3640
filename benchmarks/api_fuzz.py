"""Bad requests to ``earmark api``: none is a fault of the server, and none opens what it may not."""

import asyncio
import json
import os
import sys
import sysconfig
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from benchmarks.figures import Figure, at_most
from benchmarks.processes import REPOSITORY
from db.library import Library
from db.paths import without_controls
from indexer.api.session import LibrarySession
from indexer.demo_sounds import write_demo_sounds
from indexer.encoders.registry import BUILT_IN, start_encoder
from indexer.ingest.pipeline import index
from tui.serving.app import ServerOptions, make_app
from tui.serving.library_api import LibraryApi
from tui.serving.tokens import Role, add_token

CANARY = b"what is outside of the library"
_N = 2000
_PATHS = (
    "../../../../etc/passwd",
    "..%2f..%2fetc%2fpasswd",
    "%2e%2e/%2e%2e/etc/passwd",
    "/etc/passwd",
    "file:///etc/passwd",
    "....//....//etc/passwd",
    "..\\..\\secret",
    "%00/etc/passwd",
    "~/.ssh/id_rsa",
    "\\\\server\\share",
    "/proc/self/environ",
)
_VALUES = st.one_of(
    st.sampled_from(
        [*_PATHS, "", " ", "\0", "\x1b[2J", "\u202e", "\ud800", "%", "a" * 3000, "kick", "12", "0", "-1", "1e9", "NaN"]
    ),
    st.sampled_from(
        [
            "bpm:fast",
            "bpm:1e999",
            "key:H",
            'in:"',
            "type:",
            "-",
            "+",
            "50% a, 50% b",
            "99999% a",
            "tag:*",
            "len:<<1",
            "added:9e99y",
            "pitch:C99",
            "stars:-5..",
            "collection:",
            "in:/etc/",
            "name:[",
            "sort:x",
            "'; DROP TABLE samples;--",
        ]
    ),
    st.text(max_size=40),
    st.integers(-(10**30), 10**30).map(str),
    st.floats().map(str),
)
_NAMES = st.one_of(st.sampled_from(["q", "k", "sort", "sounds", "token", "path", "file"]), st.text(max_size=8))
_SOUNDS = st.one_of(
    st.integers(1, 60).map(str),
    st.just("1"),
    st.sampled_from(_PATHS),
    st.text(max_size=40),
    st.just("9" * 18),
    st.just("f" * 32),
)
_JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(10**30), 10**30), st.floats(), st.text(max_size=20), _VALUES),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
_BODY_FIELDS = {
    "sounds": st.one_of(st.lists(st.one_of(st.integers(1, 90), _SOUNDS, _JSON), max_size=6), _JSON),
    "name": st.one_of(_VALUES, _JSON),
    "stars": st.one_of(st.integers(-2, 7), _JSON),
    "note": st.one_of(_VALUES, _JSON),
    "is_hidden": _JSON,
}
_BODIES = st.one_of(
    st.fixed_dictionaries({}, optional=_BODY_FIELDS).map(lambda value: json.dumps(value).encode()),
    _JSON.map(lambda value: json.dumps(value).encode()),
    st.binary(max_size=60),
    st.sampled_from(
        [b"[" * 5000, b'{"sounds":' * 2000, b"\xff\xfe", b"{}" * 40_000, b'{"name": "\\ud800", "sounds": [1]}']
    ),
)
_RANGES = st.one_of(
    st.sampled_from(
        ["bytes=0-", "bytes=-1", "bytes=9-1", "bytes=0-0,5-", f"bytes={'9' * 40}-", "bytes=-", "lines=1-2"]
    ),
    st.text(st.characters(max_codepoint=255, exclude_characters="\r\n"), max_size=20),
)


@dataclass(frozen=True)
class Request:
    """One request as a server gets it: bytes."""

    method: str
    raw_path: bytes
    query: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass
class Findings:
    """What went wrong.

    Attributes:
        statuses: How many answers had each.
        faults: Answers of 5xx, or that are no sentence.
        reads: Files that were opened and are none of the library's.
    """

    statuses: Counter[int] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    reads: set[str] = field(default_factory=set)


def measure(work_dir: Path, *, is_quick: bool) -> list[Figure]:
    """Send 2,000 requests (200 when quick) to a library of demo sounds, one of them a link that leads out."""
    with Library.create(work_dir / "library") as library, start_encoder(BUILT_IN) as encoder:
        sounds = work_dir / "sounds"
        write_demo_sounds(sounds)
        index(library, [sounds], encoder)
        plant_link(library, work_dir / "outside")
        session = LibrarySession(library, BUILT_IN)
        try:
            found = fuzz(session, sounds, 200 if is_quick else _N)
        finally:
            session.close()
    for line in [*found.faults[:10], *sorted(found.reads)[:10]]:
        print(line)
    statuses = ", ".join(f"{n} of {status}" for status, n in sorted(found.statuses.items()))
    return [
        at_most(f"answers of 5xx or without a sentence: {statuses}", len(found.faults), "", 0),
        at_most("files opened outside of the library", len(found.reads), "", 0),
    ]


def plant_link(library: Library, outside: Path) -> None:
    """Put a link that leads out of the library in the place of the first of its sounds, which lies there then."""
    path = library.samples(library.sorted_ids()[:1].tolist())[0].path
    path.rename(outside)
    secret = outside.with_suffix(".secret")
    secret.write_bytes(CANARY * 100)
    path.symlink_to(secret)


def fuzz(session: LibrarySession, sounds: Path, n: int) -> Findings:
    """Send ``n`` requests to the API of a library in this process, and watch what it opens.

    Args:
        session: The library and its model.
        sounds: The folder of its sounds.
        n: How many.
    """
    library = session.library
    secrets = {role: add_token(library, f"fuzz-{role.value}", role) for role in Role}
    api = LibraryApi(session)
    api.warm_up()
    app = make_app(api, ServerOptions(per_second=1e9))
    operations = [
        (method.upper(), path, [one["name"] for one in operation.get("parameters", ()) if one["in"] == "query"])
        for path, methods in app.openapi()["paths"].items()
        for method, operation in methods.items()
    ]
    found = Findings()
    allowed = [
        library.folder,
        sounds,
        REPOSITORY,
        *map(Path, {*sysconfig.get_paths().values(), sys.prefix, sys.base_prefix}),
    ]

    with asyncio.Runner() as runner:

        @seed(1)
        @settings(max_examples=n, database=None, deadline=None, suppress_health_check=list(HealthCheck))
        @given(_requests(operations, secrets))
        def send(request: Request) -> None:
            status, headers, body = runner.run(ask(app, request))
            found.statuses[status] += 1
            if status >= 500 or not _is_proper(request, status, headers, body) or CANARY in body:
                found.faults.append(f"{status} {request}: {body[:200]!r}")

        runner.run(ask(app, Request("GET", b"/tags")))  # what is imported by the first is no finding
        with _watched(found.reads, allowed):
            send()
    return found


def _requests(operations: list[tuple[str, str, list[str]]], secrets: Mapping[Role, str]) -> st.SearchStrategy[Request]:
    tokens = st.sampled_from(
        [f"Bearer {secrets[Role.EDITOR]}"] * 24
        + [
            *[f"Bearer {secrets[Role.READER]}"] * 5,
            "Bearer wrong",
            "Bearer ",
            "",
            f"Basic {secrets[Role.EDITOR]}",
            "Bearer \xff",
        ]
    )

    @st.composite
    def requests(draw: st.DrawFn) -> Request:
        method, path, names = draw(st.sampled_from(operations))
        if draw(st.integers(0, 9)) == 0:
            method = draw(st.sampled_from(["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"]))
        if draw(st.integers(0, 19)) == 0:
            path = "/" + draw(st.one_of(st.sampled_from(_PATHS), st.text(max_size=20)))
        sound = draw(_SOUNDS)
        named = path.replace("{sound}", sound if draw(st.booleans()) else _quoted(sound))
        known = st.sampled_from(names) if names and draw(st.integers(0, 4)) else _NAMES
        pairs = draw(st.lists(st.tuples(known, _VALUES), max_size=3, unique_by=lambda pair: pair[0]))
        query = "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in pairs)
        body = draw(_BODIES) if method in {"POST", "PUT", "PATCH"} else b""
        headers = {
            "authorization": draw(tokens),
            "content-type": draw(st.sampled_from(["application/json"] * 9 + ["text/x"])),
        }
        if draw(st.booleans()):
            headers["range"] = draw(_RANGES)
        return Request(method, named.encode("utf-8", "replace"), query.encode("ascii"), headers, body)

    return requests()


def _quoted(text: str) -> str:
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


async def ask(app: Any, request: Request) -> tuple[int, dict[str, str], bytes]:
    """Hand a request to an ASGI application as a server does; return status, headers and body of the answer."""
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": "http",
        "path": unquote(request.raw_path.decode("latin-1")),
        "raw_path": request.raw_path,
        "root_path": "",
        "query_string": request.query,
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8420),
        "headers": [(name.encode(), value.encode("latin-1", "replace")) for name, value in request.headers.items()],
    }
    parts = [{"type": "http.request", "body": request.body, "more_body": False}]
    status, headers, body = 0, dict[str, str](), bytearray()
    is_over = asyncio.Event()

    async def receive() -> dict[str, Any]:
        if parts:
            return parts.pop()
        await is_over.wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
            headers.update({name.decode(): value.decode("latin-1") for name, value in message["headers"]})
        else:
            body.extend(message.get("body", b""))

    await app(scope, receive, send)
    is_over.set()
    return status, headers, bytes(body)


def _is_proper(request: Request, status: int, headers: Mapping[str, str], body: bytes) -> bool:
    """Say whether an answer is JSON for readers that show it as it is: one sentence where it is a refusal."""
    if headers.get("content-type") != "application/json":
        return status in {200, 206, 304, 416}
    if request.method == "HEAD":
        return True
    answer = json.loads(body.decode("ascii"))
    if status < 400:
        return True
    sentence = answer.get("error", "")
    return list(answer) == ["error"] and len(sentence) > 9 and sentence == without_controls(sentence)


@contextmanager
def _watched(reads: set[str], allowed: Iterable[Path]) -> Any:
    """Collect the files that Python opens in this process, but for those below some folders."""
    folders = tuple(os.path.realpath(folder) for folder in allowed)
    is_watching = True

    def on_event(event: str, arguments: tuple[Any, ...]) -> None:
        if not is_watching or event not in {"open", "subprocess.Popen", "os.listdir", "os.scandir"}:
            return
        path = arguments[0]
        if event == "subprocess.Popen":
            reads.add(f"started {path}")
        elif isinstance(path, str | bytes) and path:
            real = os.path.realpath(os.fsdecode(path))
            if not any(Path(real).is_relative_to(folder) for folder in folders):
                reads.add(real)

    sys.addaudithook(on_event)  # stays for good, silent
    try:
        yield
    finally:
        is_watching = False
