"""`laion_clap` as published, on given weights and files: its rate, one query, and its vectors.

usage: python -m benchmarks.laion_baseline AMODEL WEIGHTS.safetensors SOUNDS.json VECTORS.npy [--once]

Prints one line of JSON. With --once, the files are embedded one by one a single time, to have the memory watched.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.torch import load_file

from benchmarks.laion_clap_baseline import build

_BATCHES = (1, 4)  # larger ones are slower still: the sounds are 480,000 frames each
_IDS = [0, 31_414, 232, 328, 740, 1140, 12_695, 2]  # as long as our queries


def main() -> None:
    """Embed all files in the batch size that is best on the first sixteen."""
    amodel, weights, sounds, vectors = sys.argv[1:5]
    model = build(amodel)
    state = load_file(weights)
    rows = model.model.text_branch.embeddings.word_embeddings.weight
    rows.data = rows.data[: len(state["text_branch.embeddings.word_embeddings.weight"])]
    model.model.load_state_dict(state, strict=False)
    paths = json.loads(Path(sounds).read_text())
    if "--once" in sys.argv:
        _embed(model, paths, 1)
        return
    model.get_audio_embedding_from_filelist(paths[:1])
    rates = {size: _rate(model, paths[:16], size) for size in _BATCHES}
    best = max(rates, key=lambda size: rates[size])
    began = time.perf_counter()
    np.save(vectors, _embed(model, paths, best))
    rate = len(paths) / (time.perf_counter() - began)
    report = {"rate": rate, "best_batch": best, "text_seconds": _text_seconds(model), "vectors": vectors}
    print(json.dumps(report))


def _embed(model: Any, paths: list[str], size: int) -> np.ndarray:
    batches = [paths[first : first + size] for first in range(0, len(paths), size)]
    return np.concatenate([model.get_audio_embedding_from_filelist(batch) for batch in batches])


def _rate(model: Any, paths: list[str], size: int) -> float:
    began = time.perf_counter()
    _embed(model, paths, size)
    return len(paths) / (time.perf_counter() - began)


def _text_seconds(model: Any) -> float:
    import torch  # noqa: PLC0415 - comes with the model

    def tokenizer(_: object) -> dict[str, Any]:
        """Pad to 77 tokens as laion_clap does, without its tokenizer's files."""
        ids = torch.full((1, 77), 1)
        ids[0, : len(_IDS)] = torch.tensor(_IDS)
        return {"input_ids": ids, "attention_mask": (ids != 1).long()}

    seconds = []
    for _ in range(8):
        began = time.perf_counter()
        model.get_text_embedding(["dusty punchy snare"], tokenizer=tokenizer)
        seconds.append(time.perf_counter() - began)
    return float(np.median(seconds[1:]))


if __name__ == "__main__":
    main()
