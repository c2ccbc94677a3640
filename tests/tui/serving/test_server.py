"""The command itself: a port of this machine, the built-in model without torch, and a clean end."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.tui.conftest import Shelf, run
from tui.serving.server import address_of, is_loopback, listen

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


def test_the_server_answers_until_ctrl_c_and_ends_cleanly(shelf: Shelf, tmp_path: Path) -> None:
    secret = json.loads(shelf.run("api", "token", "add", "test", "--json").stdout)["token"]
    command = [sys.executable, "-m", "tui", "api", "--port", "0", "--library", str(shelf.library)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "XDG_STATE_HOME": str(tmp_path)}
    server = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True, start_new_session=True)
    try:
        said = server.stderr.readline()
        assert "Ctrl-C ends it" in said
        host = urlsplit(said.split()[3].rstrip(".")).netloc
        connection = http.client.HTTPConnection(host, timeout=20)
        connection.request("GET", "/search?q=boomstick&k=1", headers={"Authorization": f"Bearer {secret}"})
        found = json.loads(connection.getresponse().read())["hits"]
        assert found[0]["path"] in {str(shelf.kick), str(shelf.copy)}
        connection.request("GET", "/search?q=boomstick")
        assert connection.getresponse().status == 401
        connection.close()
        maps = Path(f"/proc/{server.pid}/maps")
        assert not maps.exists() or "libtorch" not in maps.read_text()
    finally:
        os.kill(server.pid, signal.SIGINT)
        rest = server.stderr.read()
        server.stderr.close()
        code = server.wait(20)
        shelf.run("api", "token", "remove", "test")
    assert (code, rest.splitlines()[-1]) == (0, "Stopped.")
    assert "127.0.0.1 test GET /search 200" in rest
    assert secret not in rest


def test_a_port_that_is_taken_is_said_in_a_sentence(shelf: Shelf) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = shelf.run("api", "--port", str(port))
    assert (refused.exit_code, "Try another --port" in refused.stderr) == (2, True)
    assert "while" not in refused.stderr


def test_without_the_packages_one_is_told_what_to_install(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tui.serving.server", None)
    refused = run("--library", str(shelf.library), "api")
    assert (refused.exit_code, "pip install 'earmark[api]'" in refused.stderr) == (2, True)


def test_which_addresses_are_this_machine_alone() -> None:
    assert [is_loopback(host) for host in ("127.0.0.1", "::1", "localhost", "0.0.0.0", "example.org")] == [
        True,
        True,
        True,
        False,
        False,
    ]
    with listen("127.0.0.1", 0) as listening:
        assert address_of(listening).startswith("http://127.0.0.1:")
