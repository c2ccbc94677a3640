"""A headless Chromium that can reach this machine only, driven over WebDriver without a package."""

import json
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import ProxyHandler, Request, build_opener

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
CHROMEDRIVER = shutil.which("chromedriver")
_ARGUMENTS = (
    "--headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage --no-first-run --window-size=1200,800 "
    "--disable-background-networking --disable-component-update --disable-sync"
).split()
_LOOPBACK_ONLY = "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"
# what the page receives, as text; set before the page's own scripts run
_LISTEN = """
window.heard = "";
const Original = window.WebSocket;
window.WebSocket = class extends Original {
  constructor(...args) {
    super(...args);
    this.addEventListener("message", async ({data}) => {
      window.heard += typeof data === "string" ? data : await new Response(data).text();
    });
  }
};
"""


class Browser:
    """One window."""

    def __init__(self, url: str, session: str) -> None:
        self._url = f"{url}/session/{session}"

    def open(self, address: str) -> None:
        self._post("goog/cdp/execute", cmd="Page.addScriptToEvaluateOnNewDocument", params={"source": _LISTEN})
        self._post("url", url=address)

    def run(self, script: str) -> Any:
        """Return what a script in the page returns."""
        return self._post("execute/sync", script=script, args=[])

    def type(self, text: str) -> None:
        keys = [{"type": kind, "value": key} for key in text for kind in ("keyDown", "keyUp")]
        self._post("actions", actions=[{"type": "key", "id": "keyboard", "actions": keys}])

    def _post(self, path: str, **values: Any) -> Any:
        return call(f"{self._url}/{path}", values)


def call(address: str, values: dict[str, Any]) -> Any:
    """Send one WebDriver command and return its value."""
    data = json.dumps(values).encode()
    request = Request(address, data, {"Content-Type": "application/json"})
    with build_opener(ProxyHandler({})).open(request, timeout=60) as response:
        return json.load(response)["value"]


def wait_until(is_true: Callable[[], Any], seconds: float = 60.0) -> None:
    assert is_soon(is_true, seconds), "waited in vain"


def is_soon(is_true: Callable[[], Any], seconds: float = 10.0) -> bool:
    """Whether something comes true within some seconds."""
    end = time.monotonic() + seconds
    while not is_true():
        if time.monotonic() >= end:
            return False
        time.sleep(0.1)
    return True


@contextmanager
def open_browser(profile: Path, port: int) -> Iterator[Browser]:
    """Start a browser with an empty profile, and its driver on a port."""
    assert CHROMIUM is not None
    assert CHROMEDRIVER is not None
    arguments = [*_ARGUMENTS, _LOOPBACK_ONLY, f"--user-data-dir={profile}"]
    wanted = {"alwaysMatch": {"goog:chromeOptions": {"binary": CHROMIUM, "args": arguments}}}
    url = f"http://127.0.0.1:{port}"
    driver = subprocess.Popen([CHROMEDRIVER, f"--port={port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: _answers(f"{url}/status"))
        session = call(f"{url}/session", {"capabilities": wanted})["sessionId"]
        try:
            yield Browser(url, session)
        finally:
            request = Request(f"{url}/session/{session}", method="DELETE")
            build_opener(ProxyHandler({})).open(request, timeout=60).close()
    finally:
        driver.terminate()
        driver.wait(10)


def _answers(address: str) -> bool:
    try:
        build_opener(ProxyHandler({})).open(address, timeout=5).close()
    except OSError:
        return False
    return True
