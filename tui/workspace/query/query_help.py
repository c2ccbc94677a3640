"""The query syntax, for the help."""

from db.query.parser import FILTER_FORMS

_WORDS = (
    ("dark punchy kick", "what it sounds like, or a part of its name"),
    ("+warm  -bright", "more of this; less of that"),
    ("120-130  F# minor  2 bars", "filters in plain words: tempo, key, length"),
    ("50% violin, 50% noise", "what lies between descriptions"),
    ('"120"', "a word in quotes is never a filter"),
    ("type:kick bpm:120..130", "filters narrow the list; all of them hold"),
    ("-form:loop", "a minus in front excludes"),
    ("<1  >=3  1..4  200ms..2s", "less than, at least, from and to, with units"),
)


def query_help() -> list[tuple[str, str]]:
    """Return the parts of a query with their meanings: words first, then all filters."""
    return [*_WORDS, *((f"{name}:", form) for name, form in FILTER_FORMS.items())]
