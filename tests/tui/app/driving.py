"""Drive the app as a user does, without a terminal."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

from textual.pilot import Pilot

from tui.app.app import EarmarkApp

WIDE = (140, 45)
SMALL = (80, 24)

Script = Callable[[EarmarkApp, Pilot[None]], Awaitable[None]]


def drive(app: EarmarkApp, script: Script, size: tuple[int, int] = WIDE) -> None:
    """Run the app headless, let the first result arrive, then follow a script."""

    async def run() -> None:
        async with app.run_test(size=size, notifications=True) as pilot:
            await until(pilot, lambda: bool(app.facts))
            await script(app, pilot)

    asyncio.run(run())


async def until(pilot: Pilot[None], is_true: Callable[[], Any], seconds: float = 20.0) -> None:
    """Wait for what threads bring about."""
    end = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < end, "waited in vain"
        await pilot.pause(0.02)


async def write(pilot: Pilot[None], text: str) -> None:
    """Type a line."""
    await pilot.press(*("space" if character == " " else character for character in text))
