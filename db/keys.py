"""Names of musical keys and notes."""

import re
from math import log2

PITCH_CLASSES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
KEYS = tuple(f"{name}{mode}" for name in PITCH_CLASSES for mode in ("m", ""))  # every canonical spelling
_STEPS = {"": 0, "#": 1, "♯": 1, "b": -1, "♭": -1}
_KEY = re.compile(r"([A-Ga-g])([#b♯♭]?)\s*(maj|major|M|m|min|minor|)", re.ASCII)

_NAMES = {name.lower(): step for step, name in enumerate(PITCH_CLASSES)} | {
    f"{name.lower()}b": step - 1 for step, name in enumerate(PITCH_CLASSES) if len(name) == 1
}
# Frequency of every note from C0 to B9 by its name in lower case; A4 is 440 Hz, C4 the middle C.
NOTE_HZ = {
    f"{name}{octave}": 440 * 2 ** ((step - 9) / 12 + octave - 4)
    for octave in range(10)
    for name, step in _NAMES.items()
}


def note_name(frequency_hz: float) -> str:
    """Name the nearest note: 440 is ``"A4"``."""
    steps = round(12 * log2(frequency_hz / 440)) + 57
    return f"{PITCH_CLASSES[steps % 12]}{steps // 12}"


def canonical_key(text: str) -> str | None:
    """Return one spelling for every name of a key, or None where the text is not a key.

    Sharps, ``m`` for minor, nothing for major: ``"Bbmin"`` and ``"a# minor"`` are both ``"A#m"``.
    """
    head, tail = text.strip()[:2], text.strip()[2:]
    match = _KEY.fullmatch(head + tail.lower() if len(tail) > 1 else head + tail)
    if match is None:
        return None
    letter, accidental, mode = match.groups()
    step = (PITCH_CLASSES.index(letter.upper()) + _STEPS[accidental]) % 12
    return PITCH_CLASSES[step] + ("m" if mode in {"m", "min", "minor"} else "")
