"""Shares of several descriptions in a query line: "50 % violin, 50 % noise"."""

import re
from collections.abc import Sequence
from typing import NamedTuple

_PERCENT = re.compile(r"(?<!\S)(\d{1,3}(?:\.\d+)?)\s?%(?=[\s,;]|$)")
_BETWEEN = re.compile(r"^(?:of|and|plus|[,;/&+])\s+|(?:\s+(?:and|plus|[/&+])|\s?[,;])$", re.IGNORECASE)


class Share(NamedTuple):
    """One of the descriptions that are blended.

    Attributes:
        percent: As it was written; only the proportion to the others counts.
        words: What is described.
    """

    percent: float
    words: str


def read_shares(text: str) -> tuple[Share, ...]:
    """Return the shares that a text consists of; none where it is anything else.

    Each share has its number in front ("70 % piano, 30 % bell"), or each behind ("piano 70 %, bell 30 %").
    """
    first, *rest = _PERCENT.split(text)
    numbers, words = [float(number) for number in rest[::2]], rest[1::2]
    if len(numbers) < 2 or not any(numbers):
        return ()
    if first.strip():
        if words[-1].strip():
            return ()
        words = [first, *words[:-1]]
    described = [_without_joints(each) for each in words]
    return tuple(map(Share, numbers, described)) if all(described) else ()


def shares_text(shares: Sequence[Share]) -> str:
    """Return shares as `read_shares` reads them."""
    return ", ".join(f"{share.percent:g}% {share.words}" for share in shares)


def _without_joints(words: str) -> str:
    """Return words without what joins one share to the next."""
    words, before = " ".join(words.split()), ""
    while words != before:
        words, before = _BETWEEN.sub("", words).strip(), words
    return words.strip(",;/&+ ")
