"""Cost of the built-in model on one core: a second of sound beside a clip through HTSAT-tiny, and a description."""

import json
import sys
from pathlib import Path

import numpy as np
import torch
from torch.utils.flop_counter import FlopCounterMode

from benchmarks.figures import Figure, at_most, at_most_times, median_seconds
from benchmarks.processes import run
from indexer.encoders.compact.entry import make_compact
from indexer.encoders.compact.frontend import draw
from indexer.encoders.compact.graph import EMBEDDING
from indexer.encoders.compact.model import WEIGHTS_FOLDER, CompactTextEncoder, load_ranges, start_session
from indexer.encoders.prompts import describe
from training.audio_tower import AudioTower, pack
from training.ranges import inputs_of

_RATE_HZ = 48_000
_N_SOUNDS = 20  # in a pack, as while indexing
_BASELINE = "laion_clap's HTSAT-tiny, one clip"


def measure(_: Path, *, is_quick: bool) -> list[Figure]:
    """Time seconds of noise, alone and in batches, then clips; each in one thread."""
    rng = np.random.default_rng(0)
    sounds = [rng.normal(0, 0.1, _RATE_HZ).astype(np.float32) for _ in range(_N_SOUNDS)]
    encoder, reader = make_compact(1), CompactTextEncoder()
    in_8_bits, in_floats = (start_session(WEIGHTS_FOLDER, each) for each in (load_ranges(WEIGHTS_FOLDER), None))
    inputs = inputs_of(sounds[0])
    contestants = {
        "together": lambda: encoder.embed_audio(sounds),
        "alone": lambda: encoder.embed_audio(sounds[:1]),
        "8 bits": lambda: in_8_bits.run([EMBEDDING], inputs),
        "floats": lambda: in_floats.run([EMBEDDING], inputs),
        "query": lambda: describe(reader, ["dusty punchy snare"]),
    }
    ours = median_seconds(contestants, n_rounds=10 if is_quick else 50)
    baseline = [sys.executable, "-m", "benchmarks.laion_clap_baseline", "--clip"]
    clip_ms = 1000 * float(np.median([json.loads(run(baseline).splitlines()[-1]) for _ in range(1 if is_quick else 3)]))
    return [
        Figure("operations of the network for a second of sound", _operations() / 1e9, "GFLOP"),
        at_most_times("embed a second of sound", 1000 * ours["together"] / _N_SOUNDS, "ms", _BASELINE, clip_ms, 1 / 50),
        at_most_times("the same, a sound alone", 1000 * ours["alone"], "ms", _BASELINE, clip_ms, 1 / 50),
        at_most_times(
            "the network alone, in 8 bits", 1000 * ours["8 bits"], "ms", "in floats", 1000 * ours["floats"], 1 / 2
        ),
        at_most("description to vector, four phrasings", 1000 * ours["query"], "ms", 2),
    ]


def _operations() -> float:
    """Return the floating-point operations of the tower, which training runs in torch, for a second of noise."""
    picture = torch.from_numpy(draw(np.random.default_rng(0).normal(0, 0.1, _RATE_HZ).astype(np.float32)))
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        AudioTower().eval()(pack([picture], [1.0]))
    return float(counter.get_total_flops())
