"""How fast the app answers on a large library: random rows, and ten sounds on disk to be played.

The start runs in a process of its own on a pseudo-terminal; the rest drives the app without one, with the audio backend
that keeps time in silence.
"""

import asyncio
import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import numpy as np
import soundfile as sf

from benchmarks.figures import Figure, at_most
from benchmarks.seeded import fill
from db.library import Library
from db.records import FileStat
from indexer.models import COMPACT
from tui.app.app import EarmarkApp
from tui.app.player.output import DeviceOutput
from tui.app.screens.browse import BrowseScreen
from tui.app.session import Session
from tui.app.widgets.query_input import QueryInput

_N_AUDIBLE = 10
_QUERY = "dark punchy kick with a long tail"
_N_MOVES = 40
_N_STARTS = 3
_N_ROWS = 1_000_000


def measure(work_dir: Path, *, is_quick: bool) -> list[Figure]:
    """Start, type, listen and scroll in a library of 100,000 sounds (20,000 when quick)."""
    n_sounds = 20_000 if is_quick else 100_000
    folder = _seed(work_dir, n_sounds)
    start_seconds, megabytes = _time_start(folder)
    with Library.open(folder) as library:
        answers = asyncio.run(_drive(library, work_dir / "state.json"))
    of_library = f"{n_sounds:,} sounds"
    return [
        at_most(f"start to results on screen, {of_library}", start_seconds, "s", 1.0),
        at_most(f"memory of the screen's process, {of_library}", megabytes, "MB", 350),
        *answers,
    ]


def _seed(work_dir: Path, n_sounds: int) -> Path:
    sounds = work_dir / "sounds"
    sounds.mkdir(parents=True)
    rng = np.random.default_rng(0)
    relpaths = [f"pack-{number // 1000:03d}/sound {number:06d}.wav" for number in range(n_sounds)]
    (sounds / "pack-000").mkdir()
    for relpath in relpaths[:_N_AUDIBLE]:
        sf.write(sounds / relpath, 0.1 * rng.standard_normal(24_000), 48_000)
    with Library.create(work_dir / "library") as library:
        fill(library, sounds, relpaths, [FileStat(1000, 1)] * n_sounds)
        Session(library, COMPACT).warm_up()
    return work_dir / "library"


def _time_start(library: Path) -> tuple[float, float]:
    """Return the seconds from the start of the process to a screen with results, at best, and its memory in MB."""
    runs = [_start_once(library) for _ in range(_N_STARTS)]
    return min(seconds for seconds, _ in runs), max(megabytes for _, megabytes in runs)


def _start_once(library: Path) -> tuple[float, float]:
    master, slave = pty.openpty()
    home = library.parent / "home"
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "140", "LINES": "45", "HOME": str(home)}
    command = [sys.executable, "-m", "tui", "--library", str(library)]
    began = time.perf_counter()
    process = subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave, env=environment)
    _read_until(master, b"sound 000003", 60)
    seconds = time.perf_counter() - began
    _read_until(master, b"nothing", 3)  # until all that it loads in the background is there
    megabytes = _resident_megabytes(process.pid)
    process.kill()
    process.wait()
    os.close(master)
    os.close(slave)
    return seconds, megabytes


def _read_until(master: int, wanted: bytes, seconds: float) -> None:
    seen, end = b"", time.perf_counter() + seconds
    while wanted not in seen and time.perf_counter() < end:
        if select.select([master], [], [], 0.05)[0]:
            seen += os.read(master, 65_536)


def _resident_megabytes(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


class _Heartbeat:
    """Notes the longest time for which the event loop did not come round."""

    def __init__(self) -> None:
        self.longest_seconds = 0.0
        self._task = asyncio.create_task(self._beat())

    async def _beat(self) -> None:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(0.005)
            self.longest_seconds = max(self.longest_seconds, time.perf_counter() - before - 0.005)

    def stop(self) -> None:
        self._task.cancel()


async def _drive(library: Library, state_file: Path) -> list[Figure]:
    session = Session(library, COMPACT)
    app = EarmarkApp(session, state_file, open_device=lambda render: DeviceOutput(render, is_silent=True))
    async with app.run_test(size=(140, 45)):
        screen = app.screen
        assert isinstance(screen, BrowseScreen)
        await _until(lambda: len(screen.sounds.ids) and app.facts)
        await asyncio.sleep(1)
        heart = _Heartbeat()
        keys = [await _seconds_of(lambda c=c: _type(screen, c)) for c in _QUERY]
        starts = await _listen(app, screen)
        heart.stop()
        shown, down = await _scroll(screen)
    session.close()
    return [
        at_most("keystroke to results, 95th percentile", 1000 * float(np.percentile(keys, 95)), "ms", 80),
        at_most("cursor to first frame, 95th percentile", 1000 * float(np.percentile(starts, 95)), "ms", 50),
        at_most("event loop blocked at most", 1000 * heart.longest_seconds, "ms", 100),
        at_most(f"{_N_ROWS:,} rows shown", shown, "s", 0.3),
        at_most(f"{_N_ROWS:,} rows, page down", 1000 * down, "ms", 50),
        at_most("torch in the screen's process", float("torch" in sys.modules), "", 0),
    ]


async def _type(screen: BrowseScreen, character: str) -> None:
    """Type one character and wait until its result is on screen."""
    before = screen.shown_generation
    # not through the pilot, which waits for every widget to be idle
    screen.query_one(QueryInput).insert_text_at_cursor(character)
    await _until(lambda: screen.shown_generation > before)
    await asyncio.sleep(0)


async def _listen(app: EarmarkApp, screen: BrowseScreen) -> list[float]:
    """Walk over the sounds that are on disk; seconds until frames of each were asked for."""
    screen.query_one(QueryInput).value = 'name:"sound 00000"'
    await _until(lambda: len(screen.sounds.ids) == _N_AUDIBLE)
    starts: list[float] = []
    for number in range(_N_MOVES):
        app.player.start_seconds = None
        began = time.perf_counter()
        screen.sounds.move_to((number + 1) % _N_AUDIBLE)
        await _until(lambda: app.player.start_seconds is not None)
        starts.append(time.perf_counter() - began)
    return starts


async def _scroll(screen: BrowseScreen) -> tuple[float, float]:
    sounds = screen.sounds

    async def show() -> None:
        sounds.show(np.arange(1, _N_ROWS + 1), None, {})
        await asyncio.sleep(0)

    async def down() -> None:
        sounds.action_page(1)
        await asyncio.sleep(0)

    return await _seconds_of(show), max([await _seconds_of(down) for _ in range(20)])


async def _until(is_true: Callable[[], object]) -> None:
    while not is_true():
        await asyncio.sleep(0.001)


async def _seconds_of(act: Callable[[], Awaitable[None]]) -> float:
    began = time.perf_counter()
    await act()
    return time.perf_counter() - began
