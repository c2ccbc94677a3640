"""Drive the app from inside: ``python -m benchmarks.app_inside LIBRARY NEW_SOUNDS REPORT``; `benchmarks.app` runs it.

Runs on a terminal, with the audio backend that keeps time in silence, and writes a report as JSON.
"""

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np
from textual.events import Key

from benchmarks.app import N_AUDIBLE
from db.library import Library
from indexer.encoders.registry import BUILT_IN
from tui import screen_process, settings
from tui.app.app import EarmarkApp
from tui.app.player.output import DeviceOutput
from tui.app.screens.browse import BrowseScreen
from tui.app.widgets.query_input import QueryInput
from tui.workspace.session import Session

_N_MOVES = 40
_N_PAGES = 40
_N_ROWS = 1_000_000
_QUERIES = ("dark punchy kick", "sound 04", "warm pad type:kick", "")
_BEAT_SECONDS = 0.005


class Driver:
    """Acts as a user and measures the times."""

    def __init__(self, app: EarmarkApp, new_sounds: Path) -> None:
        self._app = app
        self._new_sounds = new_sounds
        self.report: dict[str, Any] = {"blocked_seconds": {}}

    async def drive(self) -> None:
        async with self._heart("the model loads"):
            await _until(self._has_results)
            await asyncio.sleep(2)
        async with self._heart("searching"):
            await self._search()
        async with self._heart("listening to sounds"):
            self.report["audition_seconds"] = await self._listen()
        async with self._heart("indexing and searching"):
            self._app.start_index([self._new_sounds])
            while self._app.context.index_run is not None:
                await self._search()
        await asyncio.sleep(3)  # until the changes of the index are read
        self.report["list_seconds"], self.report["page_seconds"] = await self._scroll()

    def _has_results(self) -> bool:
        screens = self._app.screen_stack
        return bool(screens) and isinstance(screens[-1], BrowseScreen) and screens[-1].shown_generation > 0

    @property
    def _screen(self) -> BrowseScreen:
        assert isinstance(self._app.screen, BrowseScreen)
        return self._app.screen

    def _press(self, key: str, character: str | None = None) -> None:
        self._app.post_message(Key(key, character))

    async def _search(self) -> None:
        for query in _QUERIES:
            self._screen.query_one(QueryInput).value = ""
            for character in query:
                self._press(character, character)
                await asyncio.sleep(0.1)
            await asyncio.sleep(0.3)

    async def _listen(self) -> list[float]:
        """Move over the sounds on disk; return the seconds from each key to the first frames requested."""
        self._screen.query_one(QueryInput).value = 'name:"sound 00000"'
        await _until(lambda: len(self._screen.sounds.ids) == N_AUDIBLE)
        await asyncio.sleep(1)
        starts = []
        for number in range(_N_MOVES):
            self._app.player.start_seconds = None
            began = time.perf_counter()
            self._press("down" if number % (2 * N_AUDIBLE - 2) < N_AUDIBLE - 1 else "up")
            await _until(lambda: self._app.player.start_seconds is not None)
            starts.append(time.perf_counter() - began)
            await asyncio.sleep(0.25)
        return starts

    async def _scroll(self) -> tuple[float, list[float]]:
        """Return the seconds until a million rows are shown, and until each page is drawn."""
        sounds = self._screen.sounds
        known = np.resize(sounds.ids, _N_ROWS)  # rows that can be fetched, many times over
        began = time.perf_counter()
        sounds.show(known, None, {})
        await self._drawn()
        shown = time.perf_counter() - began
        sounds.focus()
        pages = []
        for _ in range(_N_PAGES):
            await asyncio.sleep(0.1)
            began, cursor = time.perf_counter(), sounds.cursor
            self._press("pagedown")
            await _until(lambda before=cursor: sounds.cursor != before)
            await self._drawn()
            pages.append(time.perf_counter() - began)
        return shown, pages

    async def _drawn(self) -> None:
        """Wait until the visible rows are loaded and drawn."""
        await _until(lambda: self._screen.sounds.current_row is not None)
        drawn = asyncio.Event()
        self._screen.call_after_refresh(drawn.set)
        await drawn.wait()

    @asynccontextmanager
    async def _heart(self, what: str) -> AsyncIterator[None]:
        """Record the longest time for which the event loop was blocked."""
        longest = 0.0

        async def beat() -> None:
            nonlocal longest
            while True:
                before = time.perf_counter()
                await asyncio.sleep(_BEAT_SECONDS)
                longest = max(longest, time.perf_counter() - before - _BEAT_SECONDS)

        task = asyncio.create_task(beat())
        try:
            yield
        finally:
            task.cancel()
            self.report["blocked_seconds"][what] = longest


async def _until(is_true: Callable[[], object]) -> None:
    while not is_true():
        await asyncio.sleep(0.001)


async def _run(app: EarmarkApp, driver: Driver) -> None:
    drive = asyncio.create_task(driver.drive())
    drive.add_done_callback(lambda _: app.exit())
    await app.run_async()
    await drive


def main() -> None:
    settings.use_one_thread_for_algebra()
    screen_process.prepare()
    library_folder, new_sounds, report = map(Path, sys.argv[1:])
    with Library.open(library_folder) as library:
        session = Session(library, BUILT_IN)
        app = EarmarkApp(
            session, report.with_name("state.json"), open_device=lambda render: DeviceOutput(render, is_silent=True)
        )
        driver = Driver(app, new_sounds)
        asyncio.run(_run(app, driver))
        session.close()
    report.write_text(json.dumps(driver.report))


if __name__ == "__main__":
    main()
