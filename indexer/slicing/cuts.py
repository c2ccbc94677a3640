"""Where to cut a loop: at onsets, beats or the cue points of its file, or into equal parts."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from db.errors import UsageError
from db.paths import display_text
from db.types import Sample
from indexer.audio.decode import decode
from indexer.audio.waveform import Waveform
from indexer.slicing.onsets import Frames, find_beats, find_onsets, snapped

AUTO, ONSETS, BEATS, CUES = "auto", "onsets", "beats", "cues"
MAX_SLICES = 92  # MIDI keys from C1 up
_MAX_SECONDS = 300  # longer sounds are not decoded as a whole
_CROSSING_SECONDS = 0.002  # before a cut, searched for a zero crossing
_SHORTEST_SECONDS = 0.01
_SILENCE_DB = -60.0  # below the peak
_EVEN = 0.02  # of a beat: a loop this close to a whole number of beats is taken to have that length


@dataclass(frozen=True, slots=True)
class Cuts:
    """The slices of a sound.

    Attributes:
        spans: First frame of each slice and the one after its last; the last slice ends with the sound.
        rate_hz: Sample rate of the file.
        by: `ONSETS`, `BEATS`, `CUES`, or a number of equal parts as text.
    """

    spans: tuple[tuple[int, int], ...]
    rate_hz: int
    by: str


def parse_method(text: str) -> str:
    """Return a slicing method if it is valid.

    Raises:
        UsageError: The text is neither a method nor a number of parts.
    """
    if text in {AUTO, ONSETS, BEATS, CUES} or (text.isdecimal() and 2 <= int(text) <= MAX_SLICES):
        return text
    raise UsageError(f"Slice by onsets, beats, cues, or a number of equal parts from 2 to {MAX_SLICES}: --by 16")


def find_cuts(sample: Sample, path: Path, by: str = AUTO) -> Cuts:
    """Return the slices of a sound; each cut is at the last zero crossing before the onset, beat or cue.

    Args:
        sample: The sound; its tempo gives the beats.
        path: File of the sound.
        by: Method, as of `parse_method`; `AUTO` is the cue points of the file, or onsets if it has none.

    Raises:
        SoundError: The sound cannot be decoded.
        UsageError: The file has no cue points, is too long or has too many slices; or librosa is needed and missing.
    """
    name = display_text(path.name)
    if sample.features.duration_seconds > _MAX_SECONDS:
        raise UsageError(f"{name} is longer than {_MAX_SECONDS // 60} minutes. Export a region of it first.")
    decoded = decode(path)
    mono, rate_hz = decoded.mono, decoded.original.sample_rate_hz
    cues = np.array([place for place in decoded.embedded.slices if place < len(mono)], np.int64)
    if by == AUTO:
        by = CUES if len(cues) > 1 else ONSETS
    if by == CUES and not len(cues):
        raise UsageError(f"{name} has no cue points and is not a REX loop. Slice by onsets.")
    if by == CUES:
        places = cues
    elif by == ONSETS:
        places = find_onsets(mono, rate_hz)
    elif by == BEATS:
        places = _beats(sample, mono, rate_hz)
    else:
        places = np.linspace(0, len(mono), int(by), endpoint=False).astype(np.int64)
    spans = _spans(mono, rate_hz, [zero_crossing(mono, rate_hz, int(place)) for place in places])
    if len(spans) > MAX_SLICES:
        raise UsageError(
            f"{name} would have {len(spans)} slices, more than the {MAX_SLICES} keys of a kit. Slice by beats, or "
            "export a region of it first."
        )
    return Cuts(spans, rate_hz, by)


def zero_crossing(mono: Waveform, rate_hz: int, place: int) -> int:
    """Return the last zero crossing up to 2 ms before a frame; without one, the last quietest frame there."""
    first = max(place - round(_CROSSING_SECONDS * rate_hz), 0)
    part = mono[first : place + 1]
    if len(part) < 2:
        return place
    crossings = np.flatnonzero((part[:-1] <= 0) != (part[1:] <= 0))
    return first + (int(crossings[-1]) + 1 if len(crossings) else len(part) - 1 - int(np.abs(part[::-1]).argmin()))


def _beats(sample: Sample, mono: Waveform, rate_hz: int) -> Frames:
    """Return the beats: evenly spaced if the tempo is known, over the whole loop if its length is a number of beats."""
    if sample.bpm is None or not sample.bpm.number:
        return find_beats(mono, rate_hz)
    n_beats = len(mono) / rate_hz * sample.bpm.number / 60
    if n_beats < 2:
        raise UsageError(f"{display_text(sample.path.name)} is shorter than two beats at {sample.bpm.number:g} bpm.")
    if abs(n_beats - round(n_beats)) < _EVEN:
        places = np.linspace(0, len(mono), round(n_beats), endpoint=False)
    else:
        places = np.arange(0, len(mono), 60 / sample.bpm.number * rate_hz)
    return snapped(mono, rate_hz, places.astype(np.int64))


def _spans(mono: Waveform, rate_hz: int, places: Sequence[int]) -> tuple[tuple[int, int], ...]:
    """Return the slices between cuts; sound before the first cut is a slice too."""
    shortest = _SHORTEST_SECONDS * rate_hz
    floor = float(np.abs(mono).max()) * 10 ** (_SILENCE_DB / 20)
    starts: list[int] = []
    for place in sorted(places):
        if not starts and place > shortest and float(np.abs(mono[:place]).max()) > floor:
            starts.append(0)
        if not starts or place - starts[-1] >= shortest:
            starts.append(place)
    starts = starts or [0]
    return tuple(zip(starts, [*starts[1:], len(mono)], strict=True))
