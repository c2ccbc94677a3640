"""Measured pitches as MIDI notes."""

from math import log2

from db.types import Sample

_LEAST_CONFIDENCE = 0.5  # of a measured pitch
_A4_HZ, _A4_NOTE = 440.0, 69


def measured_note(sample: Sample) -> float | None:
    """Return the measured MIDI note of a sound, with fractions; None if its pitch is uncertain."""
    pitch = sample.pitch
    if pitch is None or not pitch.number or pitch.confidence < _LEAST_CONFIDENCE:
        return None
    return _A4_NOTE + 12 * log2(pitch.number / _A4_HZ)
