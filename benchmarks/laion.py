"""The large model beside `laion_clap`: rate, one query, memory, and whether the vectors are the same.

Random weights in LAION's full sizes, the same for both; no checkpoint is needed.
"""

import json
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from safetensors.torch import save_file

from benchmarks.figures import Figure, at_least, at_most, at_most_times, median_seconds, rate_at_least_times
from benchmarks.folders import audio_files, real_or_synthesized
from benchmarks.processes import REPOSITORY, run, watch_memory
from db.errors import SoundError
from db.types import Matrix, Vector
from indexer.encoders.laion.architecture import BASE, TINY, Architecture, needed_shapes
from indexer.encoders.laion.installation.conversion import texts_of_tagging
from indexer.encoders.laion.model import LaionProcess
from indexer.encoders.laion.store import WEIGHTS, Landmarks, Receipt, write_landmarks, write_receipt
from indexer.ingest.decode_and_embed import decode_and_embed
from indexer.ingest.observe import read_sound
from indexer.ingest.worker_pool import Task
from tests.laion import random_state, write_tokenizer

SIZES = {"HTSAT-tiny": TINY, "HTSAT-base": BASE}
_LONGEST_SECONDS = 9.9  # above ten seconds, laion_clap embeds a random part
SAME = 1e-5
_INDEX = """
import sys
from pathlib import Path
from db.library import Library
from indexer.encoders.laion.model import LaionProcess
from indexer.ingest.pipeline import index
if __name__ == "__main__":
    with Library.create(Path(sys.argv[1])) as library, LaionProcess(Path(sys.argv[2]), int(sys.argv[3])) as encoder:
        index(library, [Path(sys.argv[4])], encoder)
"""


def measure(work_dir: Path, *, is_quick: bool) -> list[Figure]:
    """Embed 200 short sounds with HTSAT-tiny and 60 with HTSAT-base (24 and 8 when quick)."""
    counts = {"HTSAT-tiny": 24 if is_quick else 200, "HTSAT-base": 8 if is_quick else 60}
    sounds = one_shots(work_dir, max(counts.values()))
    figures: list[Figure] = []
    for name, n in counts.items():
        figures += _beside_laion_clap(work_dir / name, name, sounds[:n])
    return [*figures, _memory(work_dir, sounds), _twenty_times_a_minute(work_dir / "HTSAT-tiny" / "model")]


def one_shots(work_dir: Path, n: int) -> list[Path]:
    """Copy short sounds into one folder, so that an index run embeds exactly them."""
    folder = work_dir / "sounds"
    folder.mkdir()
    candidates = audio_files(real_or_synthesized(work_dir)[0])
    chosen: list[Path] = []
    for number in np.random.default_rng(0).permutation(len(candidates)):
        path = candidates[number]
        try:
            is_fit = soundfile.info(path).duration <= _LONGEST_SECONDS and read_sound(path).waveform is not None
        except (soundfile.SoundFileError, SoundError):
            continue
        if is_fit:
            chosen.append(folder / f"{len(chosen):03d}{path.suffix}")
            chosen[-1].write_bytes(path.read_bytes())
        if len(chosen) == n:
            break
    return chosen


def write_model(folder: Path, size: Architecture, name: str) -> tuple[Path, Path]:
    """Write a model with random weights in our format and in that of `laion_clap`; return both paths."""
    folder.mkdir(parents=True)
    # one row less than RoBERTa's, whose golden token ids an invented vocabulary cannot give
    of = replace(size, n_tokens=size.n_tokens - 1)
    state = random_state(of)
    model = folder / "model"
    model.mkdir()
    save_file({key: state[key] for key in needed_shapes(of)}, model / WEIGHTS)
    save_file(state, folder / "whole.safetensors")
    write_tokenizer(model, of.n_tokens)
    zero = np.zeros(of.dim, np.float32)
    texts = dict.fromkeys(texts_of_tagging(), zero)
    write_landmarks(model, Landmarks(zero, zero, texts))
    write_receipt(model, _receipt(name, of))
    return model, folder / "whole.safetensors"


def _receipt(name: str, of: Architecture) -> Receipt:
    return Receipt(
        name=name,
        source="random weights",
        sha256="0" * 64,
        is_known_hash=False,
        n_bytes=0,
        converted_at="",
        versions={},
        tokenizer={},
        differences={},
        architecture=of,
    )


def _beside_laion_clap(folder: Path, name: str, sounds: list[Path]) -> list[Figure]:
    model, whole = write_model(folder, SIZES[name], name)
    report = _baseline(name, whole, sounds, folder)
    with LaionProcess(model, os.cpu_count() or 1) as encoder:
        encoder.embed_audio([np.ones(480, np.float32)])
        encoder.embed_text(["warm"])
        ours: dict[int, Vector] = {}

        def embed() -> None:
            for batch in decode_and_embed((Task(n, os.fsencode(path)) for n, path in enumerate(sounds)), encoder):
                ours.update({sound.key: sound.vector for sound in batch if sound.vector is not None})

        seconds = median_seconds({"ours": embed}, n_rounds=1)["ours"]
        # the invented vocabulary has no words: six digits are as many tokens as "dusty punchy snare" has in RoBERTa's
        queries = iter(f"{number:06}" for number in range(100))
        per_query = median_seconds({"ours": lambda: encoder.embed_text([next(queries)])}, n_rounds=15)["ours"]
    theirs: Matrix = np.load(report["vectors"])
    cosine = min(float(ours[n] @ theirs[n]) for n in range(len(sounds)))
    baseline = f"laion_clap, batches of {report['best_batch']}"
    what = f"{name}, {len(sounds)} one-shots"
    text_ms = report["text_seconds"] * 1e3
    return [
        rate_at_least_times(f"{what}: read, measured, embedded", len(sounds) / seconds, baseline, report["rate"], 3),
        at_least(f"{what}: smallest cosine with laion_clap's vector", cosine, "", 0.9995),
        at_most_times(f"{name}: one query, model warm", per_query * 1e3, "ms", "laion_clap", text_ms, 1 / 3),
    ]


def _baseline(name: str, whole: Path, sounds: list[Path], folder: Path) -> dict[str, Any]:
    listed = folder / "sounds.json"
    listed.write_text(json.dumps([str(path) for path in sounds]))
    command = [
        sys.executable,
        "-m",
        "benchmarks.laion_baseline",
        name,
        str(whole),
        str(listed),
        str(folder / "baseline.npy"),
    ]
    return dict(json.loads(run(command).splitlines()[-1]))


def _memory(work_dir: Path, sounds: list[Path]) -> Figure:
    folder = work_dir / "HTSAT-tiny"
    listed = folder / "all.json"
    listed.write_text(json.dumps([str(path) for path in sounds]))
    arguments = ["HTSAT-tiny", str(folder / "whole.safetensors"), str(listed), str(folder / "baseline.npy"), "--once"]
    theirs = max(watch_memory([sys.executable, "-m", "benchmarks.laion_baseline", *arguments])) / 1e6
    arguments = [str(work_dir / "library"), str(folder / "model"), str(os.cpu_count()), str(sounds[0].parent)]
    script = work_dir / "index.py"
    script.write_text(f"import sys\nsys.path.insert(0, {str(REPOSITORY)!r})\n{_INDEX}")
    ours = max(watch_memory([sys.executable, str(script), *arguments])) / 1e6
    name = f"HTSAT-tiny, indexing {len(sounds)} files, all processes: peak"
    return at_most_times(name, ours, "MB", "laion_clap, one file at a time", theirs, 0.5)


def _twenty_times_a_minute(model: Path) -> Figure:
    """Embed a minute of noise ten times in each of two processes, alone and beside other sounds."""
    rng = np.random.default_rng(0)
    minute, other = (rng.standard_normal(n).astype(np.float32) * 0.2 for n in (60 * 48_000, 30_000))
    rows = []
    for _ in range(2):
        with LaionProcess(model, os.cpu_count() or 1) as encoder:
            for n_before in range(5):
                rows.append(encoder.embed_audio([minute])[0])
                rows.append(encoder.embed_audio([other] * n_before + [minute, other])[n_before])
    difference = float(np.ptp(rows, axis=0).max())
    return at_most("20 embeddings of one minute, two processes: largest difference", difference, "", SAME)
