"""Pictures of the screen as lean text: what stands there, and in which style."""

import difflib
import os
import re
from importlib.metadata import version
from itertools import groupby
from pathlib import Path
from string import ascii_letters, digits

import pytest
from rich.console import Console
from textual.pilot import Pilot
from textual.widgets import Input

from tests.tui.app.driving import until
from tui.app.app import EarmarkApp

FOLDER = Path(__file__).parent / "pictures"
_RENEW = os.environ.get("EARMARK_PICTURES")  # a folder for SVGs to be looked at; the stored pictures are written anew
_TOKEN = re.compile(r"\x1b\[([\d;]*)m|\x1b\[[\d;]*[A-Za-z]|([^\x1b]+)")  # a style, a move that says nothing, text
_ALPHABET = ascii_letters + digits
_N_STILL = 8  # equal pictures in a row that say that nothing more will come


class Pictures:
    """Compares the screen with stored pictures, at one size.

    The text must be the same everywhere; the styles too under the version of Textual that they were stored with, since
    each version blends colours in its own way.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("NO_COLOR", raising=False)
        monkeypatch.setenv("TERM", "xterm-256color")
        monkeypatch.setattr(Input, "_toggle_cursor", lambda _: None)  # no blinking
        self._monkeypatch = monkeypatch

    async def compare(self, app: EarmarkApp, pilot: Pilot[None], name: str) -> None:
        """Wait until the screen looks as stored; fail with what differs."""
        file = FOLDER / f"{name}-{app.size.width}x{app.size.height}.txt"
        if _RENEW:
            await self._renew(app, pilot, file)
        stored = file.read_text("utf-8")
        try:
            await until(pilot, lambda: _is_same(self._take(app), stored))
        except AssertionError:
            difference = difflib.unified_diff(stored.splitlines(), self._take(app).splitlines(), "stored", "now", n=1)
            # Not pytest.fail, whose exception is no Exception: Textual would go on waiting for the script.
            raise AssertionError("\n".join([f"{file.name} looks different:", *difference])) from None

    def _take(self, app: EarmarkApp) -> str:
        with self._monkeypatch.context() as patch:
            patch.setattr(Console, "export_svg", lambda console, **_: console.export_text(styles=True))
            return encode(app.export_screenshot())

    async def _renew(self, app: EarmarkApp, pilot: Pilot[None], file: Path) -> None:
        pictures = [self._take(app)]
        while len(pictures) < _N_STILL or len(set(pictures[-_N_STILL:])) > 1:
            await pilot.pause(0.1)
            pictures.append(self._take(app))
        FOLDER.mkdir(exist_ok=True)
        file.write_text(pictures[-1], encoding="utf-8")
        Path(str(_RENEW)).mkdir(parents=True, exist_ok=True)
        (Path(str(_RENEW)) / f"{file.stem}.svg").write_text(app.export_screenshot(), encoding="utf-8")


def encode(ansi: str) -> str:
    """Return lines of text, then a letter for each style with its ANSI code, then how often which runs of them come."""
    letters: dict[str, str] = {}
    lines, styles = [], []
    for line in ansi.split("\n"):
        style, cells = "0", []
        for code, text in _TOKEN.findall(line):
            style = code or style
            cells += [(letters.setdefault(style, _ALPHABET[len(letters)]), character) for character in text]
        lines.append("".join(character for _, character in cells).rstrip())
        runs = groupby(letter for letter, _ in cells)
        styles.append(" ".join(f"{letter}{len(list(run))}" for letter, run in runs))
    legend = [f"{letter} {code}" for code, letter in letters.items()]
    repeated = [f"{len(list(run))}x {style}" for style, run in groupby(styles)]
    return "\n".join([*lines, f"--- textual {version('textual')}", *legend, "---", *repeated]).rstrip() + "\n"


def _is_same(picture: str, stored: str) -> bool:
    here, there = picture.split("\n--- ", 1), stored.split("\n--- ", 1)
    is_other_version = here[1].split("\n")[0] != there[1].split("\n")[0]
    return here[0] == there[0] and (is_other_version or here[1] == there[1])
