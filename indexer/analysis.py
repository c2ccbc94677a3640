"""Tempo of loops, and key or root note of what has one."""

from collections.abc import Iterator

from db.records import Features, Reading
from indexer.encoder import Waveform
from indexer.form import form_of
from indexer.tempo import estimate_tempo
from indexer.tonality import estimate_key


def analyse(waveform: Waveform, sample_rate_hz: int, features: Features) -> Iterator[Reading]:
    """Yield what can be read from the sound itself; 5 ms for a second of a loop."""
    form = form_of(features.duration_seconds, features.n_onsets).name
    if form == "loop":
        tempo = estimate_tempo(waveform, sample_rate_hz)
        if tempo is not None:
            yield tempo
    key = estimate_key(waveform, sample_rate_hz)
    if key is not None:
        yield key
