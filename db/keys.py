"""Names of musical keys."""

import re

PITCH_CLASSES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
KEYS = tuple(f"{name}{mode}" for name in PITCH_CLASSES for mode in ("m", ""))  # every canonical spelling
_STEPS = {"": 0, "#": 1, "♯": 1, "b": -1, "♭": -1}
_KEY = re.compile(r"([A-Ga-g])([#b♯♭]?)\s*(maj|major|M|m|min|minor|)", re.ASCII)


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
