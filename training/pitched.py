"""Fit what tells notes from drums: ``python -m training.pitched``.

Prints the constant and the weights for `features.pitch_and_key`, and on held-out sounds how many drums are refused
and how many notes are kept.
On sounds of the recipes, half of them through a recording chain, and on notes of a soundfont.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from indexer.features.pitch_and_key import Evidence, gather
from training.chain import Chain
from training.notes import make_notes
from training.recipe_book import recipe_book
from training.sound import SAMPLE_RATE_HZ

_N_SOUNDS, _N_NOTES = 3000, 1000
_SEED = 5  # of sounds that no split of the model's training holds
_DRUMS = frozenset({"drums", "percussion"})
_NOTES = frozenset({"melodic", "bass"})
_REFUSED = 0.955  # of the drums
_RIDGE = 1e-3

Floats = npt.NDArray[np.float64]


def main() -> None:
    labelled = list(_sounds())
    is_note = np.array([label for label, _ in labelled])
    has_evidence = np.array([evidence is not None for _, evidence in labelled])
    rows = np.array([evidence.weighed for _, evidence in labelled if evidence is not None])
    is_fitted = np.arange(len(labelled)) % 2 == 0
    line = _fit(rows[is_fitted[has_evidence]], is_note[has_evidence & is_fitted])
    scores = np.full(len(labelled), -np.inf)
    scores[has_evidence] = rows @ line[1:] + line[0]
    # an even chance is put where as many drums are refused as was asked for
    line[0] -= np.quantile(scores[is_fitted & ~is_note], _REFUSED)
    scores[has_evidence] = rows @ line[1:] + line[0]
    held_out = ~is_fitted
    print(f"_CONSTANT = {line[0]:.2f}\n_WEIGHTS = ({', '.join(f'{weight:.2f}' for weight in line[1:])})")
    print(
        f"held out: {(scores[held_out & ~is_note] < 0).mean():.3f} of drums refused, "
        f"{(scores[held_out & is_note] >= 0).mean():.3f} of notes kept"
    )


def _sounds() -> Iterator[tuple[bool, Evidence | None]]:
    rng = np.random.default_rng(_SEED)
    chain = Chain(())
    book = recipe_book()
    for number in range(_N_SOUNDS):
        sound = book.draw(rng)
        waveform = sound.waveform if number % 2 else chain(sound.waveform, rng)[0]
        if sound.family in _DRUMS | _NOTES and np.isfinite(waveform).all() and waveform.any():
            yield sound.family in _NOTES, gather(waveform.astype(np.float32), SAMPLE_RATE_HZ)
    with tempfile.TemporaryDirectory() as folder:
        for note in make_notes(_N_NOTES, Path(folder), seed=_SEED):
            yield True, gather(note.waveform, SAMPLE_RATE_HZ)


def _fit(rows: Floats, is_note: npt.NDArray[np.bool_]) -> Floats:
    """Fit a logistic curve in which notes and drums weigh the same: constant, then weights."""
    inputs = np.c_[np.ones(len(rows)), rows]
    sides = np.where(is_note, 1, -1)
    weights = np.where(is_note, 0.5 / is_note.sum(), 0.5 / (~is_note).sum())

    def loss(line: Floats) -> float:
        return float(weights @ np.logaddexp(0, -sides * (inputs @ line)) + _RIDGE * (line[1:] ** 2).sum())

    found: Floats = minimize(loss, np.zeros(inputs.shape[1]), method="BFGS").x
    return found


if __name__ == "__main__":
    main()
