"""The addresses that the server answers, and how."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.metadata import version
from typing import Annotated, Any

import anyio
from anyio.to_thread import current_default_thread_limiter, run_sync
from fastapi import Depends, FastAPI, Query, Request, WebSocket
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware

from db.errors import EarmarkError, LibraryBusyError
from tui.serving.access import Access
from tui.serving.answer_shapes import (
    ChangedAnswer,
    CollectionAnswer,
    InfoAnswer,
    PathAnswer,
    PointAnswer,
    RefusalAnswer,
    SearchAnswer,
    StatsAnswer,
    TagsAnswer,
)
from tui.serving.answers import Refusal, error_response, json_response, refuse, validation_sentence
from tui.serving.audio_response import audio_response
from tui.serving.gate import Gate
from tui.serving.library_api import LibraryApi
from tui.serving.live_search import LiveSearch
from tui.serving.pictures import Pictures
from tui.serving.requests import (
    Annotate,
    BlendQuery,
    Named,
    PictureQuery,
    SearchQuery,
    SoundPath,
    TagsQuery,
)
from tui.serving.sound_files import open_sound

_N_THREADS = 4  # a request more waits for one of them, in order; more of them wait for each other in Python
_WAITS = (0.05, 0.1, 0.2, 0.4)  # seconds between tries while another process writes the library
_PER_ADDRESS = 4  # times the rate of one token: several people may come from one address


@dataclass(frozen=True, slots=True)
class ServerOptions:
    """How the server behaves.

    Attributes:
        per_second: Requests of one token.
        origins: Web pages that browsers let ask: CORS.
        log: Told a line about each request.
    """

    per_second: float = 50.0
    origins: Sequence[str] = ()
    log: Callable[[str], None] = lambda _: None


def make_app(api: LibraryApi, options: ServerOptions = ServerOptions()) -> FastAPI:
    """Return the ASGI application over one library."""
    app = FastAPI(
        title="earmark",
        version=version("earmark"),
        description="Find sounds by describing them: the sample library of earmark, for other programs.",
        docs_url=None,  # they load scripts from elsewhere
        redoc_url=None,
        lifespan=_lifespan,
        responses={status: {"description": text, "model": RefusalAnswer} for status, text in REFUSALS.items()},
    )
    access = Access(api.library, options.per_second)
    _add_reading(app, api, access)
    _add_sounds(app, api, access)
    _add_editing(app, api, access)
    _add_live_search(app, api, access, frozenset(options.origins))
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(EarmarkError, _on_error)
    app.add_exception_handler(Refusal, _on_error)
    if options.origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=options.origins,
            allow_methods=["GET", "POST"],
            allow_headers=["Authorization", "Content-Type", "Range"],
            expose_headers=["Content-Range", "ETag", "Retry-After"],
        )
    app.add_middleware(Gate, per_second=options.per_second * _PER_ADDRESS, log=options.log)
    return app


REFUSALS = {
    400: "The query cannot be understood.",
    401: "There is no such token.",
    403: "The token may not do this.",
    404: "The library has no such sound.",
    409: "The file of the sound is not there, or cannot be served.",
    413: "The body is too large.",
    422: "A value is missing or out of bounds.",
    429: "Too many requests.",
    503: "Another process is writing the library.",
}


_PARTS: dict[int | str, dict[str, Any]] = {
    200: {"description": "The whole file.", "content": {"audio/*": {}}},
    206: {"description": "The range that was asked for.", "content": {"audio/*": {}}},
    304: {"description": "The file is as it was."},
    416: {"description": "Nothing is in that range."},
}
_PICTURE: dict[int | str, dict[str, Any]] = {200: {"description": "The picture.", "content": {"image/svg+xml": {}}}}


@asynccontextmanager
async def _lifespan(_: FastAPI) -> AsyncIterator[None]:
    current_default_thread_limiter().total_tokens = _N_THREADS
    yield


def _add_reading(app: FastAPI, api: LibraryApi, access: Access) -> None:
    reads: Any = [Depends(access.reader)]

    @app.get("/search", dependencies=reads, response_model=SearchAnswer)
    def search(asked: Annotated[SearchQuery, Query()]) -> Response:
        """Find sounds by describing them; filters alone list what passes them."""
        return json_response(api.search(asked.q, asked.k, asked.sort, folds=asked.fold))

    @app.get("/blend", dependencies=reads, response_model=PathAnswer | PointAnswer)
    def blend(asked: Annotated[BlendQuery, Query()]) -> Response:
        """Find real sounds on the way from one sound or description to another, or at one point of it."""
        return json_response(api.blend(asked.start, asked.end, asked.steps, asked.at, asked.where, asked.k))

    @app.get("/tags", dependencies=reads, response_model=TagsAnswer)
    def tags(asked: Annotated[TagsQuery, Query()]) -> Response:
        """Count the library by facet, or what lies at one place of the tree."""
        return json_response(api.tags(asked.place, asked.where))

    @app.get("/collections", dependencies=reads, response_model=list[CollectionAnswer])
    def collections() -> Response:
        """List the collections; `collection:NAME` finds the sounds of one."""
        return json_response(api.collections())

    @app.get("/stats", dependencies=reads, response_model=StatsAnswer)
    def stats() -> Response:
        """Tell what the library holds."""
        return json_response(api.stats())


def _add_sounds(app: FastAPI, api: LibraryApi, access: Access) -> None:
    reads: Any = [Depends(access.reader)]
    pictures = Pictures(api.library)

    @app.get("/sounds/{sound}", dependencies=reads, response_model=InfoAnswer)
    def info(sound: SoundPath) -> Response:
        """Tell everything that is known of one sound."""
        return json_response(api.info(sound))

    @app.get("/sounds/{sound}/similar", dependencies=reads, response_model=SearchAnswer)
    def similar(sound: SoundPath, asked: Annotated[SearchQuery, Query()]) -> Response:
        """Find the sounds nearest to one; words and filters choose among them."""
        return json_response(api.similar(sound, asked.q, asked.k, asked.sort, folds=asked.fold))

    @app.get("/sounds/{sound}/audio", dependencies=reads, response_class=Response, responses=_PARTS)
    @app.head("/sounds/{sound}/audio", dependencies=reads, include_in_schema=False)
    def audio(sound: SoundPath, request: Request) -> Response:
        """Return the file of a sound, or a range of its bytes."""
        opened = open_sound(api.library, api.find(sound))
        return audio_response(opened, request.headers, has_body=request.method != "HEAD")

    @app.get("/sounds/{sound}/waveform", dependencies=reads, response_class=Response, responses=_PICTURE)
    def waveform(sound: SoundPath, asked: Annotated[PictureQuery, Query()]) -> Response:
        """Draw a sound, as SVG; of one longer than ten minutes the beginning."""
        drawn = pictures.draw(api.find(sound), asked.width, asked.height)
        return Response(drawn, media_type="image/svg+xml")


def _add_editing(app: FastAPI, api: LibraryApi, access: Access) -> None:
    edits: Any = [Depends(access.editor)]
    turn = anyio.CapacityLimiter(1)  # edits wait for each other here, where they hold no thread

    async def edit(make: Callable[[], dict[str, Any]]) -> Response:
        for seconds in _WAITS:
            try:
                return json_response(await run_sync(make, limiter=turn))
            except LibraryBusyError:
                await anyio.sleep(seconds)
        return json_response(await run_sync(make, limiter=turn))

    @app.post("/annotations", dependencies=edits, response_model=ChangedAnswer)
    async def annotate(asked: Annotate) -> Response:
        """Give sounds stars or a note, or hide them."""
        return await edit(lambda: api.annotate(asked.sounds, asked.stars, asked.note, asked.is_hidden))

    @app.post("/tags/add", dependencies=edits, response_model=ChangedAnswer)
    async def add_tag(asked: Named) -> Response:
        """Add a type or a tag to sounds."""
        return await edit(lambda: api.tag(asked.name, asked.sounds, is_added=True))

    @app.post("/tags/remove", dependencies=edits, response_model=ChangedAnswer)
    async def remove_tag(asked: Named) -> Response:
        """Remove a type or a tag from sounds, and never guess it for them again."""
        return await edit(lambda: api.tag(asked.name, asked.sounds, is_added=False))

    @app.post("/collections/add", dependencies=edits, response_model=ChangedAnswer)
    async def add_to_collection(asked: Named) -> Response:
        """Add sounds to a collection, which is made where there is none."""
        return await edit(lambda: api.collect(asked.name, asked.sounds, is_added=True))

    @app.post("/collections/remove", dependencies=edits, response_model=ChangedAnswer)
    async def remove_from_collection(asked: Named) -> Response:
        """Take sounds out of a collection, which goes with its last one."""
        return await edit(lambda: api.collect(asked.name, asked.sounds, is_added=False))


def _add_live_search(app: FastAPI, api: LibraryApi, access: Access, origins: frozenset[str]) -> None:
    @app.websocket("/search")
    async def live_search(socket: WebSocket) -> None:
        origin = socket.headers.get("origin")
        if origin is not None and origin not in origins:
            await socket.close()  # a page that was not allowed: the browser is told 403
            return
        await LiveSearch(socket, api, access).run()


async def _on_invalid(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return refuse(422, validation_sentence(error.errors()))


async def _on_http(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    sentences = {
        404: "There is nothing at this address. All of them are in /openapi.json.",
        405: "Not by this method. The right one is in /openapi.json.",
    }
    return refuse(error.status_code, sentences.get(error.status_code, f"{error.detail}."), dict(error.headers or {}))


async def _on_error(_: Request, error: Exception) -> Response:
    return error_response(error)
