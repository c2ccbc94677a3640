"""Fit which of several tempos a loop has, each double the one before: ``python -m training.beats``.

Prints the weights for `features.tempo`, and how often they are right on held-out loops. On patterns of many styles,
played by synthesized one-shots at any tempo and cut to whole bars, with tails that wrap around, as in packs.
"""

from collections import defaultdict
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from indexer.features.envelope import HOP_FRAMES
from indexer.features.tempo import Pulses, _band_power, _rises_db, whole_tempos
from training.grooves import STYLES
from training.render import recipe_book
from training.sound import SAMPLE_RATE_HZ, Waveform

_N_LOOPS = 2000
_N_SHOTS = 80  # of each role
_SLOWEST_BPM, _FASTEST_BPM = 68.0, 178.0
_ROLES = {
    "kick": ("kick drum",),
    "snare": ("snare drum", "hand clap", "rimshot"),
    "hat": ("closed hi-hat", "open hi-hat", "shaker", "ride cymbal"),
}
_ROLE_OF_KEY = {35: "kick", 36: "kick", 86: "kick", 87: "kick", 37: "snare", 38: "snare", 39: "snare", 40: "snare"}
_RIDGE = 1e-3

Floats = npt.NDArray[np.float64]


def main() -> None:
    rng = np.random.default_rng(11)
    book = recipe_book()
    shots = {
        role: [_shot(book.draw_kind(rng.choice(kinds), rng).waveform) for _ in range(_N_SHOTS)]
        for role, kinds in _ROLES.items()
    }
    cases = [case for _ in range(_N_LOOPS) for case in _case(*_loop(rng, shots))]
    fitted, held_out = cases[::2], cases[1::2]
    weights = _fit(fitted)
    print(f"_WEIGHTS = np.array([{', '.join(f'{weight:.2f}' for weight in weights)}])")
    print(f"held out: {np.mean([(rows @ weights).argmax() == truth for rows, truth in held_out]):.3f} right")


def _shot(waveform: Waveform) -> Waveform:
    return (waveform / max(float(np.abs(waveform).max()), 1e-6)).astype(np.float32)


def _loop(rng: np.random.Generator, shots: dict[str, list[Waveform]]) -> tuple[Waveform, float]:
    """Play one, two or four bars of a style, at its own tempo or at any."""
    style = STYLES[rng.integers(len(STYLES))]
    bpm = float(rng.uniform(*style.bpm) if rng.random() < 0.5 else rng.uniform(_SLOWEST_BPM, _FASTEST_BPM))
    n_bars, step = int(rng.choice([1, 2, 4])), 15 / bpm * SAMPLE_RATE_HZ
    places = defaultdict(list)
    for key, pattern in style.patterns.items():
        places[_ROLE_OF_KEY.get(key, "hat")] += [at for at, mark in enumerate(pattern) if mark != "-"]
    mix = np.zeros(round(step * 16 * n_bars), np.float32)
    for role, steps in places.items():
        hit = shots[role][rng.integers(_N_SHOTS)][: len(mix)] * np.float32(rng.uniform(0.3, 1))
        for at in (bar * 16 + place for bar in range(n_bars) for place in steps if rng.random() > 0.06):
            np.add.at(mix, (round(at * step) + np.arange(len(hit))) % len(mix), hit * float(rng.uniform(0.5, 1)))
    return mix, bpm


def _case(loop: Waveform, bpm: float) -> Iterator[tuple[Floats, int]]:
    """Yield what speaks for each candidate, and which one is right, where there is a choice."""
    tempos = whole_tempos(len(loop) / SAMPLE_RATE_HZ)
    if len(tempos) > 1 and loop.any():
        pulses = Pulses(_rises_db(_band_power(loop)), HOP_FRAMES / SAMPLE_RATE_HZ)
        yield pulses.describe(tempos), int(np.abs(np.log(tempos / bpm)).argmin())


def _fit(cases: list[tuple[Floats, int]]) -> Floats:
    """Fit a conditional logit (McFadden 1974) by maximum likelihood."""

    def loss(weights: Floats) -> tuple[float, Floats]:
        value, slope = _RIDGE * weights @ weights, 2 * _RIDGE * weights
        for rows, truth in cases:
            odds = rows @ weights
            shares = np.exp(odds - odds.max())
            shares /= shares.sum()
            value -= np.log(shares[truth]) / len(cases)
            slope += (shares @ rows - rows[truth]) / len(cases)
        return float(value), slope

    found: Floats = minimize(loss, np.zeros(cases[0][0].shape[1]), jac=True, method="L-BFGS-B").x
    return found


if __name__ == "__main__":
    main()
