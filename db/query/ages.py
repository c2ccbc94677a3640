"""How long ago something was, in a filter: ``week``, ``7d``, ``<12h``, ``>1y``, ``ever``."""

from db.measurements import Unit
from db.query.intervals import Interval, parse_interval

SECONDS_PER_DAY = 86_400
_DAYS = Unit({"h": 1 / 24, "d": 1.0, "w": 7.0, "m": 31.0, "y": 366.0})
_WITHIN = {"hour": 1 / 24, "day": 1.0, "week": 7.0, "month": 31.0, "year": 366.0}
_MOST_DAYS = 36_500.0
EVER = Interval(low=-1.0)  # clocks differ


def parse_age(text: str) -> Interval:
    """Parse an age in days; a plain one is the most it may be.

    Raises:
        ValueError: It is none, or no time that has been.
    """
    text = text.lower()
    if text == "ever":
        return EVER
    if text in _WITHIN:
        return Interval(high=_WITHIN[text])
    found = parse_interval(text, _DAYS)
    if text[:1] not in "<>" and found.low == found.high:
        found = Interval(high=found.high)
    if not all(end is None or abs(end) <= _MOST_DAYS for end in (found.low, found.high)) or found.high == 0:
        raise ValueError(f"{text!r} is no age")
    return found
