"""Numbers as people write them in a filter: ``120``, ``<1``, ``200ms..2s``, ``120-130``, ``44.1k``."""

import re
from dataclasses import dataclass

from db.measurements import Unit

_NUMBER = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)([a-z%]*)", re.ASCII)
_HYPHEN = re.compile(r"([^-\u2013]*[^-\u2013e])[-\u2013]([^-\u2013]+)")  # 120-130; not 1e-5 and not -20
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


def parse_interval(text: str, unit: Unit) -> Interval:
    """Parse a number, a bound or a range.

    Raises:
        ValueError: It is none of these.
    """
    text = text.lower()
    if ".." in text:
        first, _, last = text.partition("..")
        return _parse_range(first, last, unit)
    bound = re.match("[<>]=?", text)
    if bound is None:
        ends = _HYPHEN.fullmatch(text)
        if ends is not None and text not in unit.words:
            return _parse_range(ends[1], ends[2], unit)
        number = _parse_number(text, unit)
        slack = unit.slack + unit.slack_share * abs(number)
        return Interval(number - slack, number + slack)
    end = _parse_number(text[bound.end() :], unit)
    is_strict = "=" not in bound[0]
    return Interval(high=end, is_strict=is_strict) if text[0] == "<" else Interval(low=end, is_strict=is_strict)


def _parse_range(first: str, last: str, unit: Unit) -> Interval:
    if not first and not last:
        raise ValueError("a range without ends")
    if not first:
        return Interval(high=_parse_number(last, unit))
    if not last:
        return Interval(low=_parse_number(first, unit))
    suffix = _split(last)[1] if last not in unit.words else ""  # "1..2k" is "1k..2k"
    ends = (_parse_number(first, unit, suffix), _parse_number(last, unit))
    return Interval(min(ends), max(ends))


def _parse_number(text: str, unit: Unit, default_suffix: str = "") -> float:
    if text in unit.words:
        return unit.words[text]
    number, suffix = _split(text)
    value = number * {"": 1.0, **unit.factors}.get(suffix or default_suffix, float("nan"))
    if not abs(value) < _LARGEST:  # NaN too: an unknown suffix
        raise ValueError(f"{text!r} is not a number here")
    return value


def _split(text: str) -> tuple[float, str]:
    match = _NUMBER.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not a number")
    return float(match[1]), match[2]


def _text(end: float | None) -> str:
    return "" if end is None else repr(end).removesuffix(".0")
