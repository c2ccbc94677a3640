"""The app in a real browser, on this machine only."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

import pytest

from tests.tui.browser import CHROMEDRIVER, CHROMIUM, is_soon, open_browser, wait_until
from tests.tui.conftest import Shelf

pytestmark = [
    pytest.mark.allow_hosts(["127.0.0.1"]),
    pytest.mark.skipif(not (CHROMIUM and CHROMEDRIVER), reason="takes chromium and chromedriver (chromium-driver)"),
]
_ROOT = Path(__file__).parents[2]
_LOADED = "return performance.getEntriesByType('resource').filter(e => e.responseStatus).map(e => e.name)"
_N_TRIES = 8  # on a busy machine the page connects anew, and what was typed before is gone
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def address(shelf: Shelf, tmp_path: Path) -> Iterator[str]:
    """Serve the app on a free port."""
    port = free_port()
    command = [sys.executable, "-m", "tui", "--library", str(shelf.library), "--serve", "--port", str(port)]
    home = {"HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
    environment = {**os.environ, **home, "PYTHONPATH": str(_ROOT)}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    server = subprocess.Popen(command, cwd=_ROOT, env=environment, start_new_session=True, **quiet)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(server.pid, signal.SIGINT)
        server.wait(20)


def status_of(address: str, **headers: str) -> int:
    request = Request(address, headers=headers)
    try:
        with build_opener(ProxyHandler({})).open(request, timeout=10) as response:
            status: int = response.status
            return status
    except HTTPError as error:
        return error.code
    except OSError:
        return 0


def test_the_served_app_searches_in_a_browser_and_answers_no_other_page(address: str, tmp_path: Path) -> None:
    wait_until(lambda: status_of(address) == 200)
    assert status_of(address, Host="elsewhere.example") == 403
    assert status_of(address, Origin="https://elsewhere.example") == 403
    with open_browser(tmp_path / "profile", free_port()) as browser:
        browser.open(address)

        def heard() -> str:
            return _CONTROL.sub("", browser.run("return window.heard"))

        wait_until(lambda: "Browse" in heard() and "audio_00" in heard())
        for _ in range(_N_TRIES):
            browser.run("document.querySelector('textarea').focus(); window.heard = ''")
            browser.type("bpm:fast")
            if is_soon(lambda: "takes a number or a range" in heard()):
                break
        assert "takes a number or a range" in heard()
        assert browser.run("return document.querySelectorAll('canvas, .xterm-rows > div').length") > 0
        assert browser.run(_LOADED)
        assert [name for name in browser.run(_LOADED) if not name.startswith(address)] == []
