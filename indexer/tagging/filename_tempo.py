"""Tempo in the names of files and folders."""

import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

from indexer.tagging.filename_tokens import Name, word_lists

_MIN_BPM, _MAX_BPM = 40.0, 300.0
_MIN_BARE_BPM, _MAX_BARE_BPM = 60, 200  # numbers without a unit: outside, series and models are likelier
WITH_UNIT = 0.95
_BESIDE_KEY, _IN_LOOP, _LAST = 0.8, 0.6, 0.4

_DASHES = r"[-\u2013\u2014~]"  # a range: 120-130
_BPM = r"\d{2,3}(?:[.,]\d{1,2})?"
_BEFORE_UNIT = re.compile(rf"(?<![\d.,])({_BPM})[ _-]?(?i:bpm)(?![a-z])", re.ASCII)
_UNIT_BEFORE = r"(?:(?<![A-Za-z])(?i:bpm|tempo)|(?<=[a-z\d])(?:BPM|Bpm|Tempo))"
_AFTER_UNIT = re.compile(rf"{_UNIT_BEFORE}[ _=:-]*({_BPM})(?!\d)(?! ?{_DASHES} ?\d{{2,3}}(?!\d))", re.ASCII)
_LOW_END = re.compile(rf"(\d{{2,3}})(?: ?{_DASHES} ?| to | bis )$", re.ASCII)
_RANGE = re.compile(rf"(?<!\d){_BPM} ?(?:{_DASHES}| to | bis ) ?{_BPM} ?(?i:bpm)", re.ASCII)
_UNIT_TOKEN = re.compile(rf"{_BPM}bpm|bpm{_BPM}|bpm", re.ASCII | re.IGNORECASE)


class Tempo(NamedTuple):
    """A tempo that a name holds.

    Attributes:
        places: Of the tokens that say it.
    """

    bpm: float
    confidence: float
    places: frozenset[int] = frozenset()


def tempo_with_unit(text: str) -> float | None:
    """Find ``120bpm``, ``BPM_120`` or ``tempo 120``.

    A range such as ``120-130 bpm`` says nothing of one sound, two tempos say nothing unless one is half of the other.
    """
    found = list(dict.fromkeys([*_numbers_before_unit(text), *map(_number, _AFTER_UNIT.findall(text))]))
    found = [number for number in found if _MIN_BPM <= number <= _MAX_BPM]
    if not found or any(max(found[0], other) / min(found[0], other) not in {1.0, 2.0} for other in found):
        return None
    return found[0]


def unit_places(name: Name) -> frozenset[int]:
    """Return the places of the tokens that make up a tempo with its unit."""
    places = {place for place, token in enumerate(name.tokens) if _UNIT_TOKEN.fullmatch(token.text)}
    alone = {place for place in places if name.word(place) == "bpm"}
    return frozenset(places | {near for place in alone for near in (place - 1, place + 1) if name.word(near).isdigit()})


def number_places(name: Name) -> frozenset[int]:
    """Return the places of the numbers without a unit that can be a tempo."""
    return frozenset(place for place in range(len(name.tokens)) if _can_be_tempo(name, place))


def bare_tempo(name: Name, key_places: Collection[int]) -> Tempo | None:
    """Find a lone number that can be a tempo, in a name or folder that speaks of loops, or beside a key.

    Args:
        name: Of the file.
        key_places: Tokens that are a key for sure.
    """
    if not (key_places or name.is_loop) or _RANGE.search(name.stem):
        return None
    places = sorted(number_places(name))
    beside_key = [place for place in places if {place - 1, place + 1} & set(key_places)]
    places = beside_key if len(beside_key) == 1 else places
    if len(places) != 1:
        return None
    (place,) = places
    is_last = place == len(name.tokens) - 1  # where series are numbered
    confidence = _BESIDE_KEY if key_places else _LAST if is_last else _IN_LOOP
    return Tempo(float(name.tokens[place].text), confidence, frozenset([place]))


def _can_be_tempo(name: Name, place: int) -> bool:
    text = name.tokens[place].text
    if (
        _is_decimal(name, place)
        or not re.fullmatch(r"\d{2,3}", text, re.ASCII)
        or not _MIN_BARE_BPM <= int(text) <= _MAX_BARE_BPM
    ):
        return False
    if text[0] == "0" and not _counts_elsewhere(name, place):
        return False
    return name.word(place - 1) not in word_lists()["numbered"] and name.word(place + 1) not in word_lists()["units"]


def _is_decimal(name: Name, place: int) -> bool:
    """Say whether a number is a part of another, such as 88.2kHz."""
    return any(
        name.tokens[at].before in {".", ","} and name.word(at)[:1].isdigit() and name.word(at - 1)[-1:].isdigit()
        for at in (place, place + 1)
        if 0 < at < len(name.tokens)
    )


def _counts_elsewhere(name: Name, place: int) -> bool:
    """Say whether another number counts the series, so that "095" is none: "LOOP_01_095"."""
    return any(re.fullmatch(r"\d{1,2}", token.text, re.ASCII) for at, token in enumerate(name.tokens) if at != place)


def _numbers_before_unit(text: str) -> Iterator[float]:
    for match in _BEFORE_UNIT.finditer(text):
        low = _LOW_END.search(text[: match.start()])
        if low is None or float(low[1]) < _MIN_BPM:
            yield _number(match[1])


def _number(text: str) -> float:
    return float(text.replace(",", "."))
