"""How many files a second are indexed, end to end, beside laion_clap's own way of embedding a list of files."""

import json
import shutil
import sys
from pathlib import Path

import numpy as np

from benchmarks.figures import Figure, median_seconds, rate_at_least_times
from benchmarks.folders import audio_files, real_or_synthesized
from benchmarks.processes import earmark, run

_BASELINE = "laion_clap, full-size HTSAT-tiny, one file at a time"


def measure(work_dir: Path, *, is_quick: bool) -> list[Figure]:
    """Index about a thousand files as a whole process, in turn with 60 files through laion_clap (20 when quick).

    What a baseline costs to import and to construct is not counted, nor a first file that warms it up. The same is
    taken off here: the time of a whole process that indexes one file.
    """
    folders, what = real_or_synthesized(work_dir)
    files = audio_files(folders)
    chosen = np.random.default_rng(0).choice(len(files), size=20 if is_quick else 60, replace=False)
    first = work_dir / "first"
    first.mkdir()
    shutil.copyfile(files[int(chosen[0])], first / files[int(chosen[0])].name)
    baseline_rates: list[float] = []
    libraries = iter(range(100))

    def index(*sounds: Path) -> None:
        run(earmark("index", *map(str, sounds), "--library", str(work_dir / f"library-{next(libraries)}")))

    def theirs() -> None:
        command = [sys.executable, "-m", "benchmarks.laion_clap_baseline", *(str(files[i]) for i in chosen)]
        baseline_rates.append(json.loads(run(command).splitlines()[-1])["files_per_second"])

    contestants = {"start": lambda: index(first), "ours": lambda: index(*folders), "theirs": theirs}
    medians = median_seconds(contestants, n_rounds=1 if is_quick else 3)
    rate = (len(files) - 1) / (medians["ours"] - medians["start"])
    return [
        rate_at_least_times(f"files indexed ({what})", rate, _BASELINE, float(np.median(baseline_rates)), 30),
        Figure("the same, with the start of all processes", len(files) / medians["ours"], "files/s"),
    ]
