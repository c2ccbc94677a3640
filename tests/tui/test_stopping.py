"""Ctrl-C while a real `earmark index` runs."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
import soundfile

N_SOUNDS = 500


@pytest.fixture
def sounds(tmp_path: Path) -> Path:
    folder = tmp_path / "sounds"
    folder.mkdir()
    rng = np.random.default_rng(0)
    for number in range(N_SOUNDS):
        soundfile.write(folder / f"{number:04d}.wav", 0.1 * rng.standard_normal(4_800), 48_000)
    return folder


@pytest.mark.slow
def test_ctrl_c_stops_cleanly_and_the_next_run_goes_on(sounds: Path, tmp_path: Path) -> None:
    library = tmp_path / "library"
    command = [sys.executable, "-m", "tui", "--library", str(library), "index", str(sounds), "--json"]
    first = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)
    wait_for(lambda: n_stored(library) > 0)
    os.killpg(first.pid, signal.SIGINT)  # the whole group, as a terminal does
    out, err = first.communicate(timeout=60)
    summary = json.loads(out)
    assert first.returncode == 130
    assert summary["was_cancelled"]
    assert "continues from here" in err
    assert "Traceback" not in err
    assert summary["n_new"] == n_stored(library) < N_SOUNDS

    second = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    assert json.loads(second.stdout)["n_new"] == N_SOUNDS - summary["n_new"]
    assert n_stored(library) == N_SOUNDS


def n_stored(folder: Path) -> int:
    """Count sounds in a few milliseconds, so that the run is still under way when the first ones are seen."""
    try:
        with closing(sqlite3.connect(f"file:{folder / 'earmark.db'}?mode=ro", uri=True)) as database:
            return int(database.execute("SELECT count(*) FROM samples").fetchone()[0])
    except sqlite3.OperationalError:
        return 0  # not made yet


def wait_for(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.02)
