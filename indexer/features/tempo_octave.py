"""Half and double of a tempo: which of them a loop is counted in is a matter of taste."""

_SLOWEST_BPM, _FASTEST_BPM = 40.0, 300.0


def other_octaves(tempo_bpm: float) -> list[float]:
    """Return half and double of a tempo, where anybody would count so."""
    return [round(tempo, 2) for tempo in (tempo_bpm / 2, tempo_bpm * 2) if _SLOWEST_BPM <= tempo <= _FASTEST_BPM]
