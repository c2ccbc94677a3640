"""The query line: words to search by meaning, and filters to search within.

``dark punchy kick type:kick bpm:120..130 key:Am len:<1 in:"My Pack" -tag:loop +dusty -reverb``
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import TypeAlias

from db.errors import QueryError
from db.keys import canonical_key
from db.measurements import BARS, BPM, COUNT, MEASUREMENTS, READINGS, Unit
from db.paths import display_text
from db.query.ages import parse_age
from db.query.intervals import Interval, parse_interval
from db.query.plain_words import Condition, read_conditions
from db.query.shares import Share, read_shares, shares_text

Value: TypeAlias = str | Interval

_TOKEN = re.compile(
    r"""
    (?P<sign>[+-]?)
    (?:(?P<name>[^\s":]*):)?
    (?:"(?P<quoted>[^"]*)(?:"|$)|(?P<bare>\S*))  # a quote that never ends reaches to the end of the line
    """,
    re.VERBOSE,
)
_HIDDEN = frozenset({"yes", "no", "any"})
_LONGEST = 1000  # of a text; a server takes seconds to look for one of 20,000, and SQLite's LIKE has a limit too
_NEEDS_QUOTES = re.compile(r'[^\s":]*:|.*\s', re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Field:
    parse: Callable[[str], Value]
    takes: str  # the right form, for the sentence that follows a wrong one


def _parse_text(text: str) -> str:
    if not 0 < len(text) <= _LONGEST:
        raise ValueError("empty, or too long")
    return text


def _parse_key(text: str) -> str:
    key = canonical_key(text)
    if key is None:
        raise ValueError("no key")
    return key


def _parse_ext(text: str) -> str:
    return _parse_text(text.lstrip(".")).lower()


def _parse_license(text: str) -> str:
    return "-".join(_parse_text(text).lower().split())


def _parse_hidden(text: str) -> str:
    if text.lower() not in _HIDDEN:
        raise ValueError("neither yes, no nor any")
    return text.lower()


def _number_field(unit: Unit, takes: str) -> _Field:
    return _Field(partial(parse_interval, unit=unit), takes)


_FIELDS = {
    "type": _Field(_parse_text, "a type, such as type:kick, type:drums or type:unsure"),
    "tag": _Field(_parse_text, "a tag, such as tag:dusty"),
    "form": _Field(_parse_text, "a form, such as form:loop or form:one-shot"),
    **{one.filter: _number_field(one.unit, one.takes) for one in READINGS.values()},
    "tempo": _number_field(BPM, "a tempo, half and double of it included, such as tempo:174"),
    "bars": _number_field(BARS, "a length in bars of four beats, such as bars:2 or bars:1..4"),
    "key": _Field(_parse_key, "a key, such as key:Am, key:F#, key:Bbmin or key:8A"),
    "license": _Field(_parse_license, "a licence, such as license:cc0 or license:cc-by"),
    "author": _Field(_parse_text, "a part of the name of an author, such as author:inspectorj"),
    "in": _Field(_parse_text, 'a part of a folder\'s path, such as in:Vengeance or in:"My Pack"'),
    "pack": _Field(_parse_text, 'the name of a pack, or a part of it, such as pack:"Dusty Breaks"'),
    "name": _Field(_parse_text, "a part of a file's name, such as name:dusty"),
    "note": _Field(_parse_text, "a part of a note of yours, such as note:intro"),
    "ext": _Field(_parse_ext, "an extension, such as ext:wav"),
    **{one.filter: _number_field(one.unit, one.takes) for one in MEASUREMENTS.values()},
    "stars": _number_field(COUNT, "a number of stars, such as stars:5 or stars:>=3"),
    "hidden": _Field(_parse_hidden, "yes (only what you have hidden), no or any, such as hidden:yes"),
    "added": _Field(parse_age, "a time since it came into the library, such as added:week or added:<12h"),
    "heard": _Field(parse_age, "a time since you listened to it here, such as heard:day, heard:>1y or -heard:ever"),
    "used": _Field(
        parse_age, "a time since you exported, dragged or copied it, such as used:week, used:90d or used:ever"
    ),
    "collection": _Field(_parse_text, "the name of a collection, such as collection:favourites"),
}
FILTER_NAMES = tuple(_FIELDS)
FILTER_FORMS = {name: field.takes for name, field in _FIELDS.items()}
"""What each filter takes, with an example."""


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition on samples.

    Attributes:
        name: One of :data:`FILTER_NAMES`.
        value: An interval in the unit of the column, or text; a key in its canonical spelling.
        is_excluded: The samples that do not meet the condition are wanted.
    """

    name: str
    value: Value
    is_excluded: bool = False

    def __str__(self) -> str:
        value = str(self.value)
        quoted = f'"{value}"' if re.search(r"\s", value) else value
        return f"{'-' if self.is_excluded else ''}{self.name}:{quoted}"


def lone_collection(filters: Sequence[Filter]) -> str | None:
    """Return the collection whose sounds are asked for, where it is one."""
    names = [str(one.value) for one in filters if one.name == "collection" and not one.is_excluded]
    return names[0] if len(names) == 1 else None


@dataclass(frozen=True, slots=True)
class Query:
    """A query line, understood. ``str(query)`` is a line of the same meaning.

    Attributes:
        text: The words without a sign.
        plus: Words and phrases to move towards.
        minus: Words and phrases to move away from.
        filters: Conditions, all of which hold.
        plain: Those among them that were written in plain words, as "120 bpm".
        shares: Descriptions to find a sound between, in place of the text: "50 % violin, 50 % noise".
    """

    text: str = ""
    plus: tuple[str, ...] = ()
    minus: tuple[str, ...] = ()
    filters: tuple[Filter, ...] = ()
    plain: tuple[Condition, ...] = field(default=(), compare=False)
    shares: tuple[Share, ...] = ()

    def __str__(self) -> str:
        would_be_read = bool(read_conditions([self.text])[1] or read_shares(self.text))
        words = [f'"{word}"' if would_be_read or word[0] in "+-" else _quoted(word) for word in self.text.split()]
        shares = [shares_text(self.shares)] if self.shares else []
        plus = [f"+{_quoted(phrase)}" for phrase in self.plus]
        minus = [f"-{_quoted(phrase)}" for phrase in self.minus]
        return " ".join([*words, *shares, *plus, *minus, *map(str, self.filters)])


def parse_query(line: str) -> Query:
    """Parse a query line.

    A quoted word is always text. A sign that stands alone means nothing. Some conditions may be written in plain words:
    `db.query.plain_words`.

    Raises:
        QueryError: A filter is unknown or malformed; the sentence shows the right form.
    """
    words: dict[str, list[str]] = {"+": [], "-": []}
    text: list[tuple[str, bool]] = []  # with whether it is in quotes
    filters: list[Filter] = []
    for token in _TOKEN.finditer(line):
        sign, name, quoted, bare = token.group("sign", "name", "quoted", "bare")
        value = " ".join((bare if quoted is None else quoted).split())
        if name is not None:
            filters.append(_parse_filter(name, value, is_excluded=sign == "-"))
        elif value and sign:
            words[sign].append(value)
        elif value or sign:
            text.append((value or sign, quoted is not None))
    left, plain = _read_text(text)
    shares = () if any(is_quoted and "%" in word for word, is_quoted in text) else read_shares(left)
    filters += [_parse_filter(condition.name, condition.value, is_excluded=False) for condition in plain]
    described = "" if shares else left
    return Query(described, tuple(words["+"]), tuple(words["-"]), tuple(filters), tuple(plain), shares)


def parse_filters(line: str) -> tuple[Filter, ...]:
    """Parse a line of filters alone.

    Raises:
        QueryError: There are other words, or as `parse_query`.
    """
    query = parse_query(line)
    if query.text or query.shares or query.plus or query.minus:
        raise QueryError(
            f"Only filters are allowed here, such as in:Downloads or type:kick; {display_text(line)!r} has other words."
        )
    return query.filters


def _read_text(text: Sequence[tuple[str, bool]]) -> tuple[str, list[Condition]]:
    """Return the words that describe a sound, and the conditions among those that are not in quotes."""
    left: list[str] = []
    found: list[Condition] = []
    for is_quoted, group in groupby(text, key=itemgetter(1)):
        words = " ".join(word for word, _ in group)
        phrases, conditions = ([words], []) if is_quoted else read_conditions([words])
        left += phrases
        found += conditions
    return " ".join(left), found


def _parse_filter(name: str, text: str, *, is_excluded: bool) -> Filter:
    name = name.lower()
    known = _FIELDS.get(name)
    if known is None:
        raise QueryError(
            f"{name}: is not a filter; to search for the word itself, put it in quotes. "
            f"Filters are {', '.join(FILTER_NAMES)}."
        )
    try:
        return Filter(name, known.parse(text), is_excluded)
    except ValueError:
        raise QueryError(f"{name}: takes {known.takes}.") from None


def _quoted(phrase: str) -> str:
    return f'"{phrase}"' if _NEEDS_QUOTES.match(phrase) else phrase
