"""Index on a Ray cluster of two nodes on this machine, beside two local processes; one node is killed in the middle."""

import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from benchmarks.figures import Figure, at_most, median_seconds, rate_at_least_times
from benchmarks.kill import content
from benchmarks.processes import REPOSITORY, earmark, run
from db.library import Library
from indexer.demo_sounds import write_demo_sounds
from indexer.encoders.base import Encoder
from indexer.encoders.registry import start_encoder
from indexer.ingest.decode_and_embed import EmbeddedSound, decode_and_embed
from indexer.ingest.pipeline import index
from indexer.ingest.worker_pool import Task

_N_FOLDERS, _N_FOLDERS_QUICK = 28, 4  # of 72 sounds
_CHUNK_FILES = 512
_POLL_SECONDS = 0.1


def measure(work_dir: Path, *, is_quick: bool) -> list[Figure]:
    """Index 2,016 synthesized sounds (288 when quick): by two processes, by two nodes, by two of which one dies.

    As in `index_rate`, the time of a whole process that indexes one file is taken off.
    """
    sounds = work_dir / "sounds"
    for number in range(_N_FOLDERS_QUICK if is_quick else _N_FOLDERS):
        write_demo_sounds(sounds / f"{number:02d}", seed=number)
    files = sorted(sounds.rglob("*.wav"))
    first = work_dir / "first"
    first.mkdir()
    shutil.copy(files[0], first)
    libraries = iter(range(100))

    def run_index(folder: Path, *options: str) -> Path:
        library = work_dir / f"library-{next(libraries)}"
        run(earmark("index", str(folder), "--library", str(library), *options))
        return library

    with _two_nodes() as (address, _):
        contestants: dict[str, Callable[[], object]] = {
            "local start": lambda: run_index(first),
            "local": lambda: run_index(sounds),
            "ray start": lambda: run_index(first, "--ray", address),
            "ray": lambda: run_index(sounds, "--ray", address),
        }
        medians = median_seconds(contestants, n_rounds=1 if is_quick else 3)
    local = (len(files) - 1) / (medians["local"] - medians["local start"])
    on_ray = (len(files) - 1) / (medians["ray"] - medians["ray start"])
    reference = content(run_index(sounds))
    assert len(reference) == len(files)
    stored_rate = len(files) / _seconds_to_store(sounds, work_dir)
    found, killed_at, seconds = _index_and_kill(sounds, work_dir / "killed", len(files))
    name = f"a node killed after {killed_at:,} of {len(files):,} files"
    return [
        rate_at_least_times(
            f"files a second on two Ray nodes of one core each, of {os.cpu_count()} cores",
            on_ray,
            "local processes",
            local,
            0.85,
        ),
        Figure("seconds until the first file is stored, two nodes", medians["ray start"], "s"),
        Figure("files a second that one process stores and tags: what a cluster is held to", stored_rate, "files/s"),
        at_most(f"{name}: files missing", len(reference) - len(found), "", 0),
        at_most(f"{name}: rows, vectors or tags unlike the local run's", len(set(reference) ^ set(found)), "", 0),
        Figure(f"{name}: seconds of the run", seconds, "s", "no node killed", medians["ray"]),
    ]


@contextmanager
def _two_nodes() -> Iterator[tuple[str, Callable[[], None]]]:
    """Run two nodes with a core each; yield their address and what kills the second."""
    with subprocess.Popen(
        [sys.executable, "-m", "benchmarks.ray_nodes"],
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        stdin = process.stdin

        def kill_second() -> None:
            stdin.write("\n")
            stdin.flush()

        yield process.stdout.readline().strip(), kill_second


def _seconds_to_store(sounds: Path, work_dir: Path) -> float:
    """Store what was embedded before, in batches as those of an actor with eight cores."""
    embedded: list[EmbeddedSound] = []

    def embed(tasks: Iterable[Task], encoder: Encoder, **options: Any) -> Iterator[list[EmbeddedSound]]:
        for batch in decode_and_embed(tasks, encoder, **options):
            embedded.extend(batch)
            yield batch

    def replay(tasks: Iterable[Task], _: Encoder, **__: object) -> Iterator[list[EmbeddedSound]]:
        assert sum(1 for _ in tasks) == len(embedded)
        return (embedded[start : start + _CHUNK_FILES] for start in range(0, len(embedded), _CHUNK_FILES))

    with start_encoder() as encoder:
        with Library.create(work_dir / "stored-first") as library:
            index(library, [sounds], encoder, embed_files=embed)
        began = time.perf_counter()
        with Library.create(work_dir / "stored-again") as library:
            index(library, [sounds], encoder, embed_files=replay)
        return time.perf_counter() - began


def _index_and_kill(sounds: Path, library: Path, n_files: int) -> tuple[list[tuple[object, ...]], int, float]:
    """Index on two nodes and kill one when half of the files are stored; return content, files stored then, seconds."""
    with _two_nodes() as (address, kill_second):
        began = time.monotonic()
        command = earmark("index", str(sounds), "--library", str(library), "--ray", address)
        with subprocess.Popen(
            command, cwd=REPOSITORY, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        ) as process:
            while (n_stored := _n_stored(library)) < n_files / 2 and process.poll() is None:
                time.sleep(_POLL_SECONDS)
            kill_second()
            _, said = process.communicate()
        if process.returncode:
            raise RuntimeError(f"the run whose node was killed ended with {process.returncode}: {said[-2000:]}")
        return list(content(library)), n_stored, time.monotonic() - began


def _n_stored(library: Path) -> int:
    database = library / "earmark.db"
    if not database.exists():
        return 0
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        try:
            return int(connection.execute("SELECT count(*) FROM files").fetchone()[0])
        except sqlite3.OperationalError:  # before the first table is there
            return 0
