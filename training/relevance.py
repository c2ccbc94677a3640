"""Write the sounds that a library is compared with, and fit the curve of relevance: ``python -m training.relevance``.

Small libraries are put together of recordings of one half of the left-out sources; `benchmarks.relevance` measures on
the other half. Names of labels that a library holds are one
side, names of labels of other families the other; the curve tells the two apart by how near the nearest sounds are,
beside the background, which is of all other sources. The background itself is embedded by the weights that are shipped.
"""

import argparse
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from safetensors.numpy import save_file
from scipy.optimize import minimize

from db.types import Matrix
from indexer.encoders.compact.model import (
    BACKGROUND,
    CURVE,
    TEXT_DIM,
    WEIGHTS_FOLDER,
    CompactEncoder,
    background_path,
)
from indexer.encoders.prompts import describe, unit
from indexer.ingest.decode_and_embed import decode_and_embed
from indexer.ingest.worker_pool import Task
from indexer.search.relevance import level
from training.folds import CHOICE, FOLDS, is_left_out, is_of_first_half
from training.labelled import family_of
from training.recordings import read_manifest, some_of_each

_N_OF_LABEL = 3  # sounds of the background; with 1 or 6 of each, libraries are told apart as well
_MAX_OF_LABEL = 25  # sounds of a library
_LEAST_OF_LABEL = 3  # fewer are not counted as held
_LEAST_SOUNDS = 15  # of a library
_N_LIBRARIES = 60
_LARGEST = 127  # of a byte with a sign

Strings = npt.NDArray[np.str_]
Floats = npt.NDArray[np.float64]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training.relevance", description=__doc__.splitlines()[0])
    parser.add_argument("--recordings", type=Path, required=True, help="folder with manifest.csv (see SOURCES.md)")
    parser.add_argument("--weights", type=Path, default=WEIGHTS_FOLDER, help="weights trained without the fold")
    parser.add_argument("--fold", choices=FOLDS, default=CHOICE, help="whose sources these weights were not trained on")
    parser.add_argument("--out", type=Path, default=WEIGHTS_FOLDER, help="folder of the weights that are shipped")
    options = parser.parse_args()
    fit_relevance(options.recordings, options.weights, options.fold, options.out)


def fit_relevance(folder: Path, weights: Path, fold: str, out: Path) -> None:
    """Fit the curve to the weights of a fold; write it and the background beside the weights that are shipped.

    Args:
        folder: Recordings, with their manifest.
        weights: Folder of weights that were trained without the fold.
        fold: Whose sources these were not trained on.
        out: Folder of the weights that are shipped.
    """
    recordings = read_manifest(folder)
    labels = np.array([one.label for one in recordings])
    is_held_out = np.array([is_left_out(one.source, fold) for one in recordings])
    is_fitted_on = is_held_out & np.array([is_of_first_half(one.source) for one in recordings])
    rng = np.random.default_rng(0)
    background = some_of_each(labels, np.flatnonzero(~is_held_out), _N_OF_LABEL, rng)
    held_out = some_of_each(labels, np.flatnonzero(is_fitted_on), _MAX_OF_LABEL, rng)
    background_paths, held_out_paths = ([recordings[place].path for place in some] for some in (background, held_out))
    encoder = CompactEncoder(weights)
    names = sorted(set(labels.tolist()))
    words = dict(zip(names, unit(describe(encoder, names)[:, :TEXT_DIM]), strict=True))
    held_out_rows, background_rows = embed(encoder, held_out_paths), embed(encoder, background_paths)
    levels, is_held = _levels(labels[held_out], held_out_rows, background_rows, words, rng)
    slope, threshold = _fit(levels, is_held)
    right = ((levels > threshold)[is_held].mean() + (levels <= threshold)[~is_held].mean()) / 2
    print(f"slope {slope:.2f}, threshold {threshold:.3f}; {right:.3f} of {len(levels)} names told apart, held or not")
    if out.resolve() != weights.resolve():
        background_rows = embed(CompactEncoder(out), background_paths)
    curve = np.array([slope, threshold], np.float32)
    save_file({BACKGROUND: _bytes(background_rows), CURVE: curve}, background_path(out))


def embed(encoder: CompactEncoder, paths: Sequence[Path]) -> Matrix:
    """Embed files as libraries do; unit rows without timbre, shape ``(len(paths), TEXT_DIM)``."""
    rows = np.zeros((len(paths), TEXT_DIM), np.float32)
    for batch in decode_and_embed((Task(key, os.fsencode(path)) for key, path in enumerate(paths)), encoder):
        for sound in batch:
            if sound.vector is None:
                raise ValueError(f"{paths[sound.key]} cannot be embedded")
            rows[sound.key] = sound.vector[:TEXT_DIM]
    return unit(rows)


def _libraries(labels: Strings, families: dict[str, str], rng: np.random.Generator) -> Iterator[npt.NDArray[np.int64]]:
    """Yield the places of the sounds of each library: some labels of one family or of two."""
    for _ in range(_N_LIBRARIES):
        chosen = rng.choice(sorted({*families.values()} - {""}), rng.integers(1, 3), replace=False)
        names = rng.permutation([label for label, family in families.items() if family in chosen])
        names = names[: max(3, int(len(names) * rng.uniform(0.2, 1)))]
        places = np.flatnonzero(np.isin(labels, names))
        if len(places) >= _LEAST_SOUNDS:
            yield places


def _levels(
    labels: Strings, rows: Matrix, background: Matrix, words: dict[str, Matrix], rng: np.random.Generator
) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Return the level of names of labels in libraries, and whether each library holds the label."""
    families = {label: family_of(label) for label in words}
    found: list[tuple[float, bool]] = []
    for places in _libraries(labels, families, rng):
        there = {families[label] for label in labels[places]}
        for label, word in words.items():
            is_held = np.sum(labels[places] == label) >= _LEAST_OF_LABEL
            if is_held or families[label] not in {"", *there}:
                found.append((level(rows[places] @ word, background @ word), bool(is_held)))
    levels, is_held = zip(*found, strict=True)
    return np.array(levels), np.array(is_held)


def _fit(levels: Floats, is_held: npt.NDArray[np.bool_]) -> tuple[float, float]:
    """Return slope and threshold of a logistic curve; both sides have the same weight."""
    signs = np.where(is_held, 1.0, -1.0)
    weights = np.where(is_held, 1 / is_held.sum(), 1 / (~is_held).sum())

    def loss(curve: Floats) -> float:
        return float((weights * np.logaddexp(0, -signs * curve[0] * (levels - curve[1]))).sum())

    slope, threshold = minimize(loss, [10.0, 1.0], method="Nelder-Mead").x
    return float(slope), float(threshold)


def _bytes(rows: Matrix) -> npt.NDArray[np.int8]:
    """Return rows in a byte each number; their directions stay to 0.01."""
    return np.round(rows * (_LARGEST / np.abs(rows).max(axis=1, keepdims=True))).astype(np.int8)


if __name__ == "__main__":
    main()
