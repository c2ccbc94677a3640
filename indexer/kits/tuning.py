"""Tune the pitched sounds of a kit to a key: an 808 to its root, toms to the notes of its triad.

Sounds are repitched as in a sampler, by playing them faster or slower, which keeps their attacks intact.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from db.keys import PITCH_CLASSES
from db.types import Sample
from indexer.export.conform import is_drum, read_key
from indexer.kits.notes import measured_note

_LEAST_SEMITONES = 0.05  # smaller differences are inaudible
_TRIADS = {False: (0, 4, 7), True: (0, 3, 7)}  # major, minor


@dataclass(frozen=True, slots=True)
class Tuning:
    """How to repitch the sounds of a kit.

    Attributes:
        key: Key that they are tuned to; None if no sound has a pitch.
        semitones: Transposition by sample id, -6 to 6; unchanged sounds are left out.
    """

    key: str | None = None
    semitones: Mapping[int, float] = field(default_factory=dict)


NOT_TUNED = Tuning()


def tune(samples: Sequence[Sample], key: str | None = None) -> Tuning:
    """Tune toms and all pitched sounds that are not drums; kicks, snares and cymbals stay as they are.

    Args:
        samples: Sounds of a kit.
        key: Key in any spelling; None for the note of the most certain pitch, that of a bass first.

    Raises:
        UsageError: The key is invalid.
    """
    canonical = None if key is None else read_key(key)
    notes = {sample.id: note for sample in samples if (note := _note(sample)) is not None}
    if not notes:
        return Tuning(canonical)
    if canonical is None:
        surest = max((sample for sample in samples if sample.id in notes), key=_weight)
        canonical = PITCH_CLASSES[round(notes[surest.id]) % 12]
    root, is_minor = PITCH_CLASSES.index(canonical.removesuffix("m")), canonical.endswith("m")
    semitones = {
        sample.id: _nearest(notes[sample.id], root, _TRIADS[is_minor] if is_drum(sample) else (0,))
        for sample in samples
        if sample.id in notes
    }
    return Tuning(canonical, {one: step for one, step in semitones.items() if abs(step) >= _LEAST_SEMITONES})


def _note(sample: Sample) -> float | None:
    """Return the MIDI note of a sound, with fractions; None if it is not to be tuned."""
    is_tom = any(tag.name.endswith("tom") for tag in sample.tags if tag.facet == "type")
    return measured_note(sample) if is_tom or not is_drum(sample) else None


def _weight(sample: Sample) -> tuple[bool, bool, float]:
    assert sample.pitch is not None
    is_bass = any("bass" in {tag.name, tag.parent} for tag in sample.tags)
    return is_bass, not is_drum(sample), sample.pitch.confidence


def _nearest(note: float, root: int, intervals: Sequence[int]) -> float:
    """Return the smallest transposition from a note to one of the intervals above a root, in any octave."""
    ways = [float((root + interval - note + 6) % 12 - 6) for interval in intervals]
    _, nearest = min((abs(way), way) for way in ways)
    return round(nearest, 2)
