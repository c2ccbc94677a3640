"""Conditions in plain words: "120-130", "F# minor", "2 bars" are ``bpm:120..130``, ``key:F#m``, ``bars:2``.

Only what can hardly mean anything else is read so; a word in quotes never is.
"""

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeAlias

from db.keys import canonical_key

_SLOWEST, _FASTEST = 40.0, 300.0  # a bare range of numbers is one of tempos between these
_ABOUT = 0.03  # of a tempo, on either side
_COUNTS = {"one": "1", "two": "2", "four": "4", "eight": "8", "sixteen": "16"}

_NUMBER = r"\d{2,3}(?:\.\d+)?"
_SECONDS = r"(?P<value>\d+(?:\.\d+)?)\s?(?P<unit>ms|s|secs?|seconds?|milliseconds?)"
_ACCIDENTAL = r"(?:\s?(?:[#♯♭]|sharp|flat)|b|is|es)?"
_MODE = r"(?:minor|major|min|maj|moll|dur)"


class Condition(NamedTuple):
    """A condition that was read.

    Attributes:
        words: As they were written.
        name: Of the filter.
        value: As it stands behind the filter's name.
    """

    words: str
    name: str
    value: str


_Reader: TypeAlias = Callable[[re.Match[str]], tuple[str, str] | None]
"""Returns the name of a filter and its value; None where the words mean something else after all."""


def read_conditions(phrases: Sequence[str]) -> tuple[list[str], list[Condition]]:
    """Read the conditions among phrases without quotes.

    Returns:
        The phrases without the words of conditions, empty ones left out, and the conditions.
    """
    found: list[Condition] = []
    left = [_read(phrase, found) for phrase in phrases]
    return [phrase for phrase in left if phrase], found


def _read(phrase: str, found: list[Condition]) -> str:
    for pattern, reader in _PATTERNS:
        match = pattern.search(phrase)
        while match is not None:
            meaning = reader(match)
            if meaning is None:
                match = pattern.search(phrase, match.end())
                continue
            found.append(Condition(match[0].strip(), *meaning))
            phrase = f"{phrase[: match.start()]} {phrase[match.end() :]}"
            match = pattern.search(phrase, match.start())
    return " ".join(word for word in phrase.split() if word not in {"-", "+"})


def _tempo_range(match: re.Match[str]) -> tuple[str, str] | None:
    low, high = float(match["low"]), float(match["high"])
    if not match["bpm"] and not _SLOWEST <= low < high <= _FASTEST:
        return None
    return _tempo_filter(match), f"{match['low']}..{match['high']}"


def _tempo(match: re.Match[str]) -> tuple[str, str]:
    number = match["number"] or match["number_behind"]
    if not match["about"]:
        return _tempo_filter(match), number
    low, high = (float(number) * share for share in (1 - _ABOUT, 1 + _ABOUT))
    return _tempo_filter(match), f"{low:.2f}..{high:.2f}"


def _tempo_filter(match: re.Match[str]) -> str:
    """Return the filter; who says half or double time takes a tempo, its half and its double for the same."""
    return "tempo" if match["feel_before"] or match["feel"] else "bpm"


def _key(match: re.Match[str]) -> tuple[str, str] | None:
    key = canonical_key(match["key"])
    return None if key is None else ("key", key)


def _bars(match: re.Match[str]) -> tuple[str, str]:
    return "bars", _COUNTS.get(match["n"].lower(), match["n"])


def _length(match: re.Match[str]) -> tuple[str, str]:
    unit = "ms" if match["unit"].lower().startswith("m") else "s"
    return "len", f"{'<' if match['below'] else '>'}{match['value']}{unit}"


def _pattern(text: str, flags: int = re.IGNORECASE) -> re.Pattern[str]:
    return re.compile(rf"(?<!\S)(?:{text})(?![^\s,;])[,;]?", flags)


_FEEL_BEFORE = r"(?:(?P<feel_before>(?:half|double)[\s-]?time)\s+)?(?:at\s+)?"
_FEEL = r"(?:\s+(?P<feel>(?:half|double)[\s-]?time))?"
_PATTERNS: tuple[tuple[re.Pattern[str], _Reader], ...] = (
    (
        _pattern(
            rf"{_FEEL_BEFORE}(?P<low>{_NUMBER})\s?(?:-|\u2013|\.\.|to)\s?(?P<high>{_NUMBER})\s?(?P<bpm>bpm){_FEEL}"
        ),
        _tempo_range,
    ),
    (_pattern(rf"{_FEEL_BEFORE}(?P<low>{_NUMBER})(?:-|\u2013|\.\.)(?P<high>{_NUMBER})(?P<bpm>){_FEEL}"), _tempo_range),
    (
        _pattern(
            rf"{_FEEL_BEFORE}(?P<about>around\s|about\s|circa\s|~)?\s?"
            rf"(?:(?P<number>{_NUMBER})\s?bpm|bpm\s(?P<number_behind>{_NUMBER})){_FEEL}"
        ),
        _tempo,
    ),
    (
        _pattern(
            rf"(?:(?:in|key|key\sof)\s+)?(?P<key>[a-h]{_ACCIDENTAL}[\s-]?{_MODE})(?!\s(?:chords?|scales?|thirds?|key))"
        ),
        _key,
    ),
    (_pattern(r"(?:(?i:in|key|key\sof)\s+)(?P<key>[A-G](?:[#♯♭]|b)?m?)", 0), _key),
    (_pattern(r"(?P<key>[A-G](?:(?:[#♯♭]|b)m|m|[#♯]))", 0), _key),
    (_pattern(rf"(?P<n>\d{{1,2}}|{'|'.join(_COUNTS)})[\s-]?bars?"), _bars),
    (
        _pattern(
            rf"(?:(?P<below>under|below|less\sthan|shorter\sthan|up\sto)|over|above|more\sthan|longer\sthan)\s{_SECONDS}"
        ),
        _length,
    ),
)
