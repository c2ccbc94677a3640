"""Metadata in a sound file: tempo, key, root note, slices, author and rights."""

from collections.abc import Iterator
from dataclasses import dataclass, fields

from db.keys import PITCH_CLASSES, canonical_key
from db.types import Reading, Source

_SLOWEST_BPM, _FASTEST_BPM = 40.0, 450.0
_DEFAULT_BPM = 120.0
_SAME_TEMPO = 0.02  # of a loop that was cut a few frames early
_BELIEVED, _DOUBTED = 0.9, 0.4
_LOWEST_NOTE, _HIGHEST_NOTE = 12, 119  # C0 to B8


@dataclass(frozen=True, slots=True)
class Embedded:
    """Metadata of one file; None or empty where it has none.

    Attributes:
        tempo_bpm: As written.
        n_beats: Beats in the whole sound.
        key: As written, such as ``"F#m"`` or ``"4A"``.
        root_note: MIDI note number, 60 is the middle C; cents as a fraction.
        is_one_shot: Marked as a one-shot, not a loop.
        slices: First frame of each slice, ascending.
        author: Artist, as written.
        rights: Copyright, licence or comment, as written.
    """

    tempo_bpm: float | None = None
    n_beats: float | None = None
    key: str | None = None
    root_note: float | None = None
    is_one_shot: bool = False
    slices: tuple[int, ...] = ()
    author: str | None = None
    rights: str | None = None

    def or_else(self, other: "Embedded") -> "Embedded":
        """Fill missing values from another."""
        if NOTHING_EMBEDDED in (self, other):
            return self if other == NOTHING_EMBEDDED else other
        return Embedded(*(getattr(self, field.name) or getattr(other, field.name) for field in fields(self)))

    def readings(self, duration_seconds: float) -> Iterator[Reading]:
        """Yield tempo, key and pitch; those that contradict the length of the sound get a low confidence.

        Args:
            duration_seconds: Of the whole sound.
        """
        tempo = None if self.is_one_shot else self._tempo(duration_seconds)
        if tempo is not None:
            yield tempo
        key = None if self.key is None else canonical_key(self.key)
        if key is not None:
            yield Reading("key", Source.EMBEDDED, _BELIEVED, text=key)
        if self.root_note is not None and _LOWEST_NOTE <= self.root_note <= _HIGHEST_NOTE:
            pitch_hz = 440 * 2 ** ((self.root_note - 69) / 12)
            yield Reading("pitch", Source.EMBEDDED, _BELIEVED, number=round(pitch_hz, 2))
            if key is None:
                yield Reading("key", Source.EMBEDDED, _BELIEVED, text=PITCH_CLASSES[round(self.root_note) % 12])

    def _tempo(self, duration_seconds: float) -> Reading | None:
        """Return the tempo as written, or as beats and length give it.

        Where these contradict it, a tail may have been added, or the loop cut: what is written counts, unless it is
        what programs write who never measured it.
        """
        written = self.tempo_bpm if self.tempo_bpm and _is_tempo(self.tempo_bpm) else None
        counted = 60 * self.n_beats / duration_seconds if self.n_beats and duration_seconds > 0 else None
        if counted is None or not _is_tempo(counted):
            confidence = _BELIEVED if counted is None else _DOUBTED
            return None if written is None else _tempo_reading(written, confidence)
        if written is None:
            return _tempo_reading(counted, _BELIEVED)
        if abs(counted / written - 1) <= _SAME_TEMPO:
            return _tempo_reading(written, _BELIEVED)
        return _tempo_reading(counted if written == _DEFAULT_BPM else written, _DOUBTED)


NOTHING_EMBEDDED = Embedded()


def _is_tempo(tempo_bpm: float) -> bool:
    return _SLOWEST_BPM <= tempo_bpm <= _FASTEST_BPM


def _tempo_reading(tempo_bpm: float, confidence: float) -> Reading:
    return Reading("bpm", Source.EMBEDDED, confidence, number=round(tempo_bpm, 2))
