"""Response times of the app with a large library: random rows, and ten sounds on disk to play.

Everything runs in processes of its own on a pseudo-terminal, so that what is measured is drawn as well. Start,
keystrokes and memory are taken from outside, where the user is; the rest from inside (`benchmarks.app_inside`).
"""

import json
import re
import shutil
import sys
import time
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import soundfile as sf

from benchmarks.figures import Figure, Pace, at_most, percentile_ms
from benchmarks.folders import write_short_sounds, write_tiny_files
from benchmarks.processes import earmark
from benchmarks.seeded import fill, give_types
from benchmarks.terminal import TerminalProcess
from db.library import Library
from db.types import FileStat
from indexer.encoders.compact.model import INFO
from indexer.encoders.registry import BUILT_IN
from indexer.tagging.tag_pass import TagPass
from tui.workspace.session import Session

N_AUDIBLE = 10
_N_NEW = 400  # sounds to index while the event loop is watched
_N_STARTS = 5
_KEY_SECONDS = 0.15  # between keys, as of a fast typist
# Words by sound alone; a name that every sound has; words behind a filter.
_TYPED = (("", "dark punchy kick with a long tail"), ("", "sound 0417"), ("type:kick bpm:90..120 ", "dusty metal"))
_CLEAR = "\x15"  # ctrl+u
_RESULTS = re.compile(rb"(?:sounds?|hidden)   \d+ ms")  # the line above the list, drawn with every result
_FIRST_ROW = re.compile(rb"sound 000003")


def measure(work_dir: Path, *, is_quick: bool) -> list[Figure]:
    """Start, type, listen, scroll and index in a library of 100,000 sounds (20,000 when quick)."""
    n_sounds = 20_000 if is_quick else 100_000
    folder = _seed(work_dir / f"app-{n_sounds}", n_sounds)
    pace = Pace()
    pace.take()
    starts = [_time_start(folder) for _ in range(_N_STARTS)]
    pace.take()
    waits, megabytes, has_torch = _type(folder)
    pace.take()
    inside = _look_inside(folder)
    pace.take()
    of_library = f"{n_sounds:,} sounds"
    return [
        at_most(
            f"start to results on screen, whole process, median of {_N_STARTS}, {of_library}", median(starts), "s", 1.0
        ),
        at_most("torch in the screen's process", float(has_torch), "", 0),
        at_most(f"keystroke to results on screen, 95th percentile of {len(waits)}", percentile_ms(waits), "ms", 80),
        at_most(
            "cursor to first frame asked for, 95th percentile", percentile_ms(inside["audition_seconds"]), "ms", 50
        ),
        at_most("1,000,000 rows, first paint", inside["list_seconds"], "s", 0.3),
        at_most("1,000,000 rows, page down, 95th percentile", percentile_ms(inside["page_seconds"]), "ms", 50),
        *(
            at_most(f"event loop blocked at most, while {what}", 1000 * seconds, "ms", 100)
            for what, seconds in inside["blocked_seconds"].items()
        ),
        at_most(f"memory of the screen's process, {of_library}", megabytes, "MB", 350),
        pace.figure(),
    ]


def _seed(place: Path, n_sounds: int) -> Path:
    """Make the library, or reuse the one of an earlier run with the same model."""
    folder, sounds, ready = place / "library", place / "sounds", place / "ready"
    if ready.exists() and ready.read_text() == INFO.fingerprint:
        return folder
    shutil.rmtree(place, ignore_errors=True)
    paths = write_tiny_files(sounds, n_sounds)
    rng = np.random.default_rng(0)
    for path in paths[:N_AUDIBLE]:
        sf.write(path, 0.1 * rng.standard_normal(24_000), 48_000)
    with Library.create(folder) as library:
        fill(library, sounds, [str(path.relative_to(sounds)) for path in paths], [_stat(path) for path in paths])
        TagPass(library, BUILT_IN.load_text_encoder()).tag_all()  # otherwise the app does it during the measurement
        give_types(library, n_sounds)
        Session(library, BUILT_IN).warm_up()
    write_short_sounds(place / "new", _N_NEW)
    ready.write_text(INFO.fingerprint)
    return folder


def _stat(path: Path) -> FileStat:
    status = path.stat()
    return FileStat(status.st_size, status.st_mtime_ns, status.st_ctime_ns)


def _open(library: Path) -> TerminalProcess:
    # a home of its own, without settings or queries of the user
    home = library.parent / "home"
    shutil.rmtree(home, ignore_errors=True)
    return TerminalProcess(
        earmark("--library", str(library)), {"HOME": str(home), "XDG_STATE_HOME": str(home / "state")}
    )


def _time_start(library: Path) -> float:
    """Return the seconds from the start of the process to a screen with results."""
    with _open(library) as app:
        return app.read_until(_FIRST_ROW, 60) - app.began


def _type(library: Path) -> tuple[list[float], float, bool]:
    """Type; return the seconds from each key to its results, the memory in MB, and whether torch was loaded."""
    with _open(library) as app:
        app.read_until(_FIRST_ROW, 60)
        app.drain(2)
        waits = []
        for before, line in _TYPED:
            app.type(_CLEAR + before)
            app.drain(1)
            waits += [_press(app, key) for key in line]
        app.drain(2)
        return waits, app.peak_megabytes(), app.has_loaded("libtorch")


def _press(app: TerminalProcess, key: str) -> float:
    began = time.perf_counter()
    app.type(key)
    seconds = app.read_until(_RESULTS, 10) - began
    app.drain(_KEY_SECONDS - seconds)
    return seconds


def _look_inside(library: Path) -> dict[str, Any]:
    """Drive the app from inside its process, on a copy of the library that is indexed meanwhile."""
    place = library.parent / "inside"
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(library, place / "library")
    report = place / "report.json"
    command = [
        sys.executable,
        "-m",
        "benchmarks.app_inside",
        str(place / "library"),
        str(library.parent / "new"),
        str(report),
    ]
    with TerminalProcess(command, {}) as app:
        app.wait(120)
    return json.loads(report.read_text())
