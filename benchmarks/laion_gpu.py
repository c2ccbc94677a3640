"""The large model on this machine's GPU beside its processor: rate, one query, and whether the vectors are the same.

Random weights in LAION's full sizes. Without a GPU there is nothing to measure.
"""

import os
from functools import partial
from pathlib import Path

import numpy as np
import torch

from benchmarks.figures import Figure, at_least, at_most, median_seconds, rate_at_least_times
from benchmarks.laion import SAME, SIZES, one_shots, write_model
from indexer.encoders.base import Encoder
from indexer.encoders.laion.encoder import LaionEncoder
from indexer.encoders.laion.engines.precision import best_device
from indexer.encoders.laion.model import LaionFacts
from indexer.encoders.process import EncoderProcess
from indexer.ingest.decode_and_embed import decode_and_embed
from indexer.ingest.observe import read_sound
from indexer.ingest.worker_pool import Task

_N_COMPARED = 50


def measure(work_dir: Path, *, is_quick: bool) -> list[Figure]:
    """Embed 400 short sounds with both sizes (40 when quick), on the GPU and on the processor in turn."""
    gpu = best_device().type
    if gpu == "cpu":
        return [Figure("GPUs of this machine, so nothing is measured", 0, "")]
    sounds = one_shots(work_dir, 40 if is_quick else 400)
    return [figure for name in SIZES for figure in _beside_processor(work_dir / name, name, gpu, sounds)]


def make(folder: Path, device: str, n_threads: int) -> Encoder:
    """Build a model on a device, in this process."""
    torch.set_num_threads(n_threads)
    return LaionEncoder(folder, torch.device(device))


def _beside_processor(folder: Path, name: str, gpu: str, sounds: list[Path]) -> list[Figure]:
    model, _ = write_model(folder, SIZES[name], name)
    waveforms = [waveform for path in sounds[:_N_COMPARED] if (waveform := read_sound(path).waveform) is not None]
    with _process(model, gpu) as ours, _process(model, "cpu") as theirs:
        together, on_processor = ours.embed_audio(waveforms), theirs.embed_audio(waveforms)
        alone = np.concatenate([ours.embed_audio([waveform]) for waveform in waveforms])
        rounds = {"ours": partial(_embed, sounds, ours), "theirs": partial(_embed, sounds, theirs)}
        seconds = median_seconds(rounds, n_rounds=3)
        # another text each time, since texts are cached
        queries = (f"{number:06}" for number in range(1000))
        asked = {"ours": lambda: ours.embed_text([next(queries)]), "theirs": lambda: theirs.embed_text([next(queries)])}
        query_ms = {place: 1e3 * taken for place, taken in median_seconds(asked, n_rounds=15).items()}
    ours_rate, their_rate = (len(sounds) / seconds[place] for place in ("ours", "theirs"))
    rate = f"{name}, {len(sounds)} one-shots on {gpu}: read, measured, embedded"
    cosine = float((together * on_processor).sum(axis=1).min())
    difference = float(np.abs(together - alone).max())
    return [
        rate_at_least_times(rate, ours_rate, f"its processor, {os.cpu_count()} cores", their_rate, 1),
        at_least(f"{name}: smallest cosine with the processor's vector", cosine, "", 0.9995),
        at_most(f"{name}: {len(waveforms)} sounds alone and in company: largest difference", difference, "", SAME),
        Figure(f"{name}: one query, model warm", query_ms["ours"], "ms", "its processor", query_ms["theirs"]),
    ]


def _process(model: Path, device: str) -> EncoderProcess:
    return EncoderProcess(partial(make, model, device), LaionFacts(model), os.cpu_count() or 1)


def _embed(sounds: list[Path], encoder: Encoder) -> None:
    for _ in decode_and_embed((Task(number, os.fsencode(path)) for number, path in enumerate(sounds)), encoder):
        pass
