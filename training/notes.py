"""Notes and chords of known pitch, rendered from a soundfont."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from db.keys import PITCH_CLASSES
from indexer.audio.waveform import Waveform
from training.fluidsynth import SOUNDFONTS, Preset, Take, render
from training.general_midi import Label
from training.midi import Note

# General MIDI: piano, electric pianos, harpsichord, vibraphone, marimba, organ, guitars, basses, strings, choir,
# trumpet, saxophone, flute, synth lead and pad.
_PROGRAMS = (0, 4, 5, 6, 11, 12, 16, 24, 27, 33, 38, 48, 52, 56, 65, 73, 80, 81, 89)
_BASSES = frozenset({33, 38})
_SECONDS = 1.5


@dataclass(frozen=True)
class Rendered:
    """One note or chord; ``key`` is its root, or for a chord root and mode: ``"A"``, ``"Am"``."""

    waveform: Waveform
    key: str
    is_chord: bool


def is_available() -> bool:
    return SOUNDFONTS[0].exists()


def make_notes(n: int, work_dir: Path, seed: int = 0) -> Iterator[Rendered]:
    """Yield single notes (half of them), major and minor triads, in the range in which each instrument is played."""
    rng = np.random.default_rng(seed)
    takes, truths = [], []
    for _ in range(n):
        program = int(rng.choice(_PROGRAMS))
        is_chord = bool(rng.random() < 0.5) and program not in _BASSES
        root = int(rng.integers(28, 52) if program in _BASSES else rng.integers(45, 76))
        third = int(rng.choice([3, 4]))
        keys = (root, root + third, root + 7) if is_chord else (root,)
        velocity, held = int(rng.integers(50, 120)), float(rng.uniform(0.4, 1.2))
        notes = tuple(Note(0.0, held, key, velocity) for key in keys)
        takes.append(Take(Label("note", "melodic"), (Preset(0, program),), notes, _SECONDS))
        truths.append((PITCH_CLASSES[root % 12] + "m" * (is_chord and third == 3), is_chord))
    for waveform, (key, is_chord) in zip(render(takes, SOUNDFONTS[0], work_dir), truths, strict=True):
        if waveform is not None:
            yield Rendered(waveform, key, is_chord)
