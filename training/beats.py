"""Fit which tempo a loop has, and what has none: ``python -m training.beats``.

Prints the weights for `features.tempo`, and how often they are right on held-out sounds. Loops are patterns of many
styles, played by synthesized one-shots at any tempo and cut to whole bars, with tails that wrap around, as in packs.
What has no tempo that its length tells: loops that were trimmed, hits at random times, ambience.
"""

from collections import defaultdict

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from indexer.features.envelope import HOP_FRAMES, measure_band_power
from indexer.features.tempo import Pulses, _rises_db, candidates
from training.grooves import STYLES
from training.recipe_book import recipe_book
from training.sound import SAMPLE_RATE_HZ, Waveform

_N_SOUNDS = 3000
_N_SHOTS = 80  # of each role
_SLOWEST_BPM, _FASTEST_BPM = 60.0, 180.0
_N_BARS, _BAR_SHARES = (1, 2, 3, 4, 6, 8, 12, 16), (0.17, 0.25, 0.02, 0.27, 0.03, 0.15, 0.03, 0.08)
_ROLES = {
    "kick": ("kick drum",),
    "snare": ("snare drum", "hand clap", "rimshot"),
    "hat": ("closed hi-hat", "open hi-hat", "shaker", "ride cymbal"),
    "note": ("synth pluck", "electric piano", "bass", "guitar", "marimba", "chord stab", "organ"),
}
_ROLE_OF_KEY = {35: "kick", 36: "kick", 86: "kick", 87: "kick", 37: "snare", 38: "snare", 39: "snare", 40: "snare"}
_AMBIENCE = tuple(
    "ambient drone, applause, bird, bubbles, crowd, engine, fire crackle, footstep, frog, insect, ocean waves, rain,"
    " room tone, stream, strings, synth pad, thunder, vinyl crackle, wind, wind chimes, water drop".split(", ")
)
_LOOP_SHARE, _TRIMMED_SHARE, _RANDOM_SHARE = 0.6, 0.1, 0.15  # the rest is ambience
_OWN_TEMPO_SHARE = 0.8  # of the loops
_MAX_SECONDS = 64
_RIDGE = 1e-3

Floats = npt.NDArray[np.float64]
Case = tuple[Floats, int]  # what speaks for each candidate; which one is right, -1 for none


def main() -> None:
    rng = np.random.default_rng(11)
    book = recipe_book()
    shots = {
        role: [_shot(book.draw_kind(rng.choice(kinds), rng).waveform) for _ in range(_N_SHOTS)]
        for role, kinds in _ROLES.items()
    }
    pieces = [_shot(book.draw_kind(rng.choice(_AMBIENCE), rng).waveform) for _ in range(2 * _N_SHOTS)]
    cases = [case for _ in range(_N_SOUNDS) if (case := _case(*_sound(rng, shots, pieces))) is not None]
    fitted, held_out = cases[::2], cases[1::2]
    weights = _fit(fitted)
    print(f"_WEIGHTS = np.array([{', '.join(f'{weight:.2f}' for weight in weights)}])")
    chosen = [(_choose(rows, weights), truth) for rows, truth in held_out]
    print(f"held out loops: {np.mean([choice == truth for choice, truth in chosen if truth >= 0]):.3f} right")
    print(f"held out others: {np.mean([choice < 0 for choice, truth in chosen if truth < 0]):.3f} right")


def _sound(
    rng: np.random.Generator, shots: dict[str, list[Waveform]], pieces: list[Waveform]
) -> tuple[Waveform, float | None]:
    """Make a sound, and say its tempo; None where its length is no whole number of beats."""
    draw = rng.random()
    if draw < _LOOP_SHARE:
        return _loop(rng, shots)
    if draw < _LOOP_SHARE + _TRIMMED_SHARE:
        loop, _ = _loop(rng, shots)
        return loop[: round(len(loop) * rng.uniform(0.8, 0.97))], None
    seconds = float(np.exp(rng.uniform(np.log(1.2), np.log(_MAX_SECONDS))))
    mix = np.zeros(round(seconds * SAMPLE_RATE_HZ), np.float32)
    if draw < _LOOP_SHARE + _TRIMMED_SHARE + _RANDOM_SHARE:
        roles = rng.choice(sorted(shots), 2)
        hits = [shots[role][rng.integers(_N_SHOTS)] for role in roles]
        n_hits = max(3, round(seconds * np.exp(rng.uniform(np.log(0.7), np.log(9)))))
        places = np.sort(rng.integers(0, len(mix), n_hits)) if rng.random() < 0.8 else _uneven(rng, n_hits, len(mix))
        for place in places:
            _play(mix, hits[rng.integers(2)] * np.float32(rng.uniform(0.3, 1)), int(place))
    else:
        chosen = rng.choice(len(pieces), 3)
        place = 0
        while place < len(mix):
            piece = pieces[rng.choice(chosen)]
            _play(mix, _faded(piece[int(rng.integers(0, len(piece) // 3 + 1)) :]), place)
            place += int(len(piece) * rng.uniform(0.3, 1.2)) + 480
    return mix, None


def _uneven(rng: np.random.Generator, n: int, n_frames: int) -> npt.NDArray[np.int64]:
    """Return times whose gaps vary around a mean, as those of steps and drops do."""
    times = np.cumsum(rng.gamma(6.0, size=n))
    return (times / times[-1] * (n_frames - 1)).astype(np.int64)


def _play(mix: Waveform, hit: Waveform, place: int) -> None:
    part = hit[: len(mix) - place]
    mix[place : place + len(part)] += part


def _faded(piece: Waveform) -> Waveform:
    ramp = np.minimum(1, np.arange(1, len(piece) + 1) / (0.05 * SAMPLE_RATE_HZ)).astype(np.float32)
    return piece * ramp * ramp[::-1]


def _shot(waveform: Waveform) -> Waveform:
    return (waveform / max(float(np.abs(waveform).max()), 1e-6)).astype(np.float32)


def _loop(rng: np.random.Generator, shots: dict[str, list[Waveform]]) -> tuple[Waveform, float]:
    """Play one to sixteen bars of a style or of notes, at the style's own tempo or at any."""
    style = STYLES[rng.integers(len(STYLES))]
    bpm = float(rng.uniform(*style.bpm) if rng.random() < _OWN_TEMPO_SHARE else rng.uniform(_SLOWEST_BPM, _FASTEST_BPM))
    n_bars, step = int(rng.choice(_N_BARS, p=_BAR_SHARES)), 15 / bpm * SAMPLE_RATE_HZ
    places = defaultdict(list)
    kind = rng.random()  # drums alone, notes alone, or both
    if kind < 0.8:
        for key, pattern in style.patterns.items():
            places[_ROLE_OF_KEY.get(key, "hat")] += [at for at, mark in enumerate(pattern) if mark != "-"]
    if kind > 0.7:
        every = int(rng.choice([2, 4]))
        places["note"] += [at for at in range(0, 16, every) if at == 0 or rng.random() < 0.6]
    swing = float(rng.uniform(*style.swing)) if rng.random() < 0.7 else 0.0
    mix = np.zeros(round(step * 16 * n_bars), np.float32)
    for role, steps in places.items():
        hit = shots[role][rng.integers(_N_SHOTS)][: len(mix)] * np.float32(rng.uniform(0.3, 1))
        for at in (bar * 16 + place for bar in range(n_bars) for place in steps if rng.random() > 0.06):
            start = round((at + swing * (at % 2)) * step)
            np.add.at(mix, (start + np.arange(len(hit))) % len(mix), hit * float(rng.uniform(0.5, 1)))
    return mix, bpm


def _case(sound: Waveform, bpm: float | None) -> Case | None:
    """Return what speaks for each candidate, and which one is right; None where there are none."""
    seconds = len(sound) / SAMPLE_RATE_HZ
    n_beats = candidates(seconds)
    if not len(n_beats) or not sound.any():
        return None
    pulses = Pulses(_rises_db(measure_band_power(sound)), HOP_FRAMES / SAMPLE_RATE_HZ)
    tempos = 60 * n_beats / seconds
    right = -1 if bpm is None else int(np.abs(np.log(tempos / bpm)).argmin())
    return pulses.describe(tempos, n_beats), right


def _choose(rows: Floats, weights: Floats) -> int:
    odds = rows @ weights
    return int(odds.argmax()) if np.exp(odds).sum() > 1 else -1


def _fit(cases: list[Case]) -> Floats:
    """Fit a conditional logit (McFadden 1974) by maximum likelihood, in which the odds of none are 1."""

    def loss(weights: Floats) -> tuple[float, Floats]:
        value, slope = _RIDGE * weights @ weights, 2 * _RIDGE * weights
        for rows, truth in cases:
            odds = np.append(rows @ weights, 0)
            shares = np.exp(odds - odds.max())
            shares /= shares.sum()
            value -= np.log(shares[truth]) / len(cases)
            slope += (shares[:-1] @ rows - (rows[truth] if truth >= 0 else 0)) / len(cases)
        return float(value), slope

    found: Floats = minimize(loss, np.zeros(cases[0][0].shape[1]), jac=True, method="L-BFGS-B").x
    return found


if __name__ == "__main__":
    main()
