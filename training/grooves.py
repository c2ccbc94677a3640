"""Drum loops: one-bar patterns of many styles, varied and played on a General MIDI kit."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from training.drum_kits import DRUM_BANK, KITS, Kit
from training.fluidsynth import Preset, Take
from training.general_midi import Label
from training.midi import Note
from training.performances import MAX_SECONDS

STEPS_PER_BAR = 16
_BEATS_PER_BAR = 4
_VELOCITIES = {"X": 120, "x": 98, "o": 55}  # accent, stroke, ghost note

# style | beats a minute | swing in % of a step | key:pattern, a step each sixteenth note
_STYLES = """
house | 116-128 | 0-12 | 36:X---x---X---x--- 39:----X-------X--- 42:o-o-o-o-o-o-o-o- 46:--x---x---x---x-
deep house | 116-124 | 10-25 | 36:X---x---X---x--- 37:----x--o----x--- 46:--x---x---x---x- 70:x-oox-oox-oox-oo
techno | 125-145 | 0-0 | 36:X---X---X---X--- 46:--x---x---x---x- 39:----x-------x--- 42:xoxoxoxoxoxoxoxo
disco | 110-126 | 0-8 | 36:X---X---X---X--- 38:----X-------X--- 46:--X---X---X---X- 42:x---x---x---x---
hip hop | 80-98 | 8-30 | 36:X-----x---X----- 38:----X-------X--- 42:x-x-x-x-x-x-x-x-
boom bap | 82-96 | 15-35 | 36:X--x---o--X-x--- 38:----X--o-o--X--- 42:x-xox-x-x-x-x-xo
trap | 65-80 | 0-0 | 36:X-----x---x--x-- 39:--------X------- 42:xoxoxooxxoxoxxxx
rock | 90-140 | 0-0 | 36:X---x-o-X-x----- 38:----X-------X--- 42:X-x-X-x-X-x-X-x- 49:X---------------
hard rock | 110-170 | 0-0 | 36:X-x---x-X-x---x- 38:----X-------X--- 46:X---X---X---X---
ballad | 65-85 | 0-5 | 36:X-------x-x----- 37:----X-------X--- 42:x-o-x-o-x-o-x-o-
funk | 90-112 | 5-18 | 36:X--x--x---x--x-- 38:----X-oo-o--X--o 42:X-xox-x-X-x-xox- 46:--------------x-
breakbeat | 100-140 | 0-20 | 36:X-x-------xx---- 38:----X--o-o--X--o 42:x-x-x-x-x-x-x-x- 46:----------x-----
jungle | 155-178 | 0-10 | 36:X-x-------x----- 38:----X--x-o--X-ox 51:x-x-x-x-x-x-x-x-
drum and bass | 168-180 | 0-0 | 36:X---------X----- 38:----X-------X--- 42:x-xox-xox-xox-xo
two-step garage | 128-136 | 15-35 | 36:X--------xX----- 38:----X-------X--- 42:--x---x-x-x--xx- 37:-------o------o-
dubstep | 138-142 | 0-0 | 36:X---------x----- 38:--------X------- 42:x-xox--xx-xox-x-
reggae | 65-90 | 10-30 | 36:--------X------- 37:--------X------- 42:x-x-x-x-x-x-x-xo
dancehall | 88-105 | 0-10 | 36:X-----x-X-----x- 38:---x--x----x--x- 42:x-x-x-x-x-x-x-x-
jazz swing | 110-180 | 45-66 | 51:X---x--xX---x--x 44:----x-------x--- 36:o-------o------- 38:-----o----o----o
brush shuffle | 70-130 | 45-66 | 40:X-------X------- 38:----x--o----x--o 44:----x-------x--- 36:x---------x-----
bossa nova | 110-150 | 0-0 | 36:X--xX--xX--xX--x 37:X--x--x---x--x-- 42:x-x-x-x-x-x-x-x- 70:xoxoxoxoxoxoxoxo
samba | 95-125 | 0-12 | 87:----X-------X--- 86:X-------X------- 70:XooxXooxXooxXoox 54:xoxxoxoxxoxxoxox
salsa | 90-120 | 0-0 | 75:X--x--x---x-x--- 56:X-x-x-x-X-x-x-x- 63:--x---xx--x---xx 66:x-o-xoo-x-o-xoo-
afrobeat | 95-120 | 0-12 | 36:X--x--x-X--x---- 38:---o--X---o-X--o 42:x-xxx-xxx-xxx-xx 69:xoxoxoxoxoxoxoxo
electro | 110-132 | 0-0 | 36:X-----X---x----- 38:----X-------X--- 42:x-xxx-xxx-xxx-xx 56:--x--x----x--x--
synth pop | 100-130 | 0-0 | 36:X---X---X---X--- 38:----X-------X--- 42:x-x-x-x-x-x-x-x- 50:--------------xx
lo-fi beat | 70-88 | 15-35 | 36:X------x--x----- 38:----X-------X--- 42:x-o-x-o-x-oox-o-
march | 90-125 | 0-0 | 36:X-------X------- 38:x--xX-xxx--xX-xx 57:X---------------
conga groove | 90-125 | 0-15 | 63:--x---xx--x---xx 64:x-------x---x--- 62:x-o-x-o-x-o-x-o- 60:----x-o-----x-oo
bongo groove | 90-130 | 0-15 | 60:X-oxo-xoX-oxo-xo 61:----x-------x--- 70:x-x-x-x-x-x-x-x-
shaker groove | 85-130 | 0-25 | 82:XooxXooxXooxXoox 54:----x-------x--- 75:x--x--x---x-x---
tribal groove | 95-130 | 0-10 | 87:X-----x-X------- 45:--x--x----x--x-- 47:----x--x----x--x 63:x-oxx-oxx-oxx-ox
hat groove | 85-150 | 0-25 | 42:XoxoXoxoXoxoXoxo 46:--x---x---x---x- 44:----x-------x---
ride groove | 90-160 | 0-40 | 51:X-x-X-xoX-x-X-xo 53:--------x------- 44:----x-------x---
"""


@dataclass(frozen=True)
class Style:
    """One way to play a bar: tempo range, swing range as a share of a step, and a pattern for each key."""

    name: str
    bpm: tuple[int, int]
    swing: tuple[float, float]
    patterns: dict[int, str]


def _style(row: str) -> Style:
    name, bpm, swing, patterns = (cell.strip() for cell in row.split("|"))
    low, high = map(int, bpm.split("-"))
    straight, swung = (int(percent) / 100 for percent in swing.split("-"))
    lines = (line.split(":") for line in patterns.split())
    return Style(name, (low, high), (straight, swung), {int(key): pattern for key, pattern in lines})


STYLES: tuple[Style, ...] = tuple(map(_style, _STYLES.strip().splitlines()))


def tempo_words(bpm: float) -> tuple[str, ...]:
    return ("slow",) if bpm < 90 else ("fast",) if bpm > 140 else ()


def whole_bars(rng: np.random.Generator, bpm: float) -> int:
    """Choose 1, 2 or 4 bars, whatever stays within the longest sound."""
    fitting = [bars for bars in (1, 2, 4) if bars * _BEATS_PER_BAR * 60 / bpm <= MAX_SECONDS]
    return int(rng.choice(fitting))


def _vary(rng: np.random.Generator, pattern: str) -> str:
    """Leave out a stroke here and there, and add ghost notes."""
    dice = rng.random(len(pattern))
    return "".join(
        ("-" if dice[step] < 0.06 else mark) if mark != "-" else ("o" if dice[step] < 0.02 else "-")
        for step, mark in enumerate(pattern)
    )


def _label(style: Style, kit: Kit, bpm: float) -> Label:
    words = (*tempo_words(bpm), *(word for word in kit.character if word != "powerful"))
    if style.name in {"hat groove", "ride groove"}:
        cymbal = "hi-hat" if style.name == "hat groove" else "ride cymbal"
        return Label(f"{cymbal} loop", "loop", (f"{cymbal} pattern", "top loop"), kit.source, words)
    if style.name.endswith("groove"):
        instrument = style.name.removesuffix(" groove")
        names = (f"{instrument} loop", "percussion", "perc loop", "hand percussion")
        return Label("percussion loop", "loop", names, ("hand percussion",), words)
    names = (f"{style.name} drum loop", f"{style.name} beat", "beat", "drum beat", "break", "groove")
    return Label("drum loop", "loop", names, kit.source, words)


def _fill(rng: np.random.Generator, start_seconds: float, step_seconds: float) -> list[Note]:
    """Play the last half bar on snare and toms."""
    keys = sorted(rng.choice((38, 50, 48, 45, 43), size=8), reverse=True)
    return [
        Note(start_seconds + i * step_seconds, step_seconds, int(key), int(rng.integers(70, 120)))
        for i, key in enumerate(keys)
        if rng.random() < 0.8
    ]


def drum_loop(rng: np.random.Generator, presets: Collection[Preset]) -> Take:
    """Play one to four bars of one style on one kit, to the frame."""
    kits = [kit for kit in KITS if Preset(DRUM_BANK, kit.number) in presets and kit.group != "orchestra"]
    kit = kits[rng.integers(len(kits))]
    style = STYLES[rng.integers(len(STYLES))]
    bpm = float(rng.uniform(*style.bpm))
    step_seconds = 60 / bpm / (STEPS_PER_BAR / _BEATS_PER_BAR)
    n_bars = whole_bars(rng, bpm)
    swing = float(rng.uniform(*style.swing))
    patterns = {key: _vary(rng, pattern) for key, pattern in style.patterns.items()}
    if len(patterns) > 2 and rng.random() < 0.25:
        patterns.pop(list(patterns)[-1])
    looseness_seconds = float(rng.uniform(0.0, 0.008))
    has_fill = n_bars > 1 and rng.random() < 0.25
    n_steps = n_bars * STEPS_PER_BAR - (8 if has_fill else 0)
    notes = []
    for step in range(n_steps):
        at = (step + (swing / 2 if step % 2 else 0.0)) * step_seconds
        for key, pattern in patterns.items():
            if (velocity := _VELOCITIES.get(pattern[step % len(pattern)])) is not None:
                start = max(0.0, at + float(rng.normal(0.0, looseness_seconds)))
                notes.append(Note(start, step_seconds, key, int(np.clip(velocity + rng.normal(0, 7), 10, 127))))
    if has_fill:
        notes += _fill(rng, n_steps * step_seconds, step_seconds)
    bend = float(rng.normal(0.0, 1.5)) if rng.random() < 0.5 else 0.0
    return Take(
        label=_label(style, kit, bpm),
        presets=(Preset(DRUM_BANK, kit.number),),
        notes=tuple(notes),
        seconds=n_bars * STEPS_PER_BAR * step_seconds,
        bend_semitones=(bend, bend),
        balance=float(rng.uniform(0.3, 0.7)),
        is_exact=True,
    )
