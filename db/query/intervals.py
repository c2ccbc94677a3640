"""Numbers as people write them in a filter: ``120``, ``<1``, ``200ms..2s``, ``44.1k``."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

_NUMBER = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)([a-z%]*)", re.ASCII)
_LARGEST = 1e12  # nothing measured here comes near it


@dataclass(frozen=True, slots=True)
class Interval:
    """Numbers from ``low`` to ``high``; None is open. With ``is_strict`` the ends do not belong to it."""

    low: float | None = None
    high: float | None = None
    is_strict: bool = False

    def scaled(self, factor: float) -> "Interval":
        """Return both ends times a factor above 0."""
        low, high = (None if end is None else end * factor for end in (self.low, self.high))
        return Interval(low, high, self.is_strict)

    def __str__(self) -> str:
        if self.is_strict:
            return f"<{_text(self.high)}" if self.low is None else f">{_text(self.low)}"
        return f"{_text(self.low)}..{_text(self.high)}"


@dataclass(frozen=True, slots=True)
class NumberForm:
    """How one quantity is written.

    Attributes:
        units: Factor by suffix; without a suffix the factor is 1.
        slack: A plain number means this much more and less.
        slack_share: And this share of itself more and less.
        words: Words that stand for a number.
    """

    units: Mapping[str, float] = field(default_factory=dict)
    slack: float = 0.0
    slack_share: float = 0.0
    words: Mapping[str, float] = field(default_factory=dict)

    def parse(self, text: str) -> Interval:
        """Parse a number, a bound or a range.

        Raises:
            ValueError: It is none of these.
        """
        text = text.lower()
        if ".." in text:
            return self._parse_range(*text.split("..", 1))
        bound = re.match("[<>]=?", text)
        if bound is None:
            return self._around(self._number(text))
        end = self._number(text[bound.end() :])
        is_strict = "=" not in bound[0]
        return Interval(high=end, is_strict=is_strict) if text[0] == "<" else Interval(low=end, is_strict=is_strict)

    def _parse_range(self, first: str, last: str) -> Interval:
        if not first and not last:
            raise ValueError("a range without ends")
        if not first:
            return Interval(high=self._number(last))
        if not last:
            return Interval(low=self._number(first))
        unit = _split(last)[1] if last not in self.words else ""  # "1..2k" is "1k..2k"
        ends = (self._number(first, unit), self._number(last))
        return Interval(min(ends), max(ends))

    def _around(self, number: float) -> Interval:
        slack = self.slack + self.slack_share * abs(number)
        return Interval(number - slack, number + slack)

    def _number(self, text: str, default_unit: str = "") -> float:
        if text in self.words:
            return self.words[text]
        number, unit = _split(text)
        value = number * {"": 1.0, **self.units}.get(unit or default_unit, float("nan"))
        if not abs(value) < _LARGEST:  # NaN too: an unknown unit
            raise ValueError(f"{text!r} is no number here")
        return value


def _split(text: str) -> tuple[float, str]:
    match = _NUMBER.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is no number")
    return float(match[1]), match[2]


def _text(end: float | None) -> str:
    return "" if end is None else repr(end).removesuffix(".0")
