"""The MIDI file plays each slice at its time."""

import io

import mido
import pytest

from indexer.slicing.cuts import Cuts
from indexer.slicing.midi import slices_as_midi


@pytest.mark.parametrize("tempo_bpm", [174.0, None])
def test_a_note_a_slice_at_its_time(tempo_bpm: float | None) -> None:
    cuts = Cuts(((4_410, 22_050), (22_050, 44_100), (44_100, 88_200)), 44_100, "onsets")
    file = mido.MidiFile(file=io.BytesIO(slices_as_midi(cuts, tempo_bpm)))
    now, sounding, played = 0.0, {}, []
    for message in file:  # times in seconds
        now += message.time
        if message.type == "note_on":
            sounding[message.note] = now
        elif message.type == "note_off":
            played.append((message.note, sounding.pop(message.note), now))
    assert [note for note, *_ in played] == [36, 37, 38]
    assert [first for _, first, _ in played] == pytest.approx([0.1, 0.5, 1.0], abs=0.001)
    assert [last for *_, last in played] == pytest.approx([0.5, 1.0, 2.0], abs=0.001)
    tempo = next(message.tempo for message in file.tracks[0] if message.type == "set_tempo")
    assert mido.tempo2bpm(tempo) == pytest.approx(tempo_bpm or 120, abs=0.01)
