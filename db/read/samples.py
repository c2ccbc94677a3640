"""Sounds with all that is known of them."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from db.engines.sqlite import Cursor
from db.measurements import FEATURES, Features
from db.paths import from_stored, is_present
from db.read.columns import FileIds
from db.resolution import effective_readings
from db.types import UNKNOWN_PROVENANCE, Provenance, Reading, Sample, Source, Tag

_FEATURES = (
    f"SELECT s.id, caveats, created_at, {', '.join(FEATURES)} FROM json_each(?) JOIN samples AS s ON s.id = value"  # noqa: S608 (own names)
)
_PATHS = """
SELECT f.sample_id, f.id, f.root_id, f.relpath
FROM json_each(?) AS w JOIN files AS f ON f.sample_id = w.value ORDER BY f.id
"""
_FILES = """
SELECT f.sample_id, f.root_id, f.relpath, f.folder, p.author, p.license, p.url
FROM json_each(?) AS w JOIN files AS f ON f.sample_id = w.value LEFT JOIN provenances AS p ON p.file_id = f.id
ORDER BY f.id
"""
_READINGS = """
SELECT r.sample_id, r.name, r.source, r.confidence, r.number, r.text
FROM json_each(?) AS w JOIN readings AS r ON r.sample_id = w.value ORDER BY r.source
"""
_TAGS = """
SELECT m.sample_id, t.facet, t.name, m.source, m.confidence, t.parent
FROM json_each(?) AS w JOIN sample_tags AS m ON m.sample_id = w.value JOIN tags AS t ON t.id = m.tag_id
WHERE m.is_effective ORDER BY m.confidence DESC, m.source DESC, t.facet, t.name
"""

T = TypeVar("T")


def read_samples(cursor: Cursor, ids: Sequence[int], packs: Mapping[tuple[int, str], str]) -> list[Sample]:
    """Return sounds in the order asked, in five queries; ids without a file on record are left out.

    Args:
        cursor: Of a transaction.
        ids: Samples.
        packs: Pack of each folder, by root and path below it.
    """
    wanted = json.dumps(sorted({int(sample_id) for sample_id in ids}))
    files = _read_files(cursor, wanted, packs)
    readings = _grouped(cursor.execute(_READINGS, (wanted,)), _as_reading)
    tags = _grouped(cursor.execute(_TAGS, (wanted,)), _as_tag)
    measured = {row[0]: (row[1], row[2], Features(*row[3:])) for row in cursor.execute(_FEATURES, (wanted,))}
    samples = {}
    for sample_id, places in files.items():
        sound_type = next((tag for tag in tags[sample_id] if tag.facet == "type"), None)
        caveats, added_at, features = measured[sample_id]
        best = effective_readings(readings[sample_id], sound_type)
        samples[sample_id] = Sample(
            id=sample_id,
            paths=tuple(path for path, _, _, _ in places),
            is_online=any(is_online for _, is_online, _, _ in places),
            features=features,
            tags=tuple(tags[sample_id]),
            bpm=best.get("bpm"),
            key=best.get("key"),
            pitch=best.get("pitch"),
            provenance=_best_known([provenance for _, _, provenance, _ in places]),
            caveats=tuple(caveats.splitlines()),
            packs=tuple(pack for _, _, _, pack in places),
            added_at=added_at,
        )
    return [samples[sample_id] for sample_id in ids if sample_id in samples]


def read_paths(cursor: Cursor, ids: Sequence[int], files: FileIds) -> dict[int, tuple[Path, ...]]:
    """Return where sounds lie, of some files only; sounds without one of these are left out."""
    roots = dict(cursor.execute("SELECT id, path FROM roots"))
    paths: defaultdict[int, list[Path]] = defaultdict(list)
    allowed = set(files[np.isin(files[:, 1], ids), 0].tolist())
    for sample_id, file_id, root_id, relpath in cursor.execute(_PATHS, (json.dumps(list(ids)),)):
        if file_id in allowed:
            paths[sample_id].append(from_stored(roots[root_id], relpath))
    return {sample_id: tuple(places) for sample_id, places in paths.items()}


def _read_files(
    cursor: Cursor, wanted: str, packs: Mapping[tuple[int, str], str]
) -> dict[int, list[tuple[Path, bool, Provenance, str]]]:
    """Return path, presence, origin and pack of the files of each sample, the first found first."""
    roots = dict(cursor.execute("SELECT id, path FROM roots"))
    is_online = {root_id: is_present(stored) for root_id, stored in roots.items()}
    files: defaultdict[int, list[tuple[Path, bool, Provenance, str]]] = defaultdict(list)
    for sample_id, root_id, relpath, folder, *origin in cursor.execute(_FILES, (wanted,)):
        place = (from_stored(roots[root_id], relpath), is_online[root_id])
        files[sample_id].append((*place, Provenance(*origin), packs.get((root_id, folder), "")))
    return files


def _best_known(found: Sequence[Provenance]) -> Provenance:
    """Return what one of the files says: the first that names a licence, else the first that says anything."""
    return max(found, key=lambda one: (one.license is not None, one != UNKNOWN_PROVENANCE))


def _grouped(rows: Iterable[tuple[Any, ...]], make: Callable[..., T]) -> defaultdict[int, list[T]]:
    groups: defaultdict[int, list[T]] = defaultdict(list)
    for sample_id, *values in rows:
        groups[sample_id].append(make(*values))
    return groups


def _as_reading(name: str, source: int, confidence: float, number: float | None, text: str | None) -> Reading:
    return Reading(name, Source(source), confidence, number, text)


def _as_tag(facet: str, name: str, source: int, confidence: float, parent: str | None) -> Tag:
    return Tag(facet, name, Source(source), confidence, parent)
