"""The stars, note, collections, exports and last use of one sound."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from db.library import Library
from db.paths import display_text
from db.types import Annotation
from indexer.export.records import ExportLog


def own_words(library: Library, sample_id: int) -> dict[str, Any]:
    """Return stars, note, hidden state, collections, paths of exports and last use of a sound, for JSON."""
    annotation = library.annotations([sample_id]).get(sample_id, Annotation())
    names = [one.name for one in library.collections() if sample_id in library.collection_ids(one.name)]
    exported = [
        str(record.target / file.name)
        for record in ExportLog(library.folder).records()
        for file in record.files
        if file.sample_id == sample_id
    ]
    used_at = library.uses([sample_id]).get(sample_id)
    return {
        "stars": annotation.stars,
        "note": annotation.note,
        "is_hidden": annotation.is_hidden,
        "collections": names,
        "exports": exported,
        "used_at": None if used_at is None else datetime.fromtimestamp(used_at, UTC).isoformat(),
    }


def own_lines(words: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield names and values of `own_words`, as `tui.workspace.listing.details.detail_lines` does."""
    if words["stars"]:
        yield "stars", "★" * words["stars"]
    if words["is_hidden"]:
        yield "hidden", "yes; earmark unhide lists it again"
    if words["note"]:
        yield "note", display_text(words["note"])
    if words["collections"]:
        yield "in", ", ".join(map(display_text, words["collections"]))
    for path in words["exports"]:
        yield "exported", display_text(Path(path))
    if words["used_at"]:
        yield "used", f"{datetime.fromisoformat(words['used_at']).astimezone():%Y-%m-%d %H:%M}"
