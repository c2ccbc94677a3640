"""The query line: words to search by meaning, and filters to search within.

``dark punchy kick type:kick bpm:120..130 key:Am len:<1 in:"My Pack" -tag:loop +dusty -reverb``
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from db.errors import QueryError
from db.keys import NOTE_HZ, canonical_key
from db.query.intervals import Interval, NumberForm

Value: TypeAlias = str | Interval

_TOKEN = re.compile(
    r"""
    (?P<sign>[+-]?)
    (?:(?P<name>[^\s":]*):)?
    (?:"(?P<quoted>[^"]*)(?:"|$)|(?P<bare>\S*))  # a quote that never ends reaches to the end of the line
    """,
    re.VERBOSE,
)
_NEEDS_QUOTES = re.compile(r'[^\s":]*:|.*\s', re.DOTALL)

_MS = {"ms": 1.0, "s": 1000.0}
_HZ = {"hz": 1.0, "k": 1000.0, "khz": 1000.0}
_SHARE = {"%": 0.01}
_NUMBERS = {
    "bpm": NumberForm(units={"bpm": 1.0}, slack=0.5),
    "tempo": NumberForm(units={"bpm": 1.0}, slack=0.5),
    "len": NumberForm(units={"ms": 0.001, "s": 1.0, "m": 60.0}, slack_share=0.05),
    "rate": NumberForm(units=_HZ, slack=0.5),
    "bits": NumberForm(units={"bit": 1.0}),
    "channels": NumberForm(words={"mono": 1.0, "stereo": 2.0}),
    "loud": NumberForm(units={"lufs": 1.0, "db": 1.0}, slack=0.5),
    "peak": NumberForm(units={"db": 1.0, "dbfs": 1.0}, slack=0.5),
    "bright": NumberForm(units=_HZ, slack_share=0.1),
    "attack": NumberForm(units=_MS, slack_share=0.1),
    "decay": NumberForm(units=_MS, slack_share=0.1),
    "onsets": NumberForm(),
    "pitch": NumberForm(units=_HZ, slack_share=0.03, words=NOTE_HZ),  # half a semitone
    "noise": NumberForm(units=_SHARE, slack=0.05),
    "width": NumberForm(units=_SHARE, slack=0.05),
    "before": NumberForm(units=_MS, slack_share=0.1),
    "after": NumberForm(units=_MS, slack_share=0.1),
    "stars": NumberForm(),
}


@dataclass(frozen=True, slots=True)
class _Field:
    parse: Callable[[str], Value]
    takes: str  # the right form, for the sentence that follows a wrong one


def _parse_text(text: str) -> str:
    if not text:
        raise ValueError("empty")
    return text


def _parse_key(text: str) -> str:
    key = canonical_key(text)
    if key is None:
        raise ValueError("no key")
    return key


def _parse_ext(text: str) -> str:
    return _parse_text(text.lstrip(".")).lower()


_FIELDS = {
    "type": _Field(_parse_text, "a type, such as type:kick or type:drums"),
    "tag": _Field(_parse_text, "a tag, such as tag:dusty"),
    "form": _Field(_parse_text, "a form, such as form:loop or form:one-shot"),
    "bpm": _Field(_NUMBERS["bpm"].parse, "a number or a range, such as bpm:120 or bpm:120..130"),
    "tempo": _Field(_NUMBERS["tempo"].parse, "a tempo, half and double of it included, such as tempo:174"),
    "key": _Field(_parse_key, "a key, such as key:Am, key:F#, key:Bbmin or key:8A"),
    "len": _Field(_NUMBERS["len"].parse, "a length or a range, such as len:<1 or len:200ms..2s"),
    "in": _Field(_parse_text, 'a part of a folder\'s path, such as in:Vengeance or in:"My Pack"'),
    "name": _Field(_parse_text, "a part of a file's name, such as name:dusty"),
    "ext": _Field(_parse_ext, "an extension, such as ext:wav"),
    "rate": _Field(_NUMBERS["rate"].parse, "a sample rate, such as rate:44100, rate:44.1k or rate:>=48k"),
    "bits": _Field(_NUMBERS["bits"].parse, "a bit depth, such as bits:24 or bits:>=24"),
    "channels": _Field(_NUMBERS["channels"].parse, "a number of channels, such as channels:1 or channels:stereo"),
    "loud": _Field(_NUMBERS["loud"].parse, "a loudness in LUFS, such as loud:>-12 or loud:-20..-14"),
    "peak": _Field(_NUMBERS["peak"].parse, "a peak in dBFS, such as peak:>-1 or peak:-6..0"),
    "bright": _Field(_NUMBERS["bright"].parse, "a frequency, such as bright:<500 or bright:2k..4k"),
    "attack": _Field(_NUMBERS["attack"].parse, "a time, such as attack:<10 or attack:5ms..20ms"),
    "decay": _Field(_NUMBERS["decay"].parse, "a time, such as decay:<200 or decay:1s..3s"),
    "onsets": _Field(_NUMBERS["onsets"].parse, "a number of onsets, such as onsets:1 or onsets:4..16"),
    "pitch": _Field(_NUMBERS["pitch"].parse, "a note or a frequency, such as pitch:C2..C3 or pitch:<80"),
    "noise": _Field(_NUMBERS["noise"].parse, "a share of noise, such as noise:>50% or noise:0.2..0.4"),
    "width": _Field(_NUMBERS["width"].parse, "a share of stereo, such as width:>20% or width:0"),
    "before": _Field(_NUMBERS["before"].parse, "silence before the sound, such as before:>10ms"),
    "after": _Field(_NUMBERS["after"].parse, "silence after the sound, such as after:>1s"),
    "stars": _Field(_NUMBERS["stars"].parse, "a number of stars, such as stars:5 or stars:>=3"),
    "collection": _Field(_parse_text, "the name of a collection, such as collection:favourites"),
}
FILTER_NAMES = tuple(_FIELDS)


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


@dataclass(frozen=True, slots=True)
class Query:
    """A query line, understood. ``str(query)`` is a line of the same meaning.

    Attributes:
        text: The words without a sign.
        plus: Words and phrases to move towards.
        minus: Words and phrases to move away from.
        filters: Conditions, all of which hold.
    """

    text: str = ""
    plus: tuple[str, ...] = ()
    minus: tuple[str, ...] = ()
    filters: tuple[Filter, ...] = ()

    def __str__(self) -> str:
        words = [f'"{word}"' if word[0] in "+-" else _quoted(word) for word in self.text.split()]
        plus = [f"+{_quoted(phrase)}" for phrase in self.plus]
        minus = [f"-{_quoted(phrase)}" for phrase in self.minus]
        return " ".join([*words, *plus, *minus, *map(str, self.filters)])


def parse_query(line: str) -> Query:
    """Parse a query line.

    A quoted word is always text. A sign that stands alone means nothing.

    Raises:
        QueryError: A filter is unknown or malformed; the sentence shows the right form.
    """
    words: dict[str, list[str]] = {"": [], "+": [], "-": []}
    filters: list[Filter] = []
    for token in _TOKEN.finditer(line):
        sign, name, quoted, bare = token.group("sign", "name", "quoted", "bare")
        value = " ".join((bare if quoted is None else quoted).split())
        if name is not None:
            filters.append(_parse_filter(name, value, is_excluded=sign == "-"))
        elif value:
            words[sign].append(value)
    return Query(" ".join(words[""]), tuple(words["+"]), tuple(words["-"]), tuple(filters))


def _parse_filter(name: str, text: str, *, is_excluded: bool) -> Filter:
    name = name.lower()
    field = _FIELDS.get(name)
    if field is None:
        raise QueryError(
            f"{name}: is not a filter; filters are {', '.join(FILTER_NAMES)}. "
            "To search for the word itself, put it in quotes."
        )
    try:
        return Filter(name, field.parse(text), is_excluded)
    except ValueError:
        raise QueryError(f"{name}: takes {field.takes}.") from None


def _quoted(phrase: str) -> str:
    return f'"{phrase}"' if _NEEDS_QUOTES.match(phrase) else phrase
