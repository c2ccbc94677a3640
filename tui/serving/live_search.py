"""Results as one types, by WebSocket: the latest query wins."""

import asyncio
import json
from contextlib import suppress
from typing import Any

from anyio.to_thread import run_sync
from fastapi import WebSocket
from pydantic import ValidationError
from starlette.websockets import WebSocketDisconnect

from tui.serving.access import Access
from tui.serving.answers import Refusal, error_sentence, json_text, validation_sentence
from tui.serving.library_api import LibraryApi
from tui.serving.requests import LiveQuery

MOST_MESSAGE_BYTES = 1 << 13
_TOKEN_SECONDS = 5.0  # within which a page, which can send no header, says its token
_POLICY_VIOLATION = 1008


class LiveSearch:
    """One connection: reads queries while the one before is still being answered.

    Args:
        socket: Not accepted yet.
        api: What answers.
        access: Who may ask.
    """

    def __init__(self, socket: WebSocket, api: LibraryApi, access: Access) -> None:
        self._socket = socket
        self._api = api
        self._access = access
        self._secret: str | None = None
        self._latest: LiveQuery | None = None
        self._has_news = asyncio.Event()

    async def run(self) -> None:
        """Answer until the other side ends it."""
        await self._socket.accept()
        with suppress(WebSocketDisconnect, RuntimeError):  # gone while we answered
            try:
                await self._identify()
            except (Refusal, TimeoutError) as error:
                await self._send({"error": str(error) or "Send a token first."})
                await self._socket.close(_POLICY_VIOLATION)
                return
            answering = asyncio.create_task(self._answer())
            try:
                while True:
                    await self._read()
            finally:
                answering.cancel()
                with suppress(asyncio.CancelledError, WebSocketDisconnect, RuntimeError):
                    await answering

    async def _identify(self) -> None:
        """Find the token in the header, or in the first message."""
        scheme, _, credentials = self._socket.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            self._secret = credentials
        else:
            async with asyncio.timeout(_TOKEN_SECONDS):
                self._secret = _token_in(await self._receive())
        token = await run_sync(self._access.check, self._secret)
        self._socket.state.token = token.name  # for the log

    async def _read(self) -> None:
        """Take in one message; what waits for its answer is dropped."""
        message = await self._receive()
        try:
            self._latest = LiveQuery.model_validate_json(message)
        except ValidationError as error:
            await self._send({"error": validation_sentence(error.errors(include_url=False, include_input=False))})
        else:
            self._has_news.set()

    async def _answer(self) -> None:
        while True:
            await self._has_news.wait()
            self._has_news.clear()
            query, self._latest = self._latest, None
            if query is None:
                continue
            answer = await run_sync(self._ask, query)
            if self._latest is None:  # else nobody waits for this one any more
                await self._send({"id": query.id, **answer})

    def _ask(self, query: LiveQuery) -> dict[str, Any]:
        try:
            self._access.count(self._access.check(self._secret))
            return self._api.search(query.q, query.k, query.sort, folds=query.fold)
        except Exception as error:
            return {"error": error_sentence(error)}

    async def _receive(self) -> bytes:
        """Return the next message, text or not; of one that is too long only the beginning, which is no JSON."""
        message = await self._socket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect
        data: bytes = message.get("bytes") or (message.get("text") or "").encode("utf-8", "replace")
        return data[:MOST_MESSAGE_BYTES]

    async def _send(self, answer: dict[str, Any]) -> None:
        await self._socket.send_text(json_text(answer))


def _token_in(text: bytes) -> str | None:
    try:
        message = json.loads(text)
    except ValueError:
        return None
    secret = message.get("token") if isinstance(message, dict) else None
    return secret if isinstance(secret, str) else None
