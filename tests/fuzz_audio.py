"""Decode many damaged files and count what becomes of them: ``python -m tests.fuzz_audio --n 2000``.

Exit status 1 if a decoder crashed or hung, or if a trap was not told for what it is.
"""

import argparse
import os
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from indexer.ingest.worker_pool import DecodePool, Task
from tests.damage import write_damaged, write_evil


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--n", type=int, default=2000, help="damaged files to make")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        expected = write_evil(Path(folder) / "evil")
        write_damaged(Path(folder) / "damaged", options.n, options.seed)
        paths = [path for path in sorted(Path(folder).rglob("*")) if path.parent.name != "intact" and path.suffix]
        started_at = time.perf_counter()
        outcomes = decode(paths, options.workers)
    seconds = time.perf_counter() - started_at
    counts = Counter(outcomes.values())
    n_wrong = sum(outcome != expected.get(path.name, outcome) for path, outcome in outcomes.items())
    table = ", ".join(f"{code} {count}" for code, count in counts.most_common())
    print(f"{len(paths)} files in {seconds:.1f} s; {table}; unexpected {n_wrong}")  # noqa: T201 - the summary
    return 1 if counts["crashed"] or counts["too-slow"] or n_wrong or len(outcomes) != len(paths) else 0


def decode(paths: list[Path], n_workers: int) -> dict[Path, str]:
    """Return what became of each file: "ok" or an error code."""
    tasks = [Task(key, os.fsencode(path)) for key, path in enumerate(paths)]
    with DecodePool(n_workers) as pool:
        return {paths[result.key]: result.error[0] if result.error else "ok" for result in pool.map(tasks)}


if __name__ == "__main__":
    sys.exit(main())
