"""Render a kit in a beat for the player, without Textual."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from db.errors import SoundError
from db.types import Sample
from indexer.kits.beats import STYLES, Frames, beat_of, render_beat, role_of
from indexer.kits.slots import type_of_slot
from indexer.kits.tuning import Tuning
from indexer.tagging.taxonomy import Taxonomy
from tui.workspace.kits.kit_state import Slot
from tui.workspace.listing.columns import tag_name

Decode = Callable[[Path], Frames]


class KitBeat:
    """Render beats; decoded sounds are kept until the next beat.

    Not safe for several threads at once.

    Args:
        decode: Returns the stereo frames of a file at ``rate_hz``.
        gain: Returns the linear gain that plays a sound as loud as others.
        rate_hz: Sample rate of the beat.
    """

    def __init__(self, decode: Decode, gain: Callable[[Sample], float], rate_hz: int) -> None:
        self._decode = decode
        self._gain = gain
        self._rate_hz = rate_hz
        self._sounds: dict[tuple[Path, float], Frames] = {}

    def render(self, slots: Sequence[Slot], style: str, tempo_bpm: float, tuning: Tuning, taxonomy: Taxonomy) -> Frames:
        """Return four bars of a style, shape ``(n_frames, 2)``; sounds that cannot be decoded are left out.

        Args:
            slots: Slots of the kit.
            style: A style of `STYLES`.
            tempo_bpm: Tempo.
            tuning: Tuning of the sounds.
            taxonomy: Taxonomy of the library, which tells the roles of slots.
        """
        roles = [_role(slot, taxonomy) for slot in slots]
        keys = {
            number: (slot.sample.path, tuning.semitones.get(slot.sample.id, 0.0))
            for number, slot in enumerate(slots)
            if slot.sample is not None
        }
        gains = {number: self._gain(slot.sample) for number, slot in enumerate(slots) if slot.sample is not None}
        self._sounds = {key: self._sounds[key] if key in self._sounds else self._read(*key) for key in keys.values()}
        sounds = {number: self._sounds[key] * gains[number] for number, key in keys.items()}
        return render_beat(beat_of(STYLES[style], roles), sounds, roles, tempo_bpm, self._rate_hz)

    def _read(self, path: Path, semitones: float) -> Frames:
        try:
            frames = self._decode(path)
        except SoundError:
            return np.zeros((1, 2), np.float32)
        if not semitones:
            return frames
        import soxr

        repitched: Frames = soxr.resample(frames, self._rate_hz * 2 ** (semitones / 12), self._rate_hz, quality="HQ")
        return repitched


def _role(slot: Slot, taxonomy: Taxonomy) -> str | None:
    """Return the role of a slot, by its text or else by the type of its sound."""
    role = role_of(type_of_slot(slot.text, taxonomy))
    return role_of(tag_name(slot.sample, "type")) if role is None and slot.sample is not None else role
