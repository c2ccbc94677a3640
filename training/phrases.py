"""Melodic loops: bass lines, riffs, tunes, chord progressions and arpeggios, in a key and at a tempo."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from training.fluidsynth import Preset, Take
from training.general_midi import Program, label
from training.grooves import STEPS_PER_BAR, tempo_words, whole_bars
from training.midi import Note
from training.performances import pick, pick_velocity

SCALES = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "phrygian": (0, 1, 3, 5, 7, 8, 10),
    "minor pentatonic": (0, 3, 5, 7, 10),
    "blues": (0, 3, 5, 6, 7, 10),
}
_MOODS = {"major": "major", "blues": "bluesy", "phrygian": "dark"}  # all other scales are minor
_PROGRESSIONS = ((0, 4, 5, 3), (0, 5, 3, 4), (0, 3, 0, 4), (0, 6, 5, 6), (0, 0, 3, 4), (1, 4, 0, 0))
_TUNE_MANNERS = {"keys", "pluck", "mallet", "solo", "lead", "ensemble", "pad"}
_CHORD_MANNERS = {"keys", "guitar", "pad", "ensemble"}
_ARPEGGIO_MANNERS = {"keys", "pluck", "mallet", "lead", "pad"}


@dataclass(frozen=True)
class _Frame:
    """Tempo, key and length of one phrase."""

    bpm: float
    n_bars: int
    root: int  # MIDI key of the first degree
    scale: str

    @property
    def step_seconds(self) -> float:
        return 60 / self.bpm / 4

    def key_of(self, degree: int) -> int:
        """Turn a degree of the scale, any octave, into a MIDI key."""
        steps = SCALES[self.scale]
        octave, index = divmod(degree, len(steps))
        return int(np.clip(self.root + 12 * octave + steps[index], 12, 120))


def _frame(rng: np.random.Generator, program: Program) -> _Frame:
    bpm = float(rng.uniform(70, 170))
    lowest = max(program.lowest, 26 if program.manner == "bass" else 40)
    highest = max(lowest + 1, min(program.highest - 17, 72))
    scale = list(SCALES)[rng.integers(len(SCALES))]
    return _Frame(bpm, whole_bars(rng, bpm), int(rng.integers(lowest, highest)), scale)


def _rhythm(rng: np.random.Generator, density: float) -> list[int]:
    """Choose the steps of a bar that start a note: beats more likely than off-beats."""
    weight = np.tile((1.0, 0.25, 0.6, 0.3), STEPS_PER_BAR // 4) * density
    steps = np.flatnonzero(rng.random(STEPS_PER_BAR) < weight)
    return [int(step) for step in steps] or [0]


def _loop(program: Program, frame: _Frame, kind: str, notes: list[Note], *words: str) -> Take:
    """Label a phrase and cut it to whole bars."""
    instrument = program.label.kind
    names = (f"{instrument} loop", f"{instrument} riff", *(f"{name} loop" for name in program.label.aliases[:1]))
    mood = _MOODS.get(frame.scale, "minor")
    character = (mood, *tempo_words(frame.bpm), *words, *program.label.character)
    loop = replace(label(kind, names, program.label.source), family="loop")
    return Take(
        label=loop.also(*(word for word in character if word not in {"short", "long", "sustained"})),
        presets=(Preset(program.bank, program.number),),
        notes=tuple(notes),
        seconds=frame.n_bars * STEPS_PER_BAR * frame.step_seconds,
        is_exact=True,
    )


def bass_line(rng: np.random.Generator, programs: Sequence[Program]) -> Take:
    """Play a bar of bass over and over, on roots, fifths and octaves with passing notes."""
    program = pick(rng, [program for program in programs if program.manner == "bass"])
    frame = _frame(rng, program)
    frame = replace(frame, root=int(rng.integers(max(program.lowest, 24), max(program.lowest, 24) + 14)))
    n_degrees = len(SCALES[frame.scale])
    gate = float(rng.uniform(0.4, 1.1))
    bar = [
        (step, int(rng.choice((0, 0, 0, 0, 4, n_degrees, 2, 6, -1))), pick_velocity(rng))
        for step in _rhythm(rng, float(rng.uniform(0.5, 1.3)))
    ]
    notes = _repeat(rng, frame, bar, gate)
    return _loop(program, frame, "bass loop", notes)


def _repeat(rng: np.random.Generator, frame: _Frame, bar: list[tuple[int, int, int]], gate: float) -> list[Note]:
    """Lay out bars of ``(step, degree, velocity)``, each moved to the next degree of a progression now and then."""
    shifts = _PROGRESSIONS[rng.integers(len(_PROGRESSIONS))] if rng.random() < 0.6 else (0,)
    notes = []
    for index in range(frame.n_bars):
        shift = shifts[index % len(shifts)]
        starts = [step for step, _, _ in bar]
        for (step, degree, velocity), following in zip(bar, [*starts[1:], STEPS_PER_BAR], strict=True):
            start = (index * STEPS_PER_BAR + step) * frame.step_seconds
            notes.append(
                Note(start, (following - step) * gate * frame.step_seconds, frame.key_of(degree + shift), velocity)
            )
    return notes


def tune(rng: np.random.Generator, programs: Sequence[Program]) -> Take:
    """Walk up and down a scale in small steps."""
    program = pick(rng, [program for program in programs if program.manner in _TUNE_MANNERS])
    frame = _frame(rng, program)
    degree = int(rng.integers(0, 7))
    bar = []
    for step in _rhythm(rng, float(rng.uniform(0.3, 1.1))):
        bar.append((step, degree, pick_velocity(rng)))
        degree = int(np.clip(degree + rng.choice((-3, -2, -1, -1, 0, 1, 1, 2, 3)), -3, 10))
    return _loop(program, frame, "melodic loop", _repeat(rng, frame, bar, float(rng.uniform(0.4, 1.2))), "melody")


def arpeggio(rng: np.random.Generator, programs: Sequence[Program]) -> Take:
    """Play the notes of chords one after another, in even steps."""
    program = pick(rng, [program for program in programs if program.manner in _ARPEGGIO_MANNERS])
    frame = _frame(rng, program)
    chord = [0, 2, 4, 7, *((9, 11) if rng.random() < 0.4 else ())]
    order = {0: chord, 1: chord[::-1], 2: chord + chord[-2:0:-1], 3: list(rng.permutation(chord))}[int(rng.integers(4))]
    stride = int(rng.choice((1, 1, 2)))
    velocity = pick_velocity(rng)
    bar = [(step, int(order[i % len(order)]), velocity) for i, step in enumerate(range(0, STEPS_PER_BAR, stride))]
    return _loop(program, frame, "arpeggio", _repeat(rng, frame, bar, float(rng.uniform(0.4, 1.5))), "arpeggiated")


def chord_progression(rng: np.random.Generator, programs: Sequence[Program]) -> Take:
    """Play triads of a progression in one rhythm, strummed on guitars."""
    program = pick(rng, [program for program in programs if program.manner in _CHORD_MANNERS])
    frame = _frame(rng, program)
    is_guitar = program.manner == "guitar"
    spread_seconds = float(rng.uniform(0.006, 0.03)) if is_guitar else 0.0
    intervals = (0, 7, 12, 16) if frame.scale == "major" else (0, 7, 12, 15)
    strokes = [(step, 0, pick_velocity(rng)) for step in _rhythm(rng, float(rng.uniform(0.2, 0.9)))]
    notes = []
    for root in _repeat(rng, frame, strokes, gate=0.9):
        for i, interval in enumerate(intervals):
            key = min(120, root.key + interval)
            notes.append(root._replace(start_seconds=root.start_seconds + i * spread_seconds, key=key))
    kind = "guitar loop" if is_guitar else "melodic loop"
    return _loop(program, frame, kind, notes, "chords", *(("strummed",) if is_guitar else ()))


def guitar_riff(rng: np.random.Generator, programs: Sequence[Program]) -> Take:
    """Play single notes or power chords low on a guitar."""
    program = pick(rng, [program for program in programs if program.manner == "guitar"])
    frame = _frame(rng, program)
    frame = replace(frame, root=int(rng.integers(program.lowest, program.lowest + 14)))
    bar = [(step, int(rng.integers(-1, 8)), pick_velocity(rng)) for step in _rhythm(rng, float(rng.uniform(0.4, 1.2)))]
    notes = _repeat(rng, frame, bar, float(rng.uniform(0.4, 1.1)))
    if "distorted" in program.label.character and rng.random() < 0.6:
        notes += [note._replace(key=min(120, note.key + 7)) for note in notes]
    return _loop(program, frame, "guitar loop", notes, "riff")
