"""A PostgreSQL server by TLS: the one of the wheel is built without, so what stands before it speaks TLS."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_SSL_REQUEST = (80877103).to_bytes(4, "big")
_N_BYTES = 1 << 16


@contextmanager
def tls_proxy(server: Path, tls: ssl.SSLContext | None) -> Iterator[int]:
    """Pass connections to a port of this machine on to a server's socket; yield the port.

    Args:
        server: Unix socket.
        tls: What clients speak; None answers that there is no TLS.
    """
    with socket.create_server(("127.0.0.1", 0)) as listening:
        accepting = threading.Thread(target=_accept, args=(listening, server, tls))
        accepting.start()
        try:
            yield listening.getsockname()[1]
        finally:
            listening.shutdown(socket.SHUT_RDWR)  # which ends the wait for more
            accepting.join()


def _accept(listening: socket.socket, server: Path, tls: ssl.SSLContext | None) -> None:
    while True:
        try:
            client, _ = listening.accept()
        except OSError:
            return
        threading.Thread(target=_serve, args=(client, server, tls), daemon=True).start()


def _serve(plain: socket.socket, server: Path, tls: ssl.SSLContext | None) -> None:
    with plain, suppress(OSError):
        while (asked := plain.recv(8)) and (asked[4:] != _SSL_REQUEST or tls is None):
            plain.sendall(b"N")  # neither GSSAPI nor, perhaps, TLS
        if not asked or tls is None:
            return
        plain.sendall(b"S")
        with tls.wrap_socket(plain, server_side=True) as client, socket.socket(socket.AF_UNIX) as upstream:
            upstream.connect(str(server))
            back = threading.Thread(target=_pass_on, args=(upstream, client))
            back.start()
            _pass_on(client, upstream)
            back.join()


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while part := source.recv(_N_BYTES):
            target.sendall(part)
    with suppress(OSError):
        target.shutdown(socket.SHUT_RDWR)
