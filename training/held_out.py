"""Measure weights on the recordings of left-out sources: ``python -m training.held_out``.

All choices are made on these figures: labels with at least five sounds among the left-out ones, as `earmark eval`
measures them, with and without those labels that only left-out sources have.
"""

import argparse
import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from indexer.encoders.base import Encoder
from indexer.encoders.compact.model import TEXT_DIM, WEIGHTS_FOLDER, CompactEncoder
from indexer.encoders.prompts import unit
from indexer.evaluation.zero_shot import Evaluation, measure
from training import recordings
from training.folds import CHOICE, FOLDS, is_left_out

_FEWEST = 5  # sounds of a label that is measured
_AT_ONCE = 64


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training.held_out", description=__doc__.splitlines()[0])
    parser.add_argument("--recordings", type=Path, required=True, help="folder with manifest.csv (see SOURCES.md)")
    parser.add_argument("--weights", type=Path, default=WEIGHTS_FOLDER, help="folder of weights")
    parser.add_argument("--fold", choices=FOLDS, default=CHOICE, help="which sources are left out")
    parser.add_argument("--json", type=Path, help="where to keep the figures")
    options = parser.parse_args()
    figures = print_figures(options.recordings, options.weights, options.fold)
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


def print_figures(folder: Path, weights: Path, fold: str) -> dict[str, Any]:
    """Measure weights on the left-out recordings of a folder; print and return what `held_out_figures` gives."""
    figures = held_out_figures(CompactEncoder(weights), recordings.read_manifest(folder), fold)
    print(_as_text(figures))
    return figures


def held_out_figures(encoder: Encoder, listed: list[recordings.Recording], fold: str) -> dict[str, Any]:
    """Embed the left-out recordings of a fold and measure them.

    Returns:
        ``all``: what `indexer.evaluation.zero_shot.measure` gives for labels with at least five left-out sounds;
        ``embedding_1nn``: the nearest other sound by the embedding without timbre; ``seen`` and ``unseen``: balanced
        top-1 over the labels that other sources have too, and over the others.
    """
    left_out = [recording for recording in listed if is_left_out(recording.source, fold)]
    counts = Counter(recording.label for recording in left_out)
    left_out = [recording for recording in left_out if counts[recording.label] >= _FEWEST]
    elsewhere = {recording.label for recording in listed if not is_left_out(recording.source, fold)}
    vectors = np.concatenate(
        [
            encoder.embed_audio([recordings.read(recording.path) for recording in left_out[start : start + _AT_ONCE]])
            for start in range(0, len(left_out), _AT_ONCE)
        ]
    )
    labels = [recording.label for recording in left_out]
    figures = measure(encoder, vectors, labels)
    return {
        "all": figures.as_dict(),
        "embedding_1nn": _nearest_by_embedding(vectors, np.array(labels)),
        "seen": _balanced(figures, lambda label: label in elsewhere),
        "unseen": _balanced(figures, lambda label: label not in elsewhere),
    }


def _nearest_by_embedding(vectors: npt.NDArray[np.float32], labels: npt.NDArray[np.str_]) -> float:
    rows = unit(vectors[:, :TEXT_DIM])
    cosines = rows @ rows.T
    np.fill_diagonal(cosines, -np.inf)
    return float((labels[cosines.argmax(axis=1)] == labels).mean())


def _balanced(figures: Evaluation, is_meant: Any) -> float | None:
    shares = [label.top1 for label in figures.per_label if is_meant(label.label)]
    return float(np.mean(shares)) if shares else None


def _as_text(figures: dict[str, Any]) -> str:
    whole = figures["all"]
    confusion = np.array(whole["confusion"])
    unseen = f", of none {figures['unseen']:.3f}" if figures["unseen"] is not None else ""
    lines = [
        f"{whole['n_sounds']} sounds of {whole['n_labels']} labels",
        f"top-1 {whole['top1']:.3f}, balanced {whole['balanced']:.3f}",
        f"balanced over labels that other sources have too {figures['seen']:.3f}{unseen}",
        f"P@10 {whole['p_at_10']:.3f}, taught {whole['taught']:.3f}",
        f"1-NN {whole['one_nn']:.3f}, without timbre {figures['embedding_1nn']:.3f}",
    ]
    names = [label["label"] for label in whole["per_label"]]
    for label, row in zip(whole["per_label"], confusion, strict=True):
        others = [(int(row[i]), names[i]) for i in np.argsort(-row)[:4] if row[i] and names[i] != label["label"]]
        taken_for = ", ".join(f"{name} {n}" for n, name in others[:3])
        lines.append(f"{label['label']:<22}{label['n']:>4}  {label['top1']:.2f}  {label['p_at_10']:.2f}  {taken_for}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
