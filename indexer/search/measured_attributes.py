"""Words for what is measured: of "short dark kick", two need no ear.

A model hears roughly how long and how bright a sound is, and worse on real sounds than on those that it was trained on:
of real snares it finds the short ones no better than chance (`python -m benchmarks.phrases`). So these words are taken
out of what it is asked, and sounds that answer the rest are moved up or down by what was measured on them: "short" is
what is shorter than most of what otherwise answers.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from db.types import Matrix
from indexer.search.hubness import Floats

# How far a sound is moved at most, in cosines.
BESIDE_WORDS = 0.06  # 0.1 finds more of what is short, and more that is no kick
BESIDE_EXAMPLE = 0.15  # neighbours of a sound differ more in how near they are
ALONE = 0.3
_N_REFERENCE = 200  # nearest sounds that all are compared with; a fixed number, so that a longer list begins the same
_SHARPNESS = 12.0  # by how much more they count the better they answer
_SIDES = {"high": 1.0, "low": -1.0}
_NOT = ("not", "not so", "not that", "not too", "less", "no", "never")
_VERY = ("very", "really", "quite", "rather", "extremely", "super", "pretty", "more", "so", "too", "a bit", "slightly")
_SAYS_NOTHING = frozenset(
    "a an and anything at bit but by for has in is it like little of on or sample samples some something sound sounds "
    "than that the this to very which with".split()
)


@dataclass(frozen=True, slots=True)
class ParsedAttributes:
    """A description, taken apart.

    Attributes:
        text: What a model is asked for.
        plus: What it is asked for besides.
        minus: What it is asked to avoid.
        qualities: 1 for high values of a measure (a number of `db.types.Features`), -1 for low ones.
    """

    text: str
    plus: tuple[str, ...]
    minus: tuple[str, ...]
    qualities: Mapping[str, float]

    @property
    def is_bare(self) -> bool:
        """Nothing is left to ask a model for."""
        return not (self.text or self.plus or self.minus)


def take_apart(text: str, plus: Sequence[str] = (), minus: Sequence[str] = ()) -> ParsedAttributes:
    """Tell words for what is measured from what a model has to hear.

    A word that is added or to be avoided is measured where it is for nothing else: ``kick -bright`` asks for dark ones.
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
            for measure, side in found.items():
                wanted[measure] = wanted.get(measure, 0.0) + sign * side
    qualities = {measure: float(np.sign(side)) for measure, side in wanted.items() if side}
    return ParsedAttributes(rest, tuple(kept[1.0]), tuple(kept[-1.0]), qualities)


def preferred(likeness: Floats, measures: Matrix, sides: Sequence[float], strength: float) -> Floats:
    """Return what to add to the likeness of each sound, shape ``(n,)``.

    Args:
        likeness: How well each answers what else is described, nearest first, shape ``(n,)``.
        measures: NaN where one is not known, shape ``(n, n_measures)``.
        sides: 1 for each measure of which high values are wanted, -1 for low ones.
        strength: `BESIDE_WORDS`, `BESIDE_EXAMPLE`, or `ALONE` where nothing else is described.
    """
    added = np.zeros(len(likeness), np.float32)
    if not len(likeness):
        return added
    odds = np.exp(_SHARPNESS * (likeness[:_N_REFERENCE] - likeness[:_N_REFERENCE].max()))
    for values, side in zip(measures.T, sides, strict=True):
        added += np.float32(side) * _standings(values, odds)
    return added * np.float32(strength)


def _standings(values: Floats, weights: Floats) -> Floats:
    """Return the share of the first ``len(weights)`` values below each, less the share above it; 0 for NaN."""
    reference = values[: len(weights)]
    is_known = np.isfinite(reference)
    order = np.argsort(reference[is_known], kind="stable")
    rising = reference[is_known][order]
    shares = np.concatenate([[0.0], np.cumsum(weights[is_known][order], dtype=np.float64)])
    below, up_to = shares[np.searchsorted(rising, values)], shares[np.searchsorted(rising, values, side="right")]
    standings = (below + up_to) / max(shares[-1], 1e-12) - 1
    return np.where(np.isfinite(values), standings, 0).astype(np.float32)


def _split(text: str) -> tuple[str, dict[str, float]]:
    """Return a text without words for qualities and those that say nothing without them, and the sides found."""
    found: dict[str, float] = {}
    left = list(text)
    for measure, pattern in _patterns().items():
        for match in pattern.finditer(text):
            if match.lastgroup in _SIDES:
                side = _SIDES[match.lastgroup] * (-1.0 if match["not"] else 1.0)
                found[measure] = found.get(measure, 0.0) + side
                start, end = match.span()
                left[start:end] = " " * (end - start)
    if not found:
        return text, {}
    words = [word.strip(",.;:!?-") for word in "".join(left).split()]
    rest, more = _split(" ".join(word for word in words if word and word.casefold() not in _SAYS_NOTHING))
    for measure, side in more.items():  # a "slow dark attack" is a slow attack
        found[measure] = found.get(measure, 0.0) + side
    return rest, found


def measured_words() -> tuple[str, ...]:
    """Return the single words for what is measured."""
    return tuple(word for entry in _table().values() for word in (*entry["high"], *entry["low"]) if word.isalpha())


@cache
def _table() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(files("indexer.search").joinpath("measured_attributes.toml").read_text("utf-8"))


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    """Return what finds the words of each measure: in a group of their side, in none where they mean other things."""
    return {measure: _pattern(entry["not"], entry["high"], entry["low"]) for measure, entry in _table().items()}


def _pattern(must_not: Sequence[str], high: Sequence[str], low: Sequence[str]) -> re.Pattern[str]:
    before = rf"(?:(?P<not>{_any_of(_NOT)})\s+)?(?:(?:{_any_of(_VERY)})\s+)?"
    sides = rf"{before}(?:(?P<high>{_any_of(high)})|(?P<low>{_any_of(low)}))"
    either = [_any_of(must_not), sides] if must_not else [sides]
    return re.compile(rf"(?<!\w)(?:{'|'.join(either)})(?!\w)", re.IGNORECASE)


def _any_of(phrases: Sequence[str]) -> str:
    longest_first = sorted(phrases, key=len, reverse=True)
    return "|".join(phrase.replace(" ", r"[\s-]+") for phrase in longest_first)
