"""Run the API on a port until Ctrl-C."""

import ipaddress
import socket
import time
from collections.abc import Callable, Sequence
from contextlib import suppress

import uvicorn

from db.errors import UsageError, system_reason
from tui.serving.app import ServerOptions, make_app
from tui.serving.library_api import LibraryApi
from tui.serving.live_search import MOST_MESSAGE_BYTES

_IDLE_SECONDS = 30  # of a connection between two requests
_SECONDS_TO_END = 3  # for answers that are under way


def listen(host: str, port: int) -> socket.socket:
    """Take a port; 0 takes any that is free.

    Raises:
        UsageError: It is taken, or this machine has no such address.
    """
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(address[:2], family=family)
    except OSError as error:
        reason = system_reason(error).partition(" (while")[0]  # Python adds what it was doing, and the address
        raise UsageError(f"Port {port} of {host} cannot be used: {reason}. Try another --port or --host.") from error


def is_loopback(host: str) -> bool:
    """Say whether only this machine reaches an address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def address_of(listening: socket.socket) -> str:
    """Return the URL of a port that was taken."""
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def serve(
    api: LibraryApi, listening: socket.socket, per_second: float, origins: Sequence[str], say: Callable[[str], None]
) -> None:
    """Answer until Ctrl-C, then finish what is under way.

    Args:
        api: What answers.
        listening: From `listen`.
        per_second: Requests of one token.
        origins: Web pages that browsers let ask.
        say: Told a line about each request.
    """

    def log(line: str) -> None:
        say(f"{time.strftime('%H:%M:%S')} {line}")

    app = make_app(api, ServerOptions(per_second, origins, log))
    config = uvicorn.Config(
        app,
        log_config=None,  # our own lines hold no query
        access_log=False,
        server_header=False,
        proxy_headers=False,  # anyone could claim to come from another address
        ws_max_size=MOST_MESSAGE_BYTES,
        ws_max_queue=4,
        timeout_keep_alive=_IDLE_SECONDS,
        timeout_graceful_shutdown=_SECONDS_TO_END,
    )
    with listening, suppress(KeyboardInterrupt):  # which uvicorn raises again once it has ended
        uvicorn.Server(config).run([listening])
