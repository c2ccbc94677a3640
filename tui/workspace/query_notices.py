"""What a person should know of how their query was understood, in sentences for the command line and the app."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from db.paths import display_text
from db.query.parser import parse_query
from indexer.search.result import SearchResult

if TYPE_CHECKING:
    from indexer.search.spelling import Unknown


def query_notices(result: SearchResult, unknown: "Sequence[Unknown]") -> Iterator[str]:
    """Yield what to say before the hits.

    Whether they are what was asked for; which conditions were read from plain words; what means nothing here.

    Args:
        result: Of the query.
        unknown: `indexer.search.service.SearchService.unknown` of its line.
    """
    if len(result.ids) and not result.is_relevant:
        yield "Nothing here sounds clearly like that. The nearest sounds:"
    plain = parse_query(result.request.line).plain
    if plain:
        read = ", ".join(f"{condition.words} as {condition.name}:{condition.value}" for condition in plain)
        yield f"Read {display_text(read)}; to search for the words themselves, put them in quotes."
    for part in unknown:
        name, _, value = part.text.partition(":")
        fault = f"There is no {name} {display_text(value)!r}." if value else f"Unknown word {display_text(name)!r}."
        yield f"{fault} Did you mean {_any_of(part.nearest)}?" if part.nearest else fault


def _any_of(names: Sequence[str]) -> str:
    *others, last = map(display_text, names)
    return f"{', '.join(others)} or {last}" if others else last
