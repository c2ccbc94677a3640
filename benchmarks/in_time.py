"""How soon a loop is heard at the project's tempo and key: from the key to the first frames that are asked for.

The whole app runs, without a terminal and with the audio backend that keeps time in silence. Four bars at 120 bpm,
stereo at 44.1 kHz, are brought to 128 bpm and three semitones up.
"""

import asyncio
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np
import soundfile as sf
from textual.events import Key
from textual.pilot import Pilot

from benchmarks.figures import Figure, Pace, at_most, percentile_ms
from db.library import Library
from indexer.ingest.pipeline import index
from tests.fakes import FakeEncoder
from tui.app.app import EarmarkApp
from tui.app.player.output import DeviceOutput
from tui.app.screens.browse import BrowseScreen
from tui.workspace.session import Session
from tui.workspace.state.app_state import AppState, save_state

_N_LOOPS, _N_MOVES, _N_QUICK = 12, 40, 10
_RATE_HZ, _TEMPO_BPM, _N_BEATS = 44_100, 120.0, 16
_STATE = AppState(sort="name", project_bpm=128.0, project_key="Cm")
_REST_SECONDS = 0.6  # between keys: what comes next is stretched meanwhile


def measure(work_dir: Path, *, is_quick: bool) -> list[Figure]:
    """Move over loops, with what comes next stretched ahead, and without that."""
    place = work_dir / "in-time"
    shutil.rmtree(place, ignore_errors=True)
    _write_loops(place / "sounds")
    save_state(place / "state.json", _STATE)
    n_moves = _N_QUICK if is_quick else _N_MOVES
    pace = Pace()
    pace.take()
    with Library.create(place / "library") as library:
        index(library, [place / "sounds"], encoder := FakeEncoder())
        seconds = {is_ahead: _listen(library, encoder, place, n_moves, is_ahead=is_ahead) for is_ahead in (False, True)}
    pace.take()
    name = "key to the first frames of a stretched and transposed 4-bar loop"
    return [
        at_most(f"{name}, 95th percentile of {n_moves}", percentile_ms(seconds[False]), "ms", 100),
        Figure(f"{name}, median", 1000 * median(seconds[False]), "ms"),
        at_most(f"{name}, stretched ahead, 95th percentile", percentile_ms(seconds[True]), "ms", 100),
        pace.figure(),
    ]


def _write_loops(folder: Path) -> None:
    """Write loops of chords over clicks, whose names tell tempo and key."""
    folder.mkdir(parents=True)
    n_beat = round(60 / _TEMPO_BPM * _RATE_HZ)
    times = np.arange(n_beat * _N_BEATS) / _RATE_HZ
    for number in range(_N_LOOPS):
        chord = sum(np.sin(2 * np.pi * 220 * 2 ** (step / 12) * times) for step in (0, 3, 7))
        clicks = np.exp(-(times % (60 / _TEMPO_BPM)) / 0.02) * np.random.default_rng(number).standard_normal(len(times))
        frames = np.stack([0.1 * chord + 0.2 * clicks, 0.1 * chord - 0.1 * clicks], axis=1)
        sf.write(folder / f"{number:02} synth chords loop 120bpm Am.wav", frames, _RATE_HZ, "PCM_24")


def _listen(library: Library, encoder: FakeEncoder, place: Path, n_moves: int, *, is_ahead: bool) -> list[float]:
    """Return the seconds from each key to the first frames."""
    found: list[float] = []
    session = Session(library, "fake", text_encoder=encoder, encoder=encoder)
    app = EarmarkApp(session, place / "state.json", open_device=lambda render: DeviceOutput(render, is_silent=True))

    async def follow(pilot: Pilot[None]) -> None:
        screen = app.screen
        assert isinstance(screen, BrowseScreen)
        await _until(lambda: len(screen.sounds.ids) == _N_LOOPS and screen.sounds.current_row is not None)
        await pilot.press("escape")
        await asyncio.sleep(2)
        for number in range(n_moves):
            if not is_ahead:
                app.player.prepare = lambda _: None  # type: ignore[method-assign]
                app.player._kept.clear()  # noqa: SLF001 (as if none had been heard)
            app.player.start_seconds = None
            began = time.perf_counter()
            down = number % (2 * _N_LOOPS - 2) < _N_LOOPS - 1
            app.post_message(Key("down" if down else "up", None))  # a pilot waits until nothing moves
            await _until(lambda: app.player.start_seconds is not None)
            found.append(time.perf_counter() - began)
            await asyncio.sleep(_REST_SECONDS)
            row = screen.sounds.current_row
            assert row is not None
            assert screen.change_of(row).tempo_factor != 1
        app.exit()

    asyncio.run(app.run_async(headless=True, size=(140, 45), auto_pilot=follow))
    session.close()
    return found


async def _until(is_true: Callable[[], object]) -> None:
    while not is_true():
        await asyncio.sleep(0.001)
