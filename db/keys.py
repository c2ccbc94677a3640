"""Names of musical keys and notes, in every notation that producers write."""

import re
import unicodedata
from math import log2
from typing import NamedTuple

PITCH_CLASSES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
KEYS = tuple(f"{name}{mode}" for name in PITCH_CLASSES for mode in ("m", ""))  # every canonical spelling

_NAMES = {name.lower(): step for step, name in enumerate(PITCH_CLASSES)} | {
    f"{name.lower()}b": step - 1 for step, name in enumerate(PITCH_CLASSES) if len(name) == 1
}
# Frequency of every note from C0 to B9 by its name in lower case; A4 is 440 Hz, C4 the middle C.
NOTE_HZ = {
    f"{name}{octave}": 440 * 2 ** ((step - 9) / 12 + octave - 4)
    for octave in range(10)
    for name, step in _NAMES.items()
}

_LETTERS = {"c": 0, "d": 2, "e": 4, "f": 5, "g": 7, "a": 9, "b": 11, "h": 11}
_SYLLABLES = {"do": 0, "ut": 0, "re": 2, "mi": 4, "fa": 5, "sol": 7, "la": 9, "si": 11}
_SHARPS = frozenset("# ♯ is s sharp diese diesis sostenido sustenido".split())
_GERMAN = frozenset("moll mol dur".split())
_MINOR = frozenset("m min minor moll mol mineur minore menor aeolian dorian phrygian".split())
_MAJOR = frozenset("maj major dur majeur maggiore mayor maior ionian lydian mixolydian".split())
_LONG_MODES = "|".join(sorted((_MINOR | _MAJOR) - {"m"}, key=len, reverse=True))
# Words that continue the name of a key after its root: "F sharp harmonic minor".
CONTINUATIONS = (
    frozenset("sharp flat natural harmonic melodic bemol bemolle # b".split()) | _SHARPS - {"is", "s"} | _MINOR | _MAJOR
)
_KEY = re.compile(
    rf"""
    (?:
        (?P<letter>[a-h])
        (?P<accidental>\ ?(?:[#♯♭]|sharp|flat)|is|es|b|s(?=\ ?(?:{_LONG_MODES}|m\b)))?
      | (?P<syllable>do|ut|re|mi|fa|sol|la|si)
        (?P<syllable_accidental>\ ?(?:[#♯♭b]|sharp|flat|diese|diesis|bemol|bemolle|sostenido|sustenido))?
    )
    (?:\ ?(?:natural|harmonic|melodic)(?=\ ?min))?
    \ ?(?P<mode>{_LONG_MODES}|m)?
    (?P<chord>(?:maj)?(?:6|7|9|11|13|69)(?:b5|\#5|b9|\#9|\#11|add\d+)?|add\d+|sus[24]?)?
    """,
    re.VERBOSE | re.IGNORECASE,
)
# The circle of fifths as DJs number it: Camelot (8A is A minor, 8B C major) and Open Key (1m, 1d).
_WHEEL = re.compile(r"(0?[1-9]|1[0-2]) ?([ABabdm])", re.ASCII)
_FIRST_OF_WHEEL = {"a": (8, True), "b": (11, False), "m": (9, True), "d": (0, False)}


class KeyName(NamedTuple):
    """A key as it was written.

    Attributes:
        key: Its canonical spelling.
        mode: What says that it is minor or major, in lower case; "" where nothing does.
        is_chord: It was written as a chord, such as Dm7.
        is_number: It was written as its number in the circle of fifths, such as 8A.
    """

    key: str
    mode: str = ""
    is_chord: bool = False
    is_number: bool = False


def note_name(frequency_hz: float) -> str:
    """Name the nearest note: 440 is ``"A4"``."""
    return midi_note_name(round(12 * log2(frequency_hz / 440)) + 69)


def midi_note_name(note: int) -> str:
    """Name a MIDI note: 60, the middle C, is ``"C4"``."""
    return f"{PITCH_CLASSES[note % 12]}{note // 12 - 1}"


def canonical_key(text: str) -> str | None:
    """Return one spelling for every name of a key, or None where the text is not a key.

    Sharps, ``m`` for minor, nothing for major: ``"Bbmin"``, ``"a# minor"``, ``"b-moll"``, ``"La# menor"`` and ``"3A"``
    are all ``"A#m"``.
    """
    found = parse_key(text)
    return None if found is None else found.key


def parse_key(text: str) -> KeyName | None:
    """Read a key in English, German, French, Italian, Spanish or Portuguese, as a chord, or as Camelot or Open Key.

    Returns:
        None where the text is anything but a key.
    """
    words = re.sub(r"[\s_\-]+", " ", without_accents(text)).strip()
    number = _WHEEL.fullmatch(words)
    if number:
        step, is_minor = _FIRST_OF_WHEEL[number[2].lower()]
        return KeyName(_spelled(step + 7 * (int(number[1]) - 1), is_minor=is_minor), number[2], is_number=True)
    match = _KEY.fullmatch(words)
    if match is None or (words in {"H", "h"}):
        return None
    mode = match["mode"] or ""
    step = _step(match, is_german=mode.lower() in _GERMAN)
    if match["accidental"] == "B" and len(mode) < 3:  # "AB" and "EBM" are no keys, "EBMIN" is one
        return None
    is_minor = mode.lower() in _MINOR and mode != "M"
    return KeyName(_spelled(step, is_minor=is_minor), mode.lower(), is_chord=bool(match["chord"]))


def _step(match: re.Match[str], *, is_german: bool) -> int:
    """Return semitones above C; in German B is B flat, H is B, and As and Es are flats."""
    if match["syllable"]:
        accidental = (match["syllable_accidental"] or "").strip().lower()
        return _SYLLABLES[match["syllable"].lower()] + _semitone(accidental)
    letter, accidental = match["letter"].lower(), (match["accidental"] or "").strip().lower()
    if accidental == "s" and (is_german or letter == "e"):
        accidental = "es"
    if is_german and letter == "b" and not accidental:
        accidental = "b"
    return _LETTERS[letter] + _semitone(accidental)


def _semitone(accidental: str) -> int:
    return 0 if not accidental else 1 if accidental in _SHARPS else -1


def _spelled(step: int, *, is_minor: bool) -> str:
    return PITCH_CLASSES[step % 12] + "m" * is_minor


def without_accents(text: str) -> str:
    """Return a text with its letters bare: "Ré" is "Re"."""
    if text.isascii():
        return text
    return "".join(
        character for character in unicodedata.normalize("NFKD", text) if not unicodedata.combining(character)
    )
