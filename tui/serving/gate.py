"""What every request passes: the rate of its address, the size of its body, the log, errors as sentences."""

import time
from collections.abc import Callable
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tui.serving.access import refuse_if_too_many
from tui.serving.answers import Refusal, error_response
from tui.serving.rate_limit import RateLimit

MOST_BODY_BYTES = 1 << 16
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

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        scope.setdefault("state", {})
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
            self._log(_line(scope, status, time.perf_counter() - began))


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


def _line(scope: Scope, status: int, seconds: float) -> str:
    path = scope.get("raw_path") or scope["path"].encode("ascii", "backslashreplace")
    shown = path.partition(b"?")[0].decode("ascii", "backslashreplace")
    token = scope["state"].get("token", "-")
    return f"{_address(scope)} {token} {scope['method']} {shown} {status} {seconds * 1000:.0f} ms"
