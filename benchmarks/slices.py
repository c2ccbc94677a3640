"""How well onsets of drum loops are found: patterns of many styles, rendered from a soundfont, so that each is known.

Strokes that fall within 30 ms are one onset; the quietest ghost notes under loud ones count as well.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from benchmarks.figures import Figure, at_least, at_most
from indexer.audio.waveform import SAMPLE_RATE_HZ, Waveform
from indexer.slicing.onsets import find_onsets
from training.fluidsynth import SOUNDFONTS, is_installed, read_presets, render
from training.grooves import drum_loop

_N_LOOPS, _N_QUICK = 200, 30
_SEED = 2026  # the threshold was chosen on loops of another seed
_TOGETHER_SECONDS = 0.03
_LOOSE_SECONDS, _CLOSE_SECONDS = 0.05, 0.01  # the first as in MIREX

Seconds = npt.NDArray[np.float64]


class _Loop(NamedTuple):
    waveform: Waveform
    onsets: Seconds


def measure(work_dir: Path, *, is_quick: bool) -> list[Figure]:
    """Find the onsets of 200 loops (30 when quick)."""
    if not is_installed() or not SOUNDFONTS[0].exists():
        print("slices: not measured, as fluidsynth and fluid-soundfont-gm (Debian) are not installed")
        return []
    loops = _render(_N_QUICK if is_quick else _N_LOOPS, work_dir)
    ours = [find_onsets(loop.waveform, SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ for loop in loops]
    plain = [_plain_librosa(loop.waveform) for loop in loops]
    n_onsets = sum(len(loop.onsets) for loop in loops)
    name = f"{n_onsets:,} onsets of {len(loops)} drum loops"
    loose, close = (_scores(loops, ours, seconds) for seconds in (_LOOSE_SECONDS, _CLOSE_SECONDS))
    baselines = [_scores(loops, plain, seconds).f for seconds in (_LOOSE_SECONDS, _CLOSE_SECONDS)]
    return [
        _beside(at_least(f"{name}, F-measure within 50 ms", loose.f, "", 0.97), baselines[0]),
        _beside(at_least(f"{name}, F-measure within 10 ms", close.f, "", 0.9), baselines[1]),
        Figure("precision within 50 ms", loose.precision, ""),
        Figure("recall within 50 ms", loose.recall, ""),
        at_most("how far off, median", 1000 * loose.median_seconds, "ms", 5),
    ]


class _Scores(NamedTuple):
    precision: float
    recall: float
    f: float
    median_seconds: float


def _beside(figure: Figure, baseline: float) -> Figure:
    return Figure(figure.name, figure.value, figure.unit, "librosa as it comes", baseline, figure.target, figure.is_met)


def _render(n: int, work_dir: Path) -> list[_Loop]:
    rng, presets = np.random.default_rng(_SEED), read_presets(SOUNDFONTS[0])
    takes = [drum_loop(rng, presets) for _ in range(n)]
    work_dir.mkdir(parents=True, exist_ok=True)
    rendered = zip(render(takes, SOUNDFONTS[0], work_dir), takes, strict=True)
    return [
        _Loop(waveform, _onsets([note.start_seconds for note in take.notes]))
        for waveform, take in rendered
        if waveform is not None
    ]


def _onsets(starts: Sequence[float]) -> Seconds:
    found: list[float] = []
    for start in sorted(starts):
        if not found or start - found[-1] > _TOGETHER_SECONDS:
            found.append(start)
    return np.array(found)


def _scores(loops: Sequence[_Loop], found: Sequence[Seconds], tolerance: float) -> _Scores:
    """Pair each onset with at most one that was found, in order."""
    errors: list[float] = []
    for loop, places in zip(loops, found, strict=True):
        errors += _errors(loop.onsets, places, tolerance)
    precision = len(errors) / max(sum(map(len, found)), 1)
    recall = len(errors) / sum(len(loop.onsets) for loop in loops)
    f = 2 * precision * recall / max(precision + recall, 1e-9)
    return _Scores(precision, recall, f, float(np.median(np.abs(errors))))


def _errors(truth: Seconds, found: Seconds, tolerance: float) -> list[float]:
    errors, i, j = list[float](), 0, 0
    while i < len(truth) and j < len(found):
        error = float(found[j] - truth[i])
        if abs(error) <= tolerance:
            errors.append(error)
        i += error >= -tolerance
        j += error <= tolerance
    return errors


def _plain_librosa(waveform: Waveform) -> Seconds:
    import librosa  # noqa: PLC0415 (loads for two seconds)

    detect: Callable[..., Seconds] = librosa.onset.onset_detect
    return detect(y=waveform, sr=SAMPLE_RATE_HZ, units="time")
