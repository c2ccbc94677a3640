"""Stretch and transpose sounds to the tempo and key of a project."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import log2

from db.errors import UsageError
from db.keys import PITCH_CLASSES, canonical_key
from db.resolution import SURE
from db.types import Reading, Sample, Source

SLOWEST_BPM, FASTEST_BPM = 40.0, 300.0
_SAME_TEMPO = 0.002  # relative difference below which a sound is not stretched
_RELATIVE_MAJOR = 3  # semitones above a minor key


@dataclass(frozen=True, slots=True)
class Project:
    """Tempo and key of a project; None leaves the tempo or key of sounds as it is.

    Attributes:
        key: Canonical spelling, as of `db.keys.canonical_key`.
        takes_unsure: Also adapt sounds whose own tempo or key is uncertain.
    """

    tempo_bpm: float | None = None
    key: str | None = None
    takes_unsure: bool = False

    @property
    def is_set(self) -> bool:
        return self.tempo_bpm is not None or self.key is not None


NO_PROJECT = Project()


@dataclass(frozen=True, slots=True)
class Conformed:
    """How to adapt one sound to a project.

    Attributes:
        tempo_factor: New tempo divided by the old one; above 1 makes the sound shorter.
        semitones: Transposition, -6 to 5.
        reasons: What is changed, or why it is not, each in a few words.
    """

    tempo_factor: float
    semitones: int
    reasons: tuple[str, ...]


def read_project(tempo_bpm: float | None, key: str | None, *, takes_unsure: bool = False) -> Project:
    """Return a project from a tempo in BPM and a key in any spelling.

    Raises:
        UsageError: The tempo is out of range, or the key is invalid.
    """
    if tempo_bpm is not None and not SLOWEST_BPM <= tempo_bpm <= FASTEST_BPM:
        raise UsageError(f"A tempo is between {SLOWEST_BPM:g} and {FASTEST_BPM:g}, such as: --bpm 128")
    return Project(tempo_bpm, None if key is None else read_key(key), takes_unsure)


def read_key(text: str) -> str:
    """Return the canonical spelling of a key.

    Raises:
        UsageError: The text is not a key.
    """
    key = canonical_key(text)
    if key is None:
        raise UsageError(f"{text!r} is not a key. Give one such as Am, F# or 8A.")
    return key


def conform(sample: Sample, project: Project) -> Conformed:
    """Return how to adapt a sound to a project: loops are stretched, and all sounds but drums are transposed.

    A loop is stretched to the project's tempo, its half or its double, whichever is nearest. Loops are transposed so
    that they share the scale of the project, so that a minor key and its relative major are equal; one-shots are
    transposed from their root to the root of the project's key.
    """
    factor, semitones, reasons = 1.0, 0, list[str]()
    if project.tempo_bpm is not None and _has_form(sample, "loop"):
        reasons += _unsure("tempo", sample.bpm, project)
        if not reasons and sample.bpm is not None and sample.bpm.number:
            octaves = log2(project.tempo_bpm / sample.bpm.number)
            factor = 2 ** (octaves - round(octaves))
            factor = 1.0 if abs(factor - 1) < _SAME_TEMPO else factor
            reasons += [] if factor == 1 else [f"{sample.bpm.number:g} to {sample.bpm.number * factor:g} bpm"]
    if project.key is not None and sample.key is not None and not is_drum(sample):
        doubts = list(_unsure("key", sample.key, project))
        reasons += doubts
        if not doubts and sample.key.text:
            semitones = _semitones(sample.key.text, project.key, is_single=_has_form(sample, "one-shot"))
            reasons += [f"{sample.key.text} by {semitones:+d} to {project.key}"] if semitones else []
    return Conformed(factor, semitones, tuple(reasons))


def _unsure(name: str, reading: Reading | None, project: Project) -> Iterator[str]:
    if reading is None:
        yield f"{name} unknown: not changed"
    elif reading.confidence < SURE and reading.source != Source.USER and not project.takes_unsure:
        yield f"{name} {reading.confidence:.0%} sure: not changed"


def _semitones(key: str, target: str, *, is_single: bool) -> int:
    """Return the smallest transposition from one key to another, -6 to 5 semitones."""
    steps = _root(target) - _root(key)
    if not is_single:
        steps = _root(target, as_major=True) - _root(key, as_major=True)
    return (steps + 6) % 12 - 6


def _root(key: str, *, as_major: bool = False) -> int:
    name = key.removesuffix("m")
    return PITCH_CLASSES.index(name) + (_RELATIVE_MAJOR if as_major and name != key else 0)


def is_drum(sample: Sample) -> bool:
    """Say whether the type of a sound is a drum."""
    return any(tag.facet == "type" and "drums" in {tag.name, tag.parent} for tag in sample.tags)


def _has_form(sample: Sample, form: str) -> bool:
    return any((tag.facet, tag.name) == ("form", form) for tag in sample.tags)
