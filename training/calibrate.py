"""Fit how the likenesses of the built-in model become confidences: ``python -m training.calibrate``.

Types on recordings of sources that the model was not trained on: ``--weights`` are those of a fold, and its left-out
recordings speak for the types that they hold; for the others, recordings that it was trained on. Words of character on
synthesized sounds that no model is trained on. Writes the calibration beside the weights that are shipped.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from db.types import Matrix
from indexer.encoders.base import Calibration
from indexer.encoders.compact.model import (
    TIMBRE_SHARE,
    CompactEncoder,
    CompactTextEncoder,
    calibration_path,
    padded,
)
from indexer.tagging.filename_tags import tags_from_name
from indexer.tagging.relative_attributes import MEASURED_PAIRS
from indexer.tagging.tagger import Tagger
from indexer.tagging.taxonomy import opposites
from training import recordings
from training.audio_tower import load_audio_tower
from training.batches import TakeStore
from training.captions import Facts
from training.evaluate import embed_takes
from training.folds import CHOICE, is_left_out

_MAX_PER_LABEL = 25  # sounds; labels are not equally frequent in a library, but nobody knows how frequent they are
_TRAINED_WEIGHT = 0.3  # of a sound that the model was trained on
_OFFSET_RIDGE = 1e-4
# As in training: a library holds sounds that are none of these, or whose name is a matter of taste.
_SMOOTHING = 0.05
_MIN_LABELLED = 40  # of a pair of opposites

Floats = npt.NDArray[np.float64]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training.calibrate", description=__doc__.splitlines()[0])
    parser.add_argument("--recordings", type=Path, required=True, help="folder with manifest.csv (see SOURCES.md)")
    parser.add_argument("--held-out-takes", type=Path, required=True, help="takes of `training.dry --held-out`")
    parser.add_argument("--weights", type=Path, required=True, help="weights that were trained without the fold")
    parser.add_argument("--fold", default=CHOICE, help="whose sources these weights were not trained on")
    parser.add_argument("--out", type=Path, required=True, help="folder of the weights that are calibrated")
    options = parser.parse_args()
    calibrate(options.recordings, TakeStore(options.held_out_takes, None), options.weights, options.fold, options.out)


def calibrate(folder: Path, held_out: TakeStore, weights: Path, fold: str, out: Path) -> None:
    """Fit scale, offsets and curves to the weights of a fold and write them beside other weights.

    Args:
        folder: Recordings, with their manifest.
        held_out: Takes of synthesized sounds that no model is trained on.
        weights: Folder of weights that were trained without the fold.
        fold: Whose sources these were not trained on.
        out: Folder of the weights that are calibrated.
    """
    encoder = CompactEncoder(weights)
    tagger = Tagger(CompactTextEncoder(weights), calibration=Calibration())  # of all types
    entry = _fit_types(*_recorded(folder, fold, encoder, tagger), len(tagger.types))
    offsets = {kind.name: round(float(value), 3) for kind, value in zip(tagger.types, entry[1:], strict=True)}
    characters = _fit_characters(*_synthesized(held_out, weights), tagger)
    fitted = {"scale": round(float(entry[0]), 3), "offsets": offsets, "characters": characters}
    calibration_path(out).write_text(json.dumps(fitted, indent=1) + "\n", encoding="utf-8")
    print(f"scale {fitted['scale']}, characters {characters}")


def _recorded(
    folder: Path, fold: str, encoder: CompactEncoder, tagger: Tagger
) -> tuple[Matrix, npt.NDArray[np.int64], Floats]:
    """Embed recordings of each type: left-out ones, or if there are none, others.

    Returns:
        Cosines with the types, the place of each one's type, and weights that sum to 1.
    """
    listed = recordings.read_manifest(folder)
    places = np.array([_place(tagger, recording.label) for recording in listed])
    is_out = np.array([is_left_out(recording.source, fold) for recording in listed])
    rng = np.random.default_rng(0)
    chosen: list[int] = []
    for label in sorted({recording.label for recording in listed}):
        is_label = np.array([recording.label == label for recording in listed])
        for rows in (np.flatnonzero(is_label & is_out), np.flatnonzero(is_label & ~is_out)):
            if len(rows) and places[rows[0]] >= 0:
                chosen += rng.permutation(rows)[:_MAX_PER_LABEL].tolist()
                break
    vectors = np.concatenate([encoder.embed_audio([recordings.read(listed[row].path)]) for row in chosen])
    truth = places[chosen]
    weights = np.where(is_out[chosen], 1.0, _TRAINED_WEIGHT) * np.bincount(truth)[truth] ** -0.5
    return vectors @ tagger.type_rows.T, truth, weights / weights.sum()


def _place(tagger: Tagger, label: str) -> int:
    tags = tags_from_name(label)
    return tagger.place_of(tags[0].name) if tags else -1


def _fit_types(cosines: Matrix, truth: npt.NDArray[np.int64], weights: Floats, n_types: int) -> Floats:
    """Fit one scale and an offset per type by maximum likelihood; return the scale, then the offsets."""
    target = (1 - _SMOOTHING) * np.eye(n_types)[truth] + _SMOOTHING / n_types

    def loss(point: Floats) -> tuple[float, Floats]:
        odds = point[0] * cosines + point[1:]
        odds -= odds.max(axis=1, keepdims=True)
        shares = np.exp(odds) / np.exp(odds).sum(axis=1, keepdims=True)
        errors = (shares - target) * weights[:, None]
        value = -weights @ (target * np.log(shares + 1e-12)).sum(axis=1) + _OFFSET_RIDGE * (point[1:] ** 2).sum()
        slope = np.r_[(errors * cosines).sum(), errors.sum(axis=0) + 2 * _OFFSET_RIDGE * point[1:]]
        return float(value), slope

    found: Floats = minimize(loss, np.r_[10.0, np.zeros(n_types)], jac=True, method="L-BFGS-B").x
    return found


def _synthesized(store: TakeStore, weights: Path) -> tuple[Matrix, Sequence[Facts]]:
    """Embed one take of each sound; vectors as the encoder's, but without timbre, of which words have none."""
    takes = [int(store.takes_of(dry)[0]) for dry in range(len(store.facts))]
    rows = embed_takes(load_audio_tower(weights, "cpu"), store, takes)
    return padded((1 - TIMBRE_SHARE) ** 0.5 * rows), store.facts


def _fit_characters(rows: Matrix, facts: Sequence[Facts], tagger: Tagger) -> dict[str, list[float]]:
    """Fit a logistic curve for each pair whose words both occur in the captions."""
    lines = {}
    for pair, row in zip(opposites(), tagger.character_rows, strict=True):
        if pair.names in MEASURED_PAIRS:
            continue
        said = np.array([int(pair.names[0] in fact.character) - int(pair.names[1] in fact.character) for fact in facts])
        is_said = said != 0
        if min((said > 0).sum(), (said < 0).sum()) < _MIN_LABELLED / 2:
            continue
        slope, offset = _logistic((rows[is_said] @ row).astype(np.float64), said[is_said] > 0)
        if slope > 0:
            lines[pair.names[0]] = [round(slope, 3), round(offset, 3)]
    return lines


def _logistic(scores: Floats, is_first: npt.NDArray[np.bool_]) -> tuple[float, float]:
    """Fit slope and offset; both sides weigh the same."""
    weights = np.where(is_first, 0.5 / is_first.sum(), 0.5 / (~is_first).sum())

    def loss(line: Floats) -> float:
        odds = np.where(is_first, 1, -1) * (line[0] * scores + line[1])
        return float(weights @ np.logaddexp(0, -odds) + 1e-5 * line[0] ** 2)

    slope, offset = minimize(loss, np.array([10.0, 0.0]), method="Nelder-Mead").x
    return float(slope), float(offset)


if __name__ == "__main__":
    main()
