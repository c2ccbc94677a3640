"""One-shot, loop or long."""

from functools import cache

from db.types import Source, Tag

FORMS = ("one-shot", "loop", "long")

_LOOP_SECONDS = 0.9
_LOOP_ONSETS = 3
_LONG_SECONDS = 12.0
SURE_OF_TEMPO = 0.25  # what is left to each of two octaves where it is even odds that there is a tempo
_LEAST_LOOP_SECONDS, _LEAST_LOOP_OF_ONE_ONSET = 0.7, 1.5


@cache
def _mark(name: str, confidence: float) -> Tag:
    return Tag("form", name, Source.ANALYSIS, confidence)


def form_of(duration_seconds: float, n_onsets: int, tempo_confidence: float = 0.0) -> Tag:
    """Tell loops from one-shots by length and onsets (0.89 of loops, 0.985 of one-shots).

    Args:
        duration_seconds: Length of the sound.
        n_onsets: Its onsets.
        tempo_confidence: Of the tempo that its analysis found, 0 if none: it tells long loops from other long sounds.
    """
    if duration_seconds > _LONG_SECONDS:
        return _mark("loop", 0.8) if tempo_confidence >= SURE_OF_TEMPO else _mark("long", 0.9)
    is_loop = duration_seconds >= _LOOP_SECONDS and n_onsets >= _LOOP_ONSETS
    return _mark("loop" if is_loop else "one-shot", 0.8)


def can_be_loop(duration_seconds: float, n_onsets: int) -> bool:
    """Say whether a sound that is called a loop can be one: the slices of a beat are called beats too."""
    least = _LEAST_LOOP_SECONDS if n_onsets > 1 else _LEAST_LOOP_OF_ONE_ONSET
    return duration_seconds >= least
