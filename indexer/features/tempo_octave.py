"""Half and double of a tempo, its octaves: a loop can be counted in any of them."""

_SLOWEST_BPM, _FASTEST_BPM = 40.0, 300.0


def other_octaves(tempo_bpm: float) -> list[float]:
    """Return half and double of a tempo, as far as they are plausible."""
    return [round(tempo, 2) for tempo in (tempo_bpm / 2, tempo_bpm * 2) if _SLOWEST_BPM <= tempo <= _FASTEST_BPM]
