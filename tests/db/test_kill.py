"""What a writer has acknowledged outlives a kill -9."""

import os
import select
import subprocess
import sys
from pathlib import Path

import numpy as np

from db.library import Library
from db.types import Root
from tests.db.conftest import ONLY_IN_FOLDERS
from tests.db.factories import ENCODER, observed, record

WRITE = """
import sys
from pathlib import Path
from db.library import Library
from tests.db.factories import ENCODER, observed
start = int(sys.argv[2])
with Library.open(Path(sys.argv[1])) as library, library.writer() as writer:
    for batch in range(start, start + 10_000):
        files = [observed(f"{batch}/{i}.wav") for i in range(8)]
        writer.store(1, ENCODER, files, [], set())
        print(batch, flush=True)
"""
N_ROUNDS = 6


def write_and_kill(folder: Path, start: int, seconds: float) -> int:
    """Kill a writer that many seconds after its first batch; return the last batch that it acknowledged."""
    process = subprocess.Popen([sys.executable, "-c", WRITE, str(folder), str(start)], stdout=subprocess.PIPE)
    assert process.stdout is not None
    with process:
        select.select([process.stdout], [], [])
        select.select([], [], [], seconds)
        process.kill()
        acknowledged = process.stdout.read().split()
    return int(acknowledged[-1])


@ONLY_IN_FOLDERS
def test_acknowledged_batches_survive_and_the_library_needs_no_repair(library: Library, root: Root) -> None:
    library.close()
    rng = np.random.default_rng(11)
    last = -1
    for _ in range(N_ROUNDS):
        last = write_and_kill(library.folder, last + 1, rng.uniform(0.0, 0.15))
        with Library.open(library.folder) as survivor:
            known = survivor.known_files(root.id, ENCODER)
            assert {os.fsencode(f"{batch}/{i}.wav") for batch in range(last + 1) for i in range(8)} <= set(known)
            assert len(known) % 8 == 0  # a batch is in the library as a whole or not at all
            assert survivor.vectors(ENCODER).n == len(known)
            assert survivor.check() == []
            assert record(survivor, root, observed("after.wav"))
            record(survivor, root, vanished=["after.wav"])
