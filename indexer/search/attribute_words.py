"""Words for measured attributes, such as "short" and "dark" in "short dark kick".

A model knows roughly how long and how bright a sound is, and less well on real sounds than on those that it was trained
on: of real snares it finds the short ones no better than chance (`python -m benchmarks.phrases`). So these words are
taken out of the description, and `MeasuredAttributes` ranks by the measurements instead.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np

_WORD = re.compile(r"\w+")
_SIGNS = {"high": 1.0, "low": -1.0}
_NEGATIONS = ("not", "not so", "not that", "not too", "less", "no", "never")
_DEGREES = (*"very really quite rather extremely super pretty more so too slightly".split(), "a bit")
_FILLERS = frozenset(
    "a an and anything at bit but by for has in is it like little of on or sample samples some something sound sounds "
    "than that the this to very which with".split()
)


@dataclass(frozen=True, slots=True)
class Description:
    """A description without its words for measured attributes, and those attributes.

    Attributes:
        text: Described in words, for the model.
        plus: What is added to it.
        minus: What is subtracted from it.
        attributes: 1 where high values of a measurement (a field of `db.types.Features`) are wanted, -1 for low ones.
    """

    text: str = ""
    plus: tuple[str, ...] = ()
    minus: tuple[str, ...] = ()
    attributes: Mapping[str, float] = field(default_factory=dict)

    @property
    def has_words(self) -> bool:
        """Whether words remain for the model."""
        return bool(self.text or self.plus or self.minus)


def parse_description(text: str, plus: Sequence[str] = (), minus: Sequence[str] = ()) -> Description:
    """Separate words for measured attributes from what a model has to judge.

    An added or subtracted phrase is an attribute only where it holds nothing else: ``kick -bright`` asks for dark ones.
    """
    rest, found = _split(text)
    wanted: dict[str, float] = dict(found)
    kept: dict[float, list[str]] = {1.0: [], -1.0: []}
    for sign, phrases in ((1.0, plus), (-1.0, minus)):
        for phrase in phrases:
            left, found = _split(phrase)
            if left or not found:
                kept[sign].append(phrase)
                continue
            for measurement, side in found.items():
                wanted[measurement] = wanted.get(measurement, 0.0) + sign * side
    attributes = {measurement: float(np.sign(side)) for measurement, side in wanted.items() if side}
    return Description(rest, tuple(kept[1.0]), tuple(kept[-1.0]), attributes)


def attribute_words() -> tuple[str, ...]:
    """Return the single words for measured attributes."""
    return tuple(word for entry in _table().values() for word in (*entry["high"], *entry["low"]) if word.isalpha())


def _split(text: str) -> tuple[str, dict[str, float]]:
    """Return a text without its words for attributes, and the signs found; fillers go with them."""
    found: dict[str, float] = {}
    words_here = frozenset(_WORD.findall(text.lower()))
    left = list(text)
    for measurement, first_words in _first_words().items():
        if first_words.isdisjoint(words_here):
            continue  # most often; the patterns take 12 ms to compile, all together
        for match in _pattern(measurement).finditer(text):
            if match.lastgroup in _SIGNS:
                sign = _SIGNS[match.lastgroup] * (-1.0 if match["not"] else 1.0)
                found[measurement] = found.get(measurement, 0.0) + sign
                start, end = match.span()
                left[start:end] = " " * (end - start)
    if not found:
        return text, {}
    words = [word.strip(",.;:!?-") for word in "".join(left).split()]
    rest, more = _split(" ".join(word for word in words if word and word.casefold() not in _FILLERS))
    for measurement, sign in more.items():  # a "slow dark attack" is a slow attack
        found[measurement] = found.get(measurement, 0.0) + sign
    return rest, found


@cache
def _first_words() -> dict[str, frozenset[str]]:
    """Return the words that those for each attribute begin with."""
    return {
        measurement: frozenset(_WORD.findall(phrase)[0] for phrase in (*entry["high"], *entry["low"]))
        for measurement, entry in _table().items()
    }


@cache
def _table() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(Path(__file__).with_name("attribute_words.toml").read_text("utf-8"))


@cache
def _pattern(measurement: str) -> re.Pattern[str]:
    """Return the pattern of its words; group "high" or "low" is set unless the words mean something else."""
    entry = _table()[measurement]
    exceptions, high, low = entry["not"], entry["high"], entry["low"]
    before = rf"(?:(?P<not>{_any_of(_NEGATIONS)})\s+)?(?:(?:{_any_of(_DEGREES)})\s+)?"
    signs = rf"{before}(?:(?P<high>{_any_of(high)})|(?P<low>{_any_of(low)}))"
    either = [_any_of(exceptions), signs] if exceptions else [signs]
    return re.compile(rf"(?<!\w)(?:{'|'.join(either)})(?!\w)", re.IGNORECASE)


def _any_of(phrases: Sequence[str]) -> str:
    longest_first = sorted(phrases, key=len, reverse=True)
    return "|".join(phrase.replace(" ", r"[\s-]+") for phrase in longest_first)
