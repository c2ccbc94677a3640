"""Drive the app as a user does, without a terminal."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

from textual.css.query import NoMatches
from textual.pilot import Pilot
from textual.widgets import Input

from tui.app.app import EarmarkApp
from tui.app.screens.browse import BrowseScreen
from tui.app.widgets.status_line import StatusLine

WIDE = (140, 45)
SMALL = (80, 24)

Script = Callable[[EarmarkApp, Pilot[None]], Awaitable[None]]


def drive(app: EarmarkApp, script: Script, size: tuple[int, int] = WIDE) -> None:
    """Run the app as its users do, but without a terminal; let the first result arrive, then follow a script.

    Not with Textual's `run_test`, which never starts tasks eagerly, as the real thing does from Python 3.12 on.
    """

    async def follow(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: bool(app.context.facts))
        await script(app, pilot)
        app.exit()

    asyncio.run(app.run_async(headless=True, size=size, auto_pilot=follow))
    assert app.return_code == 0, app._exception


async def until(pilot: Pilot[None], is_true: Callable[[], Any], seconds: float = 60.0) -> None:
    """Wait for what threads bring about."""
    end = time.monotonic() + seconds
    while not _holds(is_true):
        assert time.monotonic() < end, "waited in vain"
        await pilot.pause(0.02)


def _holds(is_true: Callable[[], Any]) -> bool:
    try:
        return bool(is_true())
    except NoMatches:  # a screen that is not laid out yet
        return False


async def answer(app: EarmarkApp, pilot: Pilot[None], text: str) -> None:
    """Wait for a question, fill in its line and accept."""
    await until(pilot, lambda: app.screen.is_modal and isinstance(app.focused, Input))
    await write(pilot, text)
    await pilot.press("enter")
    await until(pilot, lambda: not app.screen.is_modal)


async def write(pilot: Pilot[None], text: str) -> None:
    """Type a line."""
    await pilot.press(*("space" if character == " " else character for character in text))


def browse(app: EarmarkApp) -> BrowseScreen:
    assert isinstance(app.screen, BrowseScreen)
    return app.screen


async def search(app: EarmarkApp, pilot: Pilot[None], line: str) -> None:
    """Put a line in the place of the query and wait for its own result, not the one before."""
    screen = browse(app)
    screen.query_one("#query", Input).value = line
    await answered(app, pilot, line)


async def answered(app: EarmarkApp, pilot: Pilot[None], line: str) -> None:
    """Wait until the list answers this query."""
    screen = browse(app)
    await until(pilot, lambda: app.state.query == line and screen.shown_generation == screen._generation)


async def to_list(app: EarmarkApp, pilot: Pilot[None]) -> BrowseScreen:
    """Wait for the first result and put the keys on the list."""
    await until(pilot, lambda: browse(app).sounds.current_row)
    await pilot.press("escape")
    return browse(app)


def status(app: EarmarkApp) -> str:
    """Return what the status line says."""
    return str(app.screen.query_one(StatusLine).render())


def toasts(app: EarmarkApp) -> str:
    """Return the notifications, one a line."""
    return "\n".join(notification.message for notification in app._notifications)
