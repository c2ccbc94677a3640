"""Fit how the likenesses of the built-in model become confidences: ``python -m training.calibrate``.

On held-out synthesized sounds of ``training/work/valid``, one recording of each; writes the calibration beside the
weights. Run it again with every new revision of the weights.
"""

import json
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from db.types import Matrix
from indexer.encoders.base import Calibration
from indexer.encoders.compact.model import (
    TIMBRE_SHARE,
    WEIGHTS_FOLDER,
    CompactTextEncoder,
    calibration_path,
    load_audio_tower,
    padded,
)
from indexer.tagging.filename_tags import tags_from_name
from indexer.tagging.relative_attributes import MEASURED_PAIRS
from indexer.tagging.tagger import Tagger
from indexer.tagging.taxonomy import opposites
from training.dataset import Dataset, Recording
from training.evaluate import embed_dataset
from training.held_out import VALID

_MAX_PER_KIND = 20  # sounds; kinds are not equally frequent in a library, but nobody knows how frequent they are
_MAX_FRAMES = 1000
_OFFSET_RIDGE = 1e-4
# As in training: a library holds sounds that are none of these, or whose name is a matter of taste.
_SMOOTHING = 0.05
_MIN_LABELLED = 40  # of a pair of opposites

Floats = npt.NDArray[np.float64]


def main() -> None:
    dataset = Dataset(VALID)
    chosen = _choose(dataset)
    recordings = [dataset.recordings[index] for index in chosen]
    tower = load_audio_tower(WEIGHTS_FOLDER, "cpu")
    # without their timbre, of which words have none
    rows = (1 - TIMBRE_SHARE) ** 0.5 * padded(embed_dataset(tower, dataset, chosen))
    tagger = Tagger(CompactTextEncoder(), calibration=Calibration())  # of all types, whatever was fitted before
    entry = _fit_types(rows, recordings, tagger) | {"characters": _fit_characters(rows, recordings, tagger)}
    calibration_path(WEIGHTS_FOLDER).write_text(json.dumps(entry, indent=1) + "\n", encoding="utf-8")
    print(f"calibrated on {len(chosen)} sounds; scale {entry['scale']}, characters {entry['characters']}")


def _choose(dataset: Dataset) -> list[int]:
    """Choose one recording of each sound, and not too many sounds of one kind.

    Dry sounds, the first of each, are left out: no real one is as easy, and confidences fitted to them are too high.
    """
    rng = np.random.default_rng(0)
    by_kind: dict[str, list[int]] = {}
    for group in dataset.variants:
        index = int(rng.choice(group[1:] if len(group) > 1 else group))
        if dataset.recordings[index].length <= _MAX_FRAMES:
            by_kind.setdefault(dataset.recordings[index].facts.kind, []).append(index)
    return [index for kind in sorted(by_kind) for index in by_kind[kind][:_MAX_PER_KIND]]


def _fit_types(rows: Matrix, recordings: list[Recording], tagger: Tagger) -> dict[str, Any]:
    """Fit one scale and an offset per type by maximum likelihood; rare types weigh more than they are."""
    names = [kind.name for kind in tagger.types]
    named = [tags_from_name(recording.facts.kind) for recording in recordings]
    places = np.array([tagger.place_of(tags[0].name) if tags else -1 for tags in named])
    is_known = places >= 0
    truth = places[is_known]
    cosines = (rows[is_known] @ tagger.type_rows.T).astype(np.float64)
    weights = np.bincount(truth, minlength=len(names))[truth] ** -0.5
    weights /= weights.sum()
    target = (1 - _SMOOTHING) * np.eye(len(names))[truth] + _SMOOTHING / len(names)

    def loss(point: Floats) -> tuple[float, Floats]:
        odds = point[0] * cosines + point[1:]
        odds -= odds.max(axis=1, keepdims=True)
        shares = np.exp(odds) / np.exp(odds).sum(axis=1, keepdims=True)
        errors = (shares - target) * weights[:, None]
        value = -weights @ (target * np.log(shares + 1e-12)).sum(axis=1) + _OFFSET_RIDGE * (point[1:] ** 2).sum()
        slope = np.r_[(errors * cosines).sum(), errors.sum(axis=0) + 2 * _OFFSET_RIDGE * point[1:]]
        return float(value), slope

    found = minimize(loss, np.r_[10.0, np.zeros(len(names))], jac=True, method="L-BFGS-B").x
    offsets = {name: round(float(value), 3) for name, value in zip(names, found[1:], strict=True)}
    return {"scale": round(float(found[0]), 3), "offsets": offsets}


def _fit_characters(rows: Matrix, recordings: list[Recording], tagger: Tagger) -> dict[str, list[float]]:
    """Fit a logistic curve for each pair whose words both occur in the captions."""
    lines = {}
    for pair, row in zip(opposites(), tagger.character_rows, strict=True):
        if pair.names in MEASURED_PAIRS:
            continue
        said = np.array([_side(recording, pair.names) for recording in recordings])
        is_said = said != 0
        if min((said > 0).sum(), (said < 0).sum()) < _MIN_LABELLED / 2:
            continue
        slope, offset = _logistic((rows[is_said] @ row).astype(np.float64), said[is_said] > 0)
        if slope > 0:
            lines[pair.names[0]] = [round(slope, 3), round(offset, 3)]
    return lines


def _side(recording: Recording, names: tuple[str, str]) -> int:
    words = recording.facts.character
    return int(names[0] in words) - int(names[1] in words)


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
