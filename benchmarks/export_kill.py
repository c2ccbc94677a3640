"""Kill exports at random moments: no half file has its final name, the record is true, and the next run completes it.

Each round starts an export in a process of its own, waits until it has begun, kills it with SIGKILL at a random moment,
looks at what lies there, and runs the same export again to its end.
"""

import hashlib
import json
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.figures import Figure, at_most
from db.types import Sample
from indexer.export.plan import plan_export
from indexer.export.profile import read_profile
from indexer.export.records import ExportLog, ExportRecord
from indexer.export.run import run_export
from tests.tui.samples import make_sample

_PROFILE = "digitakt"
_SEED = 0


@dataclass
class KillReport:
    """Results of the kills; all but the first two must be zero."""

    n_kills: int = 0
    n_in_the_middle: int = 0  # some files existed, others did not
    n_half_files: int = 0
    n_false_records: int = 0
    n_incomplete: int = 0


def kill_exports(sources: Sequence[Path], n_kills: int, work_dir: Path) -> KillReport:
    """Run the rounds over some sound files."""
    names = work_dir / "sources.json"
    names.write_text(json.dumps([str(path) for path in sources]))
    began = time.monotonic()
    whole = export(sources, work_dir / "whole")
    whole_seconds = time.monotonic() - began
    report, rng = KillReport(), random.Random(_SEED)
    for _ in range(n_kills):
        folder = work_dir / "killed"
        shutil.rmtree(folder, ignore_errors=True)
        _start_and_kill(names, folder, rng.uniform(0, whole_seconds))
        found = contents(folder / "out")
        report.n_kills += 1
        report.n_in_the_middle += 0 < len(found) < len(whole)
        report.n_half_files += n_half(found, whole)
        report.n_false_records += n_false(found, ExportLog(folder / "library").records())
        report.n_incomplete += export(sources, folder) != whole or bool(list((folder / "out").rglob(".*")))
    return report


def export(sources: Sequence[Path], folder: Path) -> Mapping[str, bytes]:
    """Export to a folder, and return its files; a library is made beside it."""
    (folder / "library").mkdir(parents=True, exist_ok=True)
    log, target = ExportLog(folder / "library"), folder / "out"
    samples = [_sample(number, path) for number, path in enumerate(sources, start=1)]
    run_export(plan_export(samples, target, read_profile(_PROFILE, folder), log.records()), log, "all")
    return contents(target)


def contents(target: Path) -> Mapping[str, bytes]:
    """Return the files that have their final names, with their content."""
    paths = [path for path in target.rglob("*") if path.is_file() and not path.name.startswith(".")]
    return {path.relative_to(target).as_posix(): path.read_bytes() for path in paths}


def n_half(found: Mapping[str, bytes], whole: Mapping[str, bytes]) -> int:
    """Count the files that differ from those of an export without kills."""
    return sum(whole.get(name) != content for name, content in found.items())


def n_false(found: Mapping[str, bytes], records: Sequence[ExportRecord]) -> int:
    """Count the files without a record, and those with another content than recorded."""
    told = {file.name: file for record in records for file in record.files}
    n_wrong = 0
    for name, content in found.items():
        file = told.get(name)
        digest = hashlib.blake2b(content, digest_size=16).hexdigest()
        n_wrong += file is None or (file.size_bytes, file.content_hash) != (len(content), digest)
    return n_wrong


def figures(sources: Sequence[Path], n_kills: int, work_dir: Path) -> list[Figure]:
    report = kill_exports(sources, n_kills, work_dir)
    name = f"{report.n_kills} exports killed, {report.n_in_the_middle} of them between two files"
    return [
        at_most(f"{name}: half files under a final name", report.n_half_files, "", 0),
        at_most(f"{name}: files that the record does not tell", report.n_false_records, "", 0),
        at_most(f"{name}: exports that the next run does not complete", report.n_incomplete, "", 0),
    ]


def _sample(number: int, path: Path) -> Sample:
    return replace(make_sample(str(path)), id=number)


def _start_and_kill(names: Path, folder: Path, seconds: float) -> None:
    command = [sys.executable, "-m", "benchmarks.export_kill", str(names), str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()  # it has begun
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()


if __name__ == "__main__":
    paths = [Path(path) for path in json.loads(Path(sys.argv[1]).read_text())]
    print("begun", flush=True)
    export(paths, Path(sys.argv[2]))
