"""Checkpoints in LAION's own file format, with seeded random weights."""

import json
from collections import OrderedDict
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from indexer.encoders.laion.architecture import Architecture, Shape, needed_shapes, other_shapes
from indexer.encoders.laion.installation import conversion
from indexer.encoders.laion.sources import Source
from indexer.encoders.laion.store import Receipt

# as LAION's in every respect but size; a few MB with what no embedding needs
SMALL = Architecture(
    width=16,
    depths=(2, 2, 2, 2),
    heads=(1, 2, 4, 8),
    window=8,
    text_width=128,
    text_depth=2,
    text_mlp_width=64,
    n_tokens=300,
    n_positions=80,
    dim=32,
)

# Words outweigh their places and each other's noise, so that texts differ as with a trained model; more would let the
# rounding of the last bit grow from layer to layer.
_GAINS = {
    "word_embeddings": 16.0,
    "self.query.w": 2.2,
    "self.key.w": 2.2,
    "self.value.": 6.0,
    "attention.output.dense.": 6.0,
}


def random_state(architecture: Architecture = SMALL, seed: int = 0) -> dict[str, torch.Tensor]:
    """Return every tensor of a checkpoint, in sizes of an architecture."""
    generator = torch.Generator().manual_seed(seed)
    shapes = needed_shapes(architecture) | other_shapes(architecture)
    return {name: _values(name, shape, generator) for name, shape in shapes.items()}


def write_checkpoint(path: Path, state: dict[str, torch.Tensor] | None = None, **options: Any) -> Path:
    """Write a checkpoint as LAION's training did: weights from several GPUs, beside the optimizer's state."""
    named = OrderedDict((f"module.{name}", tensor) for name, tensor in (state or random_state()).items())
    named["module.text_branch.embeddings.position_ids"] = torch.arange(80)[None]
    optimizer = {"state": {0: {"step": 3, "exp_avg": torch.zeros(4)}}, "param_groups": [{"lr": np.float64(1e-4)}]}
    beside = {"epoch": 15, "name": "random", "optimizer": optimizer, "scaler": {}}
    torch.save({**beside, "state_dict": named}, path, **options)
    return path


def _values(name: str, shape: Shape, generator: torch.Generator) -> torch.Tensor:
    noise = torch.randn(shape, generator=generator)
    is_scale = len(shape) == 1 and name.endswith("weight")
    if "extractor" in name:
        return mel_filters() if name.endswith("melW") else _fourier_filters(is_real="real" in name)
    if "bn0" in name and not name.endswith(("weight", "bias")):
        return {"n": 10 * noise - 40, "r": 200 + 50 * noise.abs(), "d": torch.tensor(7)}[name[-1]]  # mean, var, tracked
    gain = next((gain for part, gain in _GAINS.items() if part in name), 1.0)
    return gain * noise / shape[-1] ** 0.5 if len(shape) == 2 else 0.1 * noise + is_scale


@cache
def mel_filters() -> torch.Tensor:
    import librosa

    return torch.from_numpy(librosa.filters.mel(sr=48_000, n_fft=1024, n_mels=64, fmin=50, fmax=14_000).T.copy())


@cache
def _fourier_filters(*, is_real: bool) -> torch.Tensor:
    angle = -2 * np.pi * np.outer(np.arange(513), np.arange(1024)) / 1024
    hann = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(1024) / 1024)
    wave = np.cos(angle) if is_real else np.sin(angle)
    return torch.from_numpy((wave * hann).astype(np.float32))[:, None]


def write_tokenizer(folder: Path, n_entries: int = SMALL.n_tokens) -> dict[str, Path]:
    """Write a byte-level tokenizer of RoBERTa's kind; return ``vocab.json`` and ``merges.txt`` by name."""
    from tokenizers.pre_tokenizers import ByteLevel

    letters = sorted(ByteLevel.alphabet())
    pairs = [(first, second) for first in "Gaeiou" for second in "bcdfghlmnrst"]
    entries = ["<s>", "<pad>", "</s>", "<unk>", *letters]
    pairs = pairs[: n_entries - len(entries) - 1]
    entries += [*map("".join, pairs), "<mask>"]
    entries += [f"madeupword{number}" for number in range(n_entries - len(entries))]
    paths = {name: folder / name for name in ("vocab.json", "merges.txt")}
    paths["vocab.json"].write_text(json.dumps({entry: number for number, entry in enumerate(entries)}), "utf-8")
    paths["merges.txt"].write_text("\n".join(["#version: 0.2", *map(" ".join, pairs), ""]), "utf-8")
    return paths


def convert_small(folder: Path, work_dir: Path, name: str = "laion-630k", seed: int = 0) -> Receipt:
    """Convert a small checkpoint with its tokenizer."""
    checkpoint = write_checkpoint(work_dir / "small.pt", random_state(seed=seed))
    source = Source("someone/clap", "main", "small.pt")
    with pytest.MonkeyPatch.context() as patch:  # compared in the tests of engines and of installation
        patch.setattr(conversion, "_compare", lambda *_: {"laion_clap 1.1.7": 1e-6})
        return conversion.convert(name, checkpoint, source, write_tokenizer(work_dir), folder, address=source.url)
