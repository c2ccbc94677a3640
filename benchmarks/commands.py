"""Run times of frequent commands: a search, sounds similar to a file, twenty new files.

``--beside CHECKOUT`` compares the processor time of a search with that of another checkout, which runs in the same
environment on a library of its own.
"""

import shutil
from functools import partial
from pathlib import Path

from benchmarks.figures import Figure, at_most, median_seconds
from benchmarks.folders import audio_files, real_or_synthesized
from benchmarks.processes import REPOSITORY, children_cpu_seconds, compiled_in, earmark, run

_N_KNOWN, _N_NEW = 200, 20
_SEARCH = ("search", "dark kick", "--library")


def measure(work_dir: Path, *, is_quick: bool, beside: Path | None = None) -> list[Figure]:
    """Time each command as a process, five times (once when quick); compiled code is kept between them.

    Args:
        work_dir: Where the libraries are made.
        is_quick: Once.
        beside: Another checkout, whose search is timed beside ours; then nothing else is measured.
    """
    files = audio_files(real_or_synthesized(work_dir)[0])
    chosen = files[:: max(1, len(files) // (_N_KNOWN + _N_NEW + 1))]
    known, new = work_dir / "known", work_dir / "new"
    for number, file in enumerate(chosen[: _N_KNOWN + _N_NEW]):
        folder = known if number < _N_KNOWN else new
        folder.mkdir(exist_ok=True)
        shutil.copyfile(file, folder / f"{number:03d} {file.name}")
    library, copies = str(work_dir / "library"), iter(range(100))

    def index_new() -> None:
        copy = work_dir / f"library-{next(copies)}"
        shutil.copytree(library, copy)
        run(earmark("index", str(new), "--library", str(copy)))

    with compiled_in(work_dir / "compiled"):
        if beside:
            return [_compare_search(work_dir, known, beside, n_rounds=3 if is_quick else 25)]
        run(earmark("index", str(known), "--library", library))
        contestants = {
            "search": lambda: run(earmark(*_SEARCH, library)),
            "similar": lambda: run(earmark("similar", str(chosen[-1]), "--library", library)),
            "index": index_new,
            "nothing": lambda: run(earmark("index", "--library", library)),
        }
        median_seconds(contestants, n_rounds=1)
        medians = median_seconds(contestants, n_rounds=1 if is_quick else 5)
    return [
        at_most("earmark search, whole process", medians["search"], "s", 0.275),
        at_most("earmark similar, a file from outside, whole process", medians["similar"], "s", 0.8),
        at_most(f"earmark index, {_N_NEW} new files, whole process", medians["index"], "s", 1.2),
        Figure("earmark index, nothing new, whole process", medians["nothing"], "s"),
    ]


def _compare_search(work_dir: Path, sounds: Path, beside: Path, n_rounds: int) -> Figure:
    checkouts = {"ours": REPOSITORY, "theirs": beside.resolve()}
    for name, checkout in checkouts.items():
        run(earmark("index", str(sounds), "--library", str(work_dir / name)), checkout)
    contestants = {
        name: partial(run, earmark(*_SEARCH, str(work_dir / name)), checkout) for name, checkout in checkouts.items()
    }
    median_seconds(contestants, n_rounds=1)
    medians = median_seconds(contestants, n_rounds, clock=children_cpu_seconds)
    what = f"earmark search, processor time of the whole process, median of {n_rounds}"
    return Figure(what, medians["ours"], "s", str(beside), medians["theirs"])
