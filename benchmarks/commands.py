"""Run times of frequent commands: a search, sounds similar to a file, twenty new files."""

import os
import shutil
from pathlib import Path
from unittest.mock import patch

from benchmarks.figures import Figure, at_most, median_seconds
from benchmarks.folders import audio_files, real_or_synthesized
from benchmarks.processes import earmark, run

_N_KNOWN, _N_NEW = 200, 20


def measure(work_dir: Path, *, is_quick: bool) -> list[Figure]:
    """Time each command as a process, five times (once when quick); compiled code is kept between them."""
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

    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPYCACHEPREFIX"] = str(work_dir / "compiled")
    with patch.dict(os.environ, environment, clear=True):
        run(earmark("index", str(known), "--library", library))
        contestants = {
            "search": lambda: run(earmark("search", "dark kick", "--library", library)),
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
