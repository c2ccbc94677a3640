"""Edit a query line: add and remove filters, and extract its words."""

import re

from db.errors import QueryError
from db.query.parser import FILTER_NAMES, parse_query

ONE_AT_A_TIME = frozenset({"type", "form", "pack"})  # a sound has one of each, so a second filter would match nothing
_VALUE = r'(?:"[^"]*"|\S*)'
_FOLDER = re.compile(
    r'(?:^|(?<=\s))in:(?:"/[^"]*/"|/\S*/)(?=\s|$)\s*', re.IGNORECASE
)  # as written by the tree of folders
_FILTER = re.compile(rf"(?:^|(?<=\s))-?(?:{'|'.join(FILTER_NAMES)}):{_VALUE}", re.IGNORECASE)


def filter_text(name: str, value: str) -> str:
    """Return a filter as it is written in a query line."""
    quoted = f'"{value}"' if re.search(r"\s", value) else value
    return f"{name}:{quoted}"


def toggle_filter(line: str, text: str) -> str:
    """Return the line with a filter added, or removed if present; a type, form or pack replaces another one."""
    less = without(line, text)
    if less != line:
        return less
    name = text.partition(":")[0]
    if name in ONE_AT_A_TIME:
        line = _without(line, f"{name}:{_VALUE}")
    return f"{line.rstrip()} {text} ".lstrip()


def choose_folder(line: str, text: str) -> str:
    """Return the line with a filter for a folder instead of another one, or without it if it is present."""
    less = without(line, text)
    if less != line:
        return less
    return f"{_FOLDER.sub('', line).rstrip()} {text} ".lstrip()


def without(line: str, text: str) -> str:
    """Return the line without a filter."""
    return _without(line, re.escape(text))


def last_filter(line: str) -> str:
    """Return the last filter of a line as written there; "" if it has none."""
    found = _FILTER.findall(line)
    return found[-1] if found else ""


def described_words(line: str) -> tuple[str, ...]:
    """Return the words of a line that describe a sound; none while a filter is invalid."""
    try:
        query = parse_query(line)
    except QueryError:
        return ()
    return (*query.text.split(), *map(str, query.shares), *query.plus, *query.minus)


def _without(line: str, pattern: str) -> str:
    return re.sub(rf"(?:^|(?<=\s)){pattern}(?=\s|$)\s*", "", line)
