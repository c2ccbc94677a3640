"""Make a keymapped instrument from sounds of one instrument at several notes; each plays the keys around its note.

Notes are read from file names (``Rhodes C#3 v2.wav``), or taken from the measured pitch where names have none. Whether
middle C is ``C4`` or ``C3`` is decided by the measured pitches. Several sounds of one note become velocity layers if
their names say how hard they were played.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from db.errors import UsageError
from db.keys import PITCH_CLASSES
from db.types import Sample
from indexer.export.kits.zones import Zone
from indexer.kits.notes import measured_note

_NOTE = re.compile(r"(?<![A-Za-z0-9])([A-Ga-g])([#sb]?)(-?\d)(?![0-9A-Za-z#])")
_VELOCITY = re.compile(r"(?<![A-Za-z])(?:v|vel|velocity)[ _-]?(\d{1,3})(?![0-9A-Za-z])", re.IGNORECASE)
_LOUDNESS = ("ppp", "pp", "p", "mp", "mf", "f", "ff", "fff")
_WORDS = {"soft": 1.5, "quiet": 1.5, "medium": 3.5, "med": 3.5, "loud": 5.5, "hard": 6.0}
_STEPS = {name.lower(): step for step, name in enumerate(PITCH_CLASSES)}
_MIDDLE_C_OCTAVES = (-1, -2)  # C4 is note 60 (scientific), or C3 is (Yamaha, Ableton)
_LOUDEST = 127


@dataclass(frozen=True, slots=True)
class Instrument:
    """Sounds and the keys that play them.

    Attributes:
        name: The part that the file names have in common.
        samples: In order of note, then of velocity.
        keymap: Zones by sample id; their ``file`` is empty.
        n_left_out: Number of sounds of other instruments, without a note, or of a note and velocity that is taken.
    """

    name: str
    samples: tuple[Sample, ...]
    keymap: Mapping[int, Zone]
    n_left_out: int


class _Part(NamedTuple):
    sample: Sample
    name: str  # without note and velocity
    step: int | None  # MIDI note of its name, with octave -1 for the first one
    pitch: float | None  # MIDI note that was measured
    velocity: float | None


def make_instrument(samples: Sequence[Sample]) -> Instrument:
    """Return a keymap for the instrument to which most of the sounds belong.

    Raises:
        UsageError: No instrument has two notes.
    """
    groups = defaultdict[tuple[Path, str], list[_Part]](list)
    for sample in samples:
        part = _read(sample)
        if part.step is not None or part.pitch is not None:
            groups[sample.path.parent, part.name].append(part)
    parts = max(groups.values(), key=len, default=[])
    by_note = _by_note(parts)
    if len(by_note) < 2:
        raise UsageError(
            "An instrument needs two notes: sounds in one folder whose names differ only in the note, "
            "such as Rhodes C3.wav and Rhodes G3.wav, or whose measured pitch is certain."
        )
    notes = sorted(by_note)
    keymap: dict[int, Zone] = {}
    ordered: list[Sample] = []
    for place, note in enumerate(notes):
        low = 0 if place == 0 else (notes[place - 1] + note) // 2 + 1
        high = 127 if place == len(notes) - 1 else (note + notes[place + 1]) // 2
        for sample, softest, loudest in _layers(by_note[note]):
            keymap[sample.id] = Zone("", note, low, high, softest, loudest)
            ordered.append(sample)
    return Instrument(parts[0].name or ordered[0].path.parent.name, tuple(ordered), keymap, len(samples) - len(ordered))


def _read(sample: Sample) -> _Part:
    stem = sample.path.stem
    found = list(_NOTE.finditer(stem))
    step = None
    if found:
        letter, accidental, octave = found[-1].groups()
        step = _STEPS[letter.lower()] + {"#": 1, "s": 1, "b": -1}.get(accidental, 0) + 12 * int(octave)
        stem = stem[: found[-1].start()] + stem[found[-1].end() :]
    velocity, stem = _read_velocity(stem)
    name = " ".join(re.split(r"[\s_-]+", stem)).strip()
    return _Part(sample, re.sub(r"\s*\d*$", "", name) if step is None else name, step, measured_note(sample), velocity)


def _read_velocity(stem: str) -> tuple[float | None, str]:
    """Return how hard a sound was played, in any unit, and the name without that part."""
    numbered = _VELOCITY.search(stem)
    if numbered:
        return float(numbered[1]), stem[: numbered.start()] + stem[numbered.end() :]
    for word in re.finditer(r"[A-Za-z]+", stem):
        named = word[0].casefold()
        loudness = _LOUDNESS.index(named) if named in _LOUDNESS else _WORDS.get(named)
        if loudness is not None:
            return float(loudness), stem[: word.start()] + stem[word.end() :]
    return None, stem


def _by_note(parts: Sequence[_Part]) -> dict[int, list[_Part]]:
    """Return the sounds of each MIDI note, with the octave numbering that agrees best with the measured pitches."""
    named = [part for part in parts if part.step is not None]
    octave = min(_MIDDLE_C_OCTAVES, key=lambda start: _disagreement(named, -12 * start))
    notes = defaultdict[int, list[_Part]](list)
    for part in parts:
        note = round(part.pitch or 0) if part.step is None else part.step - 12 * octave
        if 0 <= note <= 127:
            notes[note].append(part)
    return dict(notes)


def _disagreement(parts: Sequence[_Part], shift: int) -> float:
    pairs = [(part.step, part.pitch) for part in parts]
    return sum(abs(step + shift - pitch) for step, pitch in pairs if step is not None and pitch is not None)


def _layers(parts: Sequence[_Part]) -> list[tuple[Sample, int, int]]:
    """Return the sounds of a note with their velocity ranges; only the first if names do not tell them apart."""
    by_velocity = {part.velocity: part.sample for part in reversed(parts)}
    if len(by_velocity) < 2 or None in by_velocity:
        return [(parts[0].sample, 1, _LOUDEST)]
    ordered = sorted((velocity, sample) for velocity, sample in by_velocity.items() if velocity is not None)
    is_midi = ordered[-1][0] > len(_LOUDNESS) + len(ordered)  # v36, v80, v127; not v1, v2, v3
    n = len(ordered)
    ends = [
        _LOUDEST if place == n - 1 else int(velocity) if is_midi else _LOUDEST * (place + 1) // n
        for place, (velocity, _) in enumerate(ordered)
    ]
    starts = [1, *(end + 1 for end in ends)]
    layers = zip(ordered, starts, ends, strict=False)
    return [(sample, start, end) for (_, sample), start, end in layers if start <= end]
