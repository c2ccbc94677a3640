"""How many files a second are indexed, end to end, beside laion_clap's own way of embedding a list of files."""

import json
import sys
from pathlib import Path

import numpy as np

from benchmarks.figures import Figure, at_least_times, median_seconds
from benchmarks.folders import audio_files, real_or_synthesized
from benchmarks.processes import earmark, run

_RIVAL = "laion_clap, full-size HTSAT-tiny, one file at a time"


def measure(work_dir: Path, *, is_quick: bool) -> list[Figure]:
    """Index about a thousand files as a whole process, in turn with 60 files through laion_clap (20 when quick)."""
    folders, what = real_or_synthesized(work_dir)
    files = audio_files(folders)
    chosen = np.random.default_rng(0).choice(len(files), size=20 if is_quick else 60, replace=False)
    rival_rates: list[float] = []
    libraries = iter(range(100))

    def ours() -> None:
        library = work_dir / f"library-{next(libraries)}"
        run(earmark("index", *map(str, folders), "--library", str(library)))

    def theirs() -> None:
        command = [sys.executable, "-m", "benchmarks.laion_clap_rival", *(str(files[i]) for i in chosen)]
        rival_rates.append(json.loads(run(command).splitlines()[-1])["files_per_second"])

    medians = median_seconds({"ours": ours, "theirs": theirs}, n_rounds=1 if is_quick else 3)
    rate = len(files) / medians["ours"]
    name = f"files indexed ({what}), whole process"
    return [at_least_times(name, rate, "files/s", _RIVAL, float(np.median(rival_rates)), 30)]
