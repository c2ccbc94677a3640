"""The app in a browser on this machine, and for nobody else."""

import shlex
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import typer

from db.engines.postgres.place import LibraryPlace
from db.errors import UsageError

_HOST = "127.0.0.1"


def serve_app(place: LibraryPlace, port: int) -> None:
    """Serve the app on a library until Ctrl-C.

    Raises:
        UsageError: The package that does it is not installed.
    """
    try:
        server = _make_server(place, port)
    except ImportError as error:
        raise UsageError("Serving the app takes one more package: pip install 'earmark[serve]'") from error
    typer.echo(f"earmark is at http://{_HOST}:{port} for this machine only. Ctrl-C ends it.", err=True)
    server.serve()


def _make_server(place: LibraryPlace, port: int) -> Any:
    from aiohttp import web
    from textual_serve.server import Server

    class LocalServer(Server):
        """Answers only pages that it has served itself: any web site could ask a browser to talk to this port."""

        async def on_startup(self, app: web.Application) -> None:
            """Print no banner: one line was printed already."""

        async def _make_app(self) -> web.Application:
            app = await super()._make_app()
            app.middlewares.append(_refuse_strangers(port))
            return app

    library = str(place.absolute()) if isinstance(place, Path) else place.url
    arguments = [sys.executable, "-m", "tui", "--library", library]
    command = subprocess.list2cmdline(arguments) if sys.platform == "win32" else shlex.join(arguments)
    return LocalServer(command, host=_HOST, port=port, title="earmark")


def _refuse_strangers(port: int) -> Any:
    from aiohttp import web

    @web.middleware
    async def middleware(
        request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        if not is_own_page(request.headers.get("Host"), request.headers.get("Origin"), port):
            raise web.HTTPForbidden(text="earmark answers only its own page.")
        response = await handler(request)
        if not response.prepared:
            response.headers["Content-Security-Policy"] = _content_policy(port)
        return response

    return middleware


def _content_policy(port: int) -> str:
    """Return the rule by which the browser loads nothing from elsewhere: the page asks for a font of Google's."""
    sockets = " ".join(f"ws://{name}:{port}" for name in (_HOST, "localhost"))
    return f"default-src 'self' 'unsafe-inline' data:; connect-src 'self' {sockets}"


def is_own_page(host: str | None, origin: str | None, port: int) -> bool:
    """Say whether a request comes from the page that this server serves, or from an address line."""
    own = {f"{_HOST}:{port}", f"localhost:{port}"}
    return host in own and (origin is None or urlsplit(origin).netloc in own)
