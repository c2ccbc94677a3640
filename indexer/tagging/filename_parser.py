"""Read what producers write into file and folder names: words, tempo, key."""

import re
from collections.abc import Collection, Iterator

from db.keys import canonical_key
from db.types import Reading, Source

_MIN_BPM, _MAX_BPM = 40.0, 300.0
_MIN_BARE_BPM, _MAX_BARE_BPM = 60, 200  # numbers without a unit: outside, series and models are likelier

_LOOP_WORDS = frozenset("loop loops lp beat beats groove grooves break breaks breakbeat fill fills riff riffs".split())
_TONAL_WORDS = frozenset(
    "bass sub 808 pad pads chord chords stab piano rhodes keys synth lead guitar melody melodic pluck plucked string "
    "strings brass organ bell bells vocal vox arp flute sax horn choir drone key kalimba marimba".split()
)
_DRUM_WORDS = frozenset("drum drums kick snare clap hat hats hihat perc percussion top tops tom cymbal".split())
# A number after one of these counts takes or names a machine: "Vol 90", "SH-101", "Kick 128".
_NUMBERED_WORDS = frozenset(
    "vol volume pack part pt no nr num take track kit preset patch version ver rev id bit note midi vel velocity v "
    "kick snare clap hat hihat tom tr tb sh mc mpc sp dr cr dx jx juno jd xv".split()
)

_EXTENSION = re.compile(r"\.[A-Za-z][A-Za-z0-9]{1,4}$")
_SEPARATORS = re.compile(r"[\s_\-.,()\[\]{}+&]+")
_ASCII_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_TEMPO = re.compile(
    r"(?:(?P<low>[1-9]\d{1,2}) ?- ?)?(?<![\d.,])(?P<before>\d{2,3}(?:[.,]\d{1,2})?)[ _-]?bpm(?![a-z])"
    r"|(?<![a-z])bpm[ _-]?(?P<after>\d{2,3})(?!\d)",
    re.IGNORECASE | re.ASCII,
)
_KEY_WITH_MODE = re.compile(r"([A-G](?:#|b|♯|♭|sharp|flat)?)(maj|min|major|minor)(?:7|9|11|13)?", re.IGNORECASE)
_MINOR_KEY = re.compile(r"[A-G][#b♯♭]?m|[a-g][#♯]m")
_TONIC = re.compile(r"[A-G][#b♯♭]?")
_BARE_TONIC = re.compile(r"(?:^|[_\-\[(])([A-G])(?=$|[_\-\])])")  # not between spaces, where "A" is an article
_NOTE = re.compile(r"([A-G][#b♯♭]?)-?[0-8]")


def words_in(name: str) -> list[str]:
    """Split a name into lower-case words and numbers.

    Words end at separators, between letters and digits, and where camel case starts a new one: ``"HiHatTR808_open"``
    is ``["hi", "hat", "tr", "808", "open"]``.
    """
    if name.isascii():  # 1 us; letter by letter it is 20, which counts when a whole library is tagged again
        return [word.lower() for word in _ASCII_WORD.findall(name)]
    return [word.lower() for word in "".join(_spaced(name)).split()]


def is_series(number: str) -> bool:
    """Say whether a number, such as 7, 12 and 003, counts a series; 808 names a machine and 120 a tempo."""
    return len(number) < 3 or number[0] == "0"


def without_series(name: str, meant: Collection[str] = ()) -> str:
    """Cut the number that counts a series off the end of a name, before its extension if there is one.

    Args:
        name: Of a file, with or without the path to it.
        meant: Numbers that are kept.
    """
    stem, dot, extension = name.rpartition(".")
    if not dot:
        stem, extension = name, ""
    bare = stem.rstrip("0123456789")
    number = stem[len(bare) :]
    return bare + dot + extension if number and is_series(number) and number not in meant else name


def _spaced(name: str) -> Iterator[str]:
    """Yield the characters of a name, with a space wherever a word ends."""
    for before, here, after in zip(" " + name, name, name[1:] + " ", strict=False):
        is_new_number = here.isdigit() != before.isdigit()
        is_capital = here.isupper() and (before.islower() or (before.isupper() and after.islower()))
        if is_new_number or is_capital:
            yield " "
        yield here if here.isalnum() else " "


def readings_from_name(display_path: str) -> tuple[Reading, ...]:
    """Read tempo and key from the name of a file, or with less confidence from the nearest folder that tells.

    Years, model numbers such as 808, note and series numbers are not read as tempo.

    Args:
        display_path: Path below its root as shown to the user, ``/``-separated.
    """
    *folders, name = display_path.split("/")
    stem = _EXTENSION.sub("", name)
    context = frozenset(words_in(display_path))
    has_key_mark = any(confidence >= 0.8 for confidence, _ in _certain_keys(stem))
    tempo = _tempo_with_unit(stem, 0.95) or _bare_tempo(stem, context, has_key_mark=has_key_mark)
    key = _key(stem, context, has_tempo=tempo is not None)
    for folder in reversed(folders):
        tempo = tempo or _tempo_with_unit(folder, 0.8)
        key = key or _best_key(list(_certain_keys(folder)), 0.8)
    return tuple(reading for reading in (tempo, key) if reading is not None)


def _tempo(number: float, confidence: float) -> Reading | None:
    if not _MIN_BPM <= number <= _MAX_BPM:
        return None
    return Reading("bpm", Source.FILENAME, confidence, number=number)


def _tempo_with_unit(text: str, confidence: float) -> Reading | None:
    """Find ``120bpm``, ``bpm_120``; a range such as ``120-130 bpm`` says nothing of one sound."""
    for match in _TEMPO.finditer(text):
        if match["low"] and float(match["low"]) >= _MIN_BPM:
            continue
        reading = _tempo(float((match["before"] or match["after"]).replace(",", ".")), confidence)
        if reading is not None:
            return reading
    return None


def _bare_tempo(stem: str, context: frozenset[str], *, has_key_mark: bool) -> Reading | None:
    """Find a lone number that can be a tempo, in a name or folder that speaks of loops or beside a key."""
    if not (has_key_mark or context & _LOOP_WORDS):
        return None
    tokens = _SEPARATORS.split(stem)
    places = [
        place
        for place, token in enumerate(tokens)
        if re.fullmatch(r"[1-9]\d{1,2}", token, re.ASCII)
        and _MIN_BARE_BPM <= int(token) <= _MAX_BARE_BPM
        and (place == 0 or tokens[place - 1].lower() not in _NUMBERED_WORDS)
    ]
    if len(places) != 1:
        return None
    is_last = places[0] == len(tokens) - 1  # where series are numbered
    confidence = 0.8 if has_key_mark else 0.4 if is_last else 0.6
    return _tempo(float(tokens[places[0]]), confidence)


def _key(stem: str, context: frozenset[str], *, has_tempo: bool) -> Reading | None:
    """Find a key in a file name; a letter alone needs a context in which it can be one."""
    keys = list(_certain_keys(stem))
    if context & _TONAL_WORDS or (has_tempo and not context & _DRUM_WORDS):
        keys += [(0.4, tonic) for tonic in _BARE_TONIC.findall(stem)]
    if context & _TONAL_WORDS:
        notes = [_NOTE.fullmatch(token) for token in _SEPARATORS.split(stem)]
        keys += [(0.5, note[1]) for note in notes if note]
    return _best_key(keys)


def _certain_keys(text: str) -> Iterator[tuple[float, str]]:
    """Yield confidence and text of every token that hardly means anything but a key."""
    tokens = _SEPARATORS.split(text)
    for token, following in zip(tokens, [*tokens[1:], ""], strict=True):
        if match := _KEY_WITH_MODE.fullmatch(token):
            tonic = match[1].lower().replace("sharp", "#").replace("flat", "b")
            yield 0.9, tonic + match[2].lower()
        elif _MINOR_KEY.fullmatch(token):
            yield 0.85, token
        elif _TONIC.fullmatch(token) and following.lower() in {"min", "maj", "minor", "major"}:
            yield 0.9, f"{token} {following.lower()}"
        elif _TONIC.fullmatch(token) and len(token) == 2:
            yield 0.6, token


def _best_key(keys: list[tuple[float, str]], trust: float = 1.0) -> Reading | None:
    """Choose the surest key; two that differ and are equally sure share the confidence."""
    named = [(confidence, key) for confidence, text in keys if (key := canonical_key(text))]
    if not named:
        return None
    top, key = max(named, key=lambda pair: pair[0])
    n_rivals = len({other for confidence, other in named if confidence == top})
    return Reading("key", Source.FILENAME, round(trust * top / n_rivals, 3), text=key)
