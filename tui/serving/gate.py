"""What every request passes: the rate of its address, the size of its body, the log, errors as sentences."""

import time
from collections.abc import Callable
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tui.serving.access import refuse_if_too_many
from tui.serving.answers import Refusal, error_response
from tui.serving.rate_limit import RateLimit

MOST_BODY_BYTES = 1 << 16
_MOST_SOCKETS = 200  # open at once
_TRY_LATER = 1013
_SAFE_HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; style-src 'unsafe-inline'; sandbox"),
    (b"referrer-policy", b"no-referrer"),
]


class Gate:
    """An ASGI middleware around everything else.

    Args:
        app: What answers.
        per_second: Requests of one address.
        log: Told a line about each request: no query and no token is in it.
    """

    def __init__(self, app: ASGIApp, per_second: float, log: Callable[[str], None]) -> None:
        self._app = app
        self._rate = RateLimit(per_second)
        self._log = log
        self._n_sockets = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        scope.setdefault("state", {})
        if scope["type"] == "websocket":
            await self._pass_socket(scope, receive, send)
        else:
            await self._pass_request(scope, receive, send)

    async def _pass_socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._rate.take(_address(scope)) or self._n_sockets >= _MOST_SOCKETS:
            await send({"type": "websocket.close", "code": _TRY_LATER})
            return
        began = time.perf_counter()
        self._n_sockets += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._n_sockets -= 1
            self._log(f"{_who(scope)} WEBSOCKET {_path(scope)} {time.perf_counter() - began:.0f} s")

    async def _pass_request(self, scope: Scope, receive: Receive, send: Send) -> None:
        began = time.perf_counter()
        status = 0

        async def send_safely(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message = {**message, "headers": [*message.get("headers", ()), *_SAFE_HEADERS]}
            await send(message)

        try:
            refuse_if_too_many(self._rate.take(_address(scope)))
            await self._app(scope, await _limited(scope, receive), send_safely)
        except Exception as error:
            if status:
                raise  # too late to say it
            await error_response(error)(scope, receive, send_safely)
        finally:
            milliseconds = 1000 * (time.perf_counter() - began)
            self._log(f"{_who(scope)} {scope['method']} {_path(scope)} {status} {milliseconds:.0f} ms")


async def _limited(scope: Scope, receive: Receive) -> Receive:
    """Read the body of a request, and return what hands it on.

    Raises:
        Refusal: It is too large.
    """
    if scope["method"] in {"GET", "HEAD", "OPTIONS"}:
        return receive
    body, has_more = bytearray(), True
    while has_more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return receive
        body += message.get("body", b"")
        has_more = message.get("more_body", False)
        if len(body) > MOST_BODY_BYTES:
            raise Refusal(413, f"The body is larger than {MOST_BODY_BYTES} bytes.", {"Connection": "close"})
    parts: list[Message] = [{"type": "http.request", "body": bytes(body), "more_body": False}]

    async def replay() -> Message:
        return parts.pop() if parts else await receive()

    return replay


def _address(scope: Scope) -> str:
    client: Any = scope.get("client")
    return str(client[0]) if client else ""


def _who(scope: Scope) -> str:
    return f"{_address(scope)} {scope['state'].get('token', '-')}"


def _path(scope: Scope) -> str:
    path = scope.get("raw_path") or scope["path"].encode("ascii", "backslashreplace")
    shown: str = path.partition(b"?")[0].decode("ascii", "backslashreplace")
    return shown
