"""A Standard MIDI file that plays slices as the loop that they were cut from."""

import io

from indexer.slicing.cuts import Cuts

FIRST_NOTE = 36  # C1, the first key of kits
DEFAULT_BPM = 120.0
_TICKS_PER_BEAT = 960
_VELOCITY = 100


def slices_as_midi(cuts: Cuts, tempo_bpm: float | None) -> bytes:
    """Return a MIDI file of type 0 with a note for each slice, from C1 up, as long as the slice.

    Args:
        cuts: Slices of the loop.
        tempo_bpm: Tempo of the loop, so that it follows the tempo of a sequencer; None for 120 BPM.
    """
    import mido

    tempo_bpm = tempo_bpm or DEFAULT_BPM
    track = mido.MidiTrack([mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(tempo_bpm))])
    events: list[tuple[int, int, str]] = []
    for note, span in enumerate(cuts.spans, start=FIRST_NOTE):
        first, last = (_ticks(place / cuts.rate_hz, tempo_bpm) for place in span)
        events += [(first, note, "note_on"), (max(last, first + 1), note, "note_off")]
    now = 0
    for tick, note, kind in sorted(events, key=lambda event: (event[0], event[2] == "note_on")):
        velocity = _VELOCITY if kind == "note_on" else 0
        track.append(mido.Message(kind, note=note, velocity=velocity, time=tick - now))
        now = tick
    track.append(mido.MetaMessage("end_of_track"))
    file = io.BytesIO()
    mido.MidiFile(type=0, ticks_per_beat=_TICKS_PER_BEAT, tracks=[track]).save(file=file)
    return file.getvalue()


def _ticks(seconds: float, tempo_bpm: float) -> int:
    return round(seconds * tempo_bpm / 60 * _TICKS_PER_BEAT)
