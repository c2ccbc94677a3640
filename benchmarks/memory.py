"""Memory of all processes of an indexing run, and whether it grows."""

import statistics
from pathlib import Path

from benchmarks.figures import Figure, at_most
from benchmarks.folders import write_short_sounds
from benchmarks.processes import earmark, watch_memory


def measure(work_dir: Path, *, is_quick: bool) -> list[Figure]:
    """Index 10,000 short files (1,000 when quick)."""
    n_files = 1_000 if is_quick else 10_000
    write_short_sounds(work_dir / "sounds", n_files)
    command = earmark("index", str(work_dir / "sounds"), "--library", str(work_dir / "library"))
    megabytes = [used / 1e6 for used in watch_memory(command)]
    quarter = len(megabytes) // 4
    growth = statistics.median(megabytes[-quarter:]) - statistics.median(megabytes[quarter : 2 * quarter])
    name = f"indexing {n_files:,} short files, all processes"
    return [
        at_most(f"{name}: peak", max(megabytes), "MB", 500),
        at_most(f"{name}: growth from the second to the last quarter", growth, "MB", 60),
    ]
