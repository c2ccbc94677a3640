"""Where the time of indexing goes: each stage in one thread of one process, in processor time."""

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np

from benchmarks.figures import Figure
from benchmarks.folders import audio_files, real_or_synthesized
from benchmarks.processes import REPOSITORY
from db.library import Library
from db.write.writer import Writer
from indexer.audio.decode import Decoded
from indexer.audio.waveform import SAMPLE_RATE_HZ
from indexer.encoders.compact import frontend, timbre
from indexer.encoders.compact.model import CompactEncoder
from indexer.ingest import decode_and_embed, observe
from indexer.ingest.pipeline import index
from indexer.tagging.tag_pass import TagPass
from tests.fakes import InlinePool

_N_FILES = 160
_STAGES = {
    "hash of the file": (observe, "hash_of"),
    "decode": (observe, "decode"),
    "resample": (Decoded, "resampled"),
    "features": (observe, "measure_closely"),
    "tempo, key and loops": (observe, "analyse"),
    "pictures": (frontend, "draw"),
    "timbre": (timbre, "spectra"),
    "network": (CompactEncoder, "embed_audio"),
    "tag": (TagPass, "tag_queued"),
    "store": (Writer, "store"),
}


def measure(work_dir: Path, *, is_quick: bool) -> list[Figure]:
    """Index 160 files (20 when quick); what a stage calls that has a line of its own is not counted in it.

    Handing over between processes, and waiting, are not in this: see `benchmarks.index_rate` for the rate.
    """
    program = "import sys; from benchmarks.index_profile import main; main(*sys.argv[1:])"
    # numpy with one thread, as in the processes of an index run: the others would spin, and be counted
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, "-c", program, str(work_dir), str(20 if is_quick else _N_FILES)]
    done = subprocess.run(command, env=environment, cwd=REPOSITORY, check=True, stdout=subprocess.PIPE)
    report = json.loads(done.stdout)
    of = f"a file of {report['seconds']:.2f} s"
    return [Figure(f"{name}, {of}", ms, "ms") for name, ms in report["stages"].items()]


def main(work_dir: str, n_files: str) -> None:
    """Print as JSON what each stage takes of a file in milliseconds, and how long a file is in seconds."""
    print(json.dumps(_measure(Path(work_dir), int(n_files))))


def _measure(work_dir: Path, n_files: int) -> dict[str, Any]:
    files = audio_files(real_or_synthesized(work_dir)[0])
    folder = work_dir / "profiled"
    folder.mkdir()
    for number in np.random.default_rng(0).choice(len(files), n_files, replace=False):
        shutil.copyfile(files[number], folder / f"{number:05d}{files[number].suffix}")
    clock = _Clock()
    encoder = CompactEncoder()
    with ExitStack() as stack:
        stack.enter_context(patch.object(decode_and_embed, "DecodePool", InlinePool))
        with Library.create(work_dir / "warm-library") as library:  # imports and caches
            index(library, [folder], encoder)
        for name, (owner, attribute) in _STAGES.items():
            stack.enter_context(patch.object(owner, attribute, clock.timed(name, getattr(owner, attribute))))
        with Library.create(work_dir / "profiled-library") as library:
            began = time.process_time()
            index(library, [folder], encoder)
            rest = time.process_time() - began - clock.seconds.total()
    n_sounds = clock.calls["resample"]
    stages = {name: 1e3 * taken / n_sounds for name, taken in [*clock.seconds.most_common(), ("all else", rest)]}
    return {"stages": stages, "seconds": clock.n_frames / SAMPLE_RATE_HZ / n_sounds}


class _Clock:
    """Processor seconds by stage, of the thread that a stage runs in."""

    def __init__(self) -> None:
        self.seconds: Counter[str] = Counter()
        self.calls: Counter[str] = Counter()
        self.n_frames = 0
        self._of_thread = threading.local()  # sounds are embedded in another thread than decoded

    def timed(self, name: str, function: Any) -> Any:
        def call(*args: Any, **options: Any) -> Any:
            inside = self._of_thread.__dict__.setdefault("inside", [0.0])
            inside.append(0.0)
            began = time.thread_time()
            try:
                found = function(*args, **options)
                found = tuple(found) if isinstance(found, Iterator) else found
            finally:
                taken = time.thread_time() - began
                self.seconds[name] += taken - inside.pop()
                inside[-1] += taken
            self.calls[name] += 1
            if name == "resample":
                self.n_frames += len(found)
            return found

        return call
