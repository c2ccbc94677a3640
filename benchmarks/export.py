"""Exports: speed beside soundfile and soxr alone, kills at random moments, and difficult names."""

import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import soundfile as sf
import soxr

from benchmarks import export_kill, export_names
from benchmarks.figures import Figure, at_most_times, median_seconds
from db.types import Sample
from indexer.export.plan import plan_export
from indexer.export.profile import read_profile
from indexer.export.records import ExportLog
from indexer.export.run import run_export
from tests.tui.samples import make_sample

_N_SOUNDS, _N_QUICK = 1_000, 100
_RATE_HZ = 44_100
_N_ROUNDS = 3
_N_KILLED = 60  # sounds of an export that is killed


def measure(work_dir: Path, *, is_quick: bool) -> list[Figure]:
    """Convert stereo sounds of 24 bits to mono at 48 kHz and 16 bits, as ``digitakt`` does; then kills and names."""
    samples = _write_sounds(work_dir / "export-sounds", _N_QUICK if is_quick else _N_SOUNDS)
    seconds = median_seconds({"earmark": lambda: _export(samples), "bare": lambda: _convert_bare(samples)}, _N_ROUNDS)
    name = f"{len(samples):,} sounds to 48 kHz, 16 bit, mono"
    sources = [sample.paths[0] for sample in samples[:_N_KILLED]]
    return [
        at_most_times(name, seconds["earmark"], "s", "soundfile and soxr", seconds["bare"], 1.5),
        *export_kill.figures(sources, 5 if is_quick else 50, work_dir),
        *export_names.figures(work_dir),
    ]


def _write_sounds(folder: Path, n_sounds: int) -> list[Sample]:
    folder.mkdir(parents=True, exist_ok=True)
    noise = np.random.default_rng(0)
    samples = []
    for number in range(1, n_sounds + 1):
        path = folder / f"hit {number}.wav"
        frames = noise.standard_normal((round(noise.uniform(0.2, 1.5) * _RATE_HZ), 2)) * 0.1
        sf.write(path, frames, _RATE_HZ, "PCM_24")
        samples.append(replace(make_sample(str(path)), id=number))
    return samples


def _export(samples: list[Sample]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        log = ExportLog(place)
        run_export(plan_export(samples, place / "out", read_profile("digitakt", place), log.records()), log, "all")


def _convert_bare(samples: list[Sample]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for sample in samples:
            frames, rate_hz = sf.read(sample.paths[0], dtype="float32")
            mono = soxr.resample((frames[:, 0] + frames[:, 1]) / 2, rate_hz, 48_000, quality="HQ")
            sf.write(Path(folder) / sample.paths[0].name, mono, 48_000, "PCM_16")
