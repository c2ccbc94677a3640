"""Counts of a library by type, form and length."""

from dataclasses import asdict, dataclass
from typing import Any

from db.library import Library
from db.query.parser import parse_query
from db.read.overview import LibraryStats

_FORMS = ("one-shot", "loop", "long")
_LENGTHS = {
    "under 0.25 s": "len:<0.25",
    "0.25 to 1 s": "len:>=0.25 len:<1",
    "1 to 4 s": "len:>=1 len:<4",
    "4 to 12 s": "len:>=4 len:<12",
    "12 s and more": "len:>=12",
}


@dataclass(frozen=True, slots=True)
class Overview:
    """Counts of sounds by name: types without counts of 0, the most frequent first; forms; lengths."""

    stats: LibraryStats
    types: dict[str, int]
    forms: dict[str, int]
    lengths: dict[str, int]

    def as_dict(self) -> dict[str, Any]:
        """Everything as plain numbers, strings and lists, for JSON."""
        shape = asdict(self.stats)
        for root in shape["roots"]:
            root["path"] = str(root["path"])
        return {**shape, "types": self.types, "forms": self.forms, "lengths": self.lengths}


def overview(library: Library) -> Overview:
    """Count the sounds of a library."""
    table = library.tag_table()
    types = {
        tag.name: int(n)
        for tag, n in zip(table.tags, table.count(), strict=True)
        if tag.facet == "type" and tag.parent is not None
    }
    return Overview(
        stats=library.stats(),
        types={name: n for name, n in sorted(types.items(), key=lambda item: -item[1]) if n},
        forms={form: _count(library, f"form:{form}") for form in _FORMS},
        lengths={name: _count(library, line) for name, line in _LENGTHS.items()},
    )


def _count(library: Library, line: str) -> int:
    ids = library.filter_ids(parse_query(line).filters)
    assert ids is not None, "there is a filter"
    return len(ids)
