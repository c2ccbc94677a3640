"""Notices on how a query was understood, in sentences for the command line and the app."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from db.paths import display_text
from db.query.parser import parse_query
from db.query.shares import shares_text

if TYPE_CHECKING:
    from indexer.search.spelling import Unknown


NOT_RELEVANT = "Nothing here sounds clearly like that."


def query_notices(line: str, unknown: "Sequence[Unknown]") -> Iterator[str]:
    """Yield a sentence for filters read from plain words, and one for each unknown part of the query.

    Args:
        line: Query line.
        unknown: Unknown parts of the line, from `indexer.search.service.SearchService.unknown`.

    Raises:
        QueryError: A filter is invalid.
    """
    query = parse_query(line)
    if query.plain:
        read = ", ".join(f"{condition.words} as {condition.name}:{condition.value}" for condition in query.plain)
        yield f"Read {display_text(read)}; to search for the words themselves, put them in quotes."
    if query.shares:
        yield f"A blend of {display_text(shares_text(query.shares))}."
    for part in unknown:
        name, _, value = part.text.partition(":")
        fault = f"There is no {name} {display_text(value)!r}." if value else f"Unknown word {display_text(name)!r}."
        yield f"{fault} Did you mean {_any_of(part.nearest)}?" if part.nearest else fault


def _any_of(names: Sequence[str]) -> str:
    *others, last = map(display_text, names)
    return f"{', '.join(others)} or {last}" if others else last
