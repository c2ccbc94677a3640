"""What brings a sound to the tempo and the key of a project."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import log2

from db.errors import UsageError
from db.keys import PITCH_CLASSES, canonical_key
from db.resolution import SURE
from db.types import Reading, Sample, Source

SLOWEST_BPM, FASTEST_BPM = 40.0, 300.0
_SAME_TEMPO = 0.002  # a tempo that differs by less is the same
_RELATIVE_MAJOR = 3  # semitones above a minor key


@dataclass(frozen=True, slots=True)
class Project:
    """Tempo and key to bring sounds to; None leaves either as it is.

    Attributes:
        key: Canonical, as of `db.keys.canonical_key`.
        takes_unsure: Sounds are adapted even where their own tempo or key is uncertain.
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
    """How to adapt one sound.

    Attributes:
        tempo_factor: New tempo divided by the old one; above 1 is shorter.
        semitones: To transpose by, -6 to 5.
        reasons: What is done, or why it is not, in a few words each.
    """

    tempo_factor: float = 1.0
    semitones: int = 0
    reasons: tuple[str, ...] = ()


def read_project(tempo_bpm: float | None, key: str | None, *, takes_unsure: bool = False) -> Project:
    """Check what was asked for.

    Raises:
        UsageError: The tempo is none, or the key cannot be read.
    """
    if tempo_bpm is not None and not SLOWEST_BPM <= tempo_bpm <= FASTEST_BPM:
        raise UsageError(f"A tempo lies between {SLOWEST_BPM:g} and {FASTEST_BPM:g}, such as: --bpm 128")
    return Project(tempo_bpm, None if key is None else read_key(key), takes_unsure)


def read_key(text: str) -> str:
    """Return the canonical spelling of a key.

    Raises:
        UsageError: It is none.
    """
    key = canonical_key(text)
    if key is None:
        raise UsageError(f"{text!r} is no key. Give one such as Am, F# or 8A.")
    return key


def conform(sample: Sample, project: Project) -> Conformed:
    """Return what brings a sound to a project: loops are stretched, what is no drum is transposed.

    A tempo counts as well as half and twice of it: the nearest is taken. Between loops, a minor key and its relative
    major are one; a single sound moves from its root to that of the project.
    """
    factor, semitones, reasons = 1.0, 0, list[str]()
    if project.tempo_bpm is not None and _has_tag(sample, "form", "loop"):
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
            semitones = _semitones(sample.key.text, project.key, is_single=_has_tag(sample, "form", "one-shot"))
            reasons += [f"{sample.key.text} by {semitones:+d} to {project.key}"] if semitones else []
    return Conformed(factor, semitones, tuple(reasons))


def _unsure(name: str, reading: Reading | None, project: Project) -> Iterator[str]:
    if reading is None:
        yield f"{name} unknown: not changed"
    elif reading.confidence < SURE and reading.source != Source.USER and not project.takes_unsure:
        yield f"{name} {reading.confidence:.0%} sure: not changed"


def _semitones(key: str, target: str, *, is_single: bool) -> int:
    """Return the shortest way from one key to another, in semitones."""
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


def _has_tag(sample: Sample, facet: str, name: str) -> bool:
    return any((tag.facet, tag.name) == (facet, name) for tag in sample.tags)
