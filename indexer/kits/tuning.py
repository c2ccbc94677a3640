"""Tune the pitched sounds of a kit to one another: an 808 to the root of a key, toms to the notes of its chord.

Sounds are repitched as a sampler does it, by playing them faster or slower, so their attacks stay as they are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from db.keys import PITCH_CLASSES
from db.types import Sample
from indexer.export.conform import is_drum, read_key
from indexer.kits.notes import measured_note

_LEAST_SEMITONES = 0.05  # a difference that nobody hears
_TRIADS = {False: (0, 4, 7), True: (0, 3, 7)}  # major, minor


@dataclass(frozen=True, slots=True)
class Tuning:
    """How to repitch the sounds of a kit.

    Attributes:
        key: That they are tuned to; None where none of them has a pitch.
        semitones: By sample id, -6 to 6; sounds that stay as they are are left out.
    """

    key: str | None = None
    semitones: Mapping[int, float] = field(default_factory=dict)


NOT_TUNED = Tuning()


def tune(samples: Sequence[Sample], key: str | None = None) -> Tuning:
    """Tune what has a pitch and is a tom or no drum; kicks, snares and cymbals stay.

    Args:
        samples: The sounds of a kit.
        key: To tune to, in any spelling; where None, the note of the surest pitch, that of a bass first.

    Raises:
        UsageError: The key cannot be read.
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
    """Return the MIDI note of a sound that is to be tuned, with fractions."""
    is_tom = any(tag.name.endswith("tom") for tag in sample.tags if tag.facet == "type")
    return measured_note(sample) if is_tom or not is_drum(sample) else None


def _weight(sample: Sample) -> tuple[bool, bool, float]:
    assert sample.pitch is not None
    is_bass = any("bass" in {tag.name, tag.parent} for tag in sample.tags)
    return is_bass, not is_drum(sample), sample.pitch.confidence


def _nearest(note: float, root: int, intervals: Sequence[int]) -> float:
    """Return the shortest way from a note to one of some intervals above a root, in any octave."""
    ways = [float((root + interval - note + 6) % 12 - 6) for interval in intervals]
    _, nearest = min((abs(way), way) for way in ways)
    return round(nearest, 2)
