"""Kill an indexing run at random moments and check that nothing acknowledged is lost.

Each round starts ``index`` on the same library in a process of its own, kills it with SIGKILL at a random moment, opens
the library and checks it. When a run gets through before its kill, its content is compared with that of a run that was
left alone, and a new library is begun.
"""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.figures import Figure, at_most
from db.library import Library
from indexer.demo_sounds import write_demo_sounds

_RUN = """
import sys
from pathlib import Path
from db.library import Library
from indexer.ingest.pipeline import BatchStored, index
{make_encoder}
def tell(event):
    if isinstance(event, BatchStored):
        print(event.n_done, flush=True)
if __name__ == "__main__":
    with Library.create(Path(sys.argv[1])) as library, make_encoder() as encoder:
        index(library, [Path(sys.argv[2])], encoder, on_event=tell)
        print("finished", flush=True)
"""
_VECTOR = 5  # column of `content`
REAL_ENCODER = "from indexer.encoders.registry import start_encoder as make_encoder"


@dataclass
class KillReport:
    """Results of the kills; all but the first two must be zero."""

    n_kills: int = 0
    n_finished: int = 0
    n_acknowledged_lost: int = 0
    n_unhealthy: int = 0
    n_different: int = 0


def kill_often(
    sounds: Path, n_kills: int, *, make_encoder: str = REAL_ENCODER, seed: int = 0, work_dir: Path
) -> KillReport:
    """Run the rounds.

    Args:
        sounds: Folder to index.
        n_kills: Rounds that end in a kill.
        make_encoder: Source of a ``make_encoder`` that returns a context manager.
        seed: Of the random moments.
        work_dir: For libraries and the script that is killed.
    """
    script = work_dir / "run.py"
    script.write_text(_RUN.format(make_encoder=make_encoder))
    began = time.monotonic()
    _start(script, work_dir / "reference", sounds).communicate()
    whole_seconds = time.monotonic() - began
    reference = content(work_dir / "reference")
    assert reference, "the uninterrupted run stored nothing"

    report = KillReport()
    rng = random.Random(seed)
    n_libraries = 0
    while report.n_kills < n_kills:
        folder = work_dir / f"library-{n_libraries}"
        n_before = len(content(folder))
        acknowledged, is_finished = _run_and_kill(script, folder, sounds, rng.uniform(0, 1.1 * whole_seconds))
        found = content(folder)
        report.n_acknowledged_lost += max(0, n_before + acknowledged - len(found))
        report.n_unhealthy += bool(_faults(folder))
        if is_finished:
            report.n_finished += 1
            report.n_different += not is_same(found, reference)
            n_libraries += 1
        else:
            report.n_kills += 1
    return report


def content(library: Path) -> Sequence[tuple[Any, ...]]:
    """Return the content of a library, in an order that does not depend on time or ids."""
    if not (library / "earmark.db").exists():
        return []
    query = """
        SELECT files.relpath, samples.audio_hash, samples.duration_seconds, samples.peak_dbfs, samples.brightness_hz,
               embeddings.vector,
               (SELECT group_concat(name || source, ',') FROM (
                    SELECT tags.name, source FROM sample_tags JOIN tags ON tags.id = tag_id
                    WHERE sample_id = samples.id ORDER BY tags.name, source))
        FROM files JOIN samples ON samples.id = files.sample_id JOIN embeddings ON embeddings.sample_id = samples.id
        ORDER BY files.relpath
    """
    connection = sqlite3.connect(library / "earmark.db")
    try:
        return connection.execute(query).fetchall()
    except sqlite3.OperationalError:  # killed before the first table was there
        return []
    finally:
        connection.close()


def is_same(found: Sequence[tuple[Any, ...]], reference: Sequence[tuple[Any, ...]]) -> bool:
    """Say whether two libraries hold the same; each number of a vector within one step of float16.

    Two runs that nobody kills are no closer: which sounds share a batch depends on time, and moves the seventh digit.
    """
    if [_without_vector(row) for row in found] != [_without_vector(row) for row in reference]:
        return False
    ours, theirs = (np.frombuffer(b"".join(row[_VECTOR] for row in rows), np.float16) for rows in (found, reference))
    return np.allclose(ours.astype(np.float32), theirs.astype(np.float32), rtol=2**-10, atol=1e-6)


def _without_vector(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return row[:_VECTOR] + row[_VECTOR + 1 :]


def _start(script: Path, library: Path, sounds: Path) -> subprocess.Popen[str]:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.Popen(
        [sys.executable, str(script), str(library), str(sounds)], stdout=subprocess.PIPE, text=True, env=environment
    )


def _run_and_kill(script: Path, library: Path, sounds: Path, seconds: float) -> tuple[int, bool]:
    """Return how many files the run acknowledged, and whether it ended before the kill."""
    process = _start(script, library, sounds)
    try:
        output, _ = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        output, _ = process.communicate()
    lines = output.split()
    numbers = [int(line) for line in lines if line.isdigit()]
    return max(numbers, default=0), "finished" in lines


def _faults(folder: Path) -> list[str]:
    if not (folder / "earmark.db").exists():
        return []
    with Library.create(folder) as library:
        return library.check()


def measure(work_dir: Path, *, is_quick: bool) -> list[Figure]:
    """Kill 100 runs over 432 synthesized sounds (10 when quick)."""
    for number in range(6):
        write_demo_sounds(work_dir / "sounds" / str(number), seed=number)
    report = kill_often(work_dir / "sounds", 10 if is_quick else 100, work_dir=work_dir)
    name = f"{report.n_kills} kills, {report.n_finished} whole runs"
    return [
        at_most(f"{name}: acknowledged rows lost", report.n_acknowledged_lost, "", 0),
        at_most(f"{name}: libraries that need a repair", report.n_unhealthy, "", 0),
        at_most(f"{name}: contents unlike an uninterrupted run's", report.n_different, "", 0),
    ]
