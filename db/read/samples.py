"""Sounds with all that is known of them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from db.compiled.overview import SETTING
from db.compiled.roots import PATHS as ROOT_PATHS
from db.compiled.samples import FEATURES, FILES, PATHS, READINGS, TAGS
from db.engines.base import Row, Transaction
from db.measurements import Features
from db.paths import from_stored, is_present
from db.read.folders import PackNames
from db.read.settings import FILES_VERSION
from db.resolution import effective_readings
from db.types import UNKNOWN_PROVENANCE, FileIds, Provenance, Reading, Sample, Source, Tag

T = TypeVar("T")


def read_samples(transaction: Transaction, ids: Sequence[int], packs: PackNames) -> list[Sample]:
    """Return sounds in the order asked, in six queries at once; ids without a file on record are left out.

    Args:
        transaction: To read in.
        ids: Samples.
        packs: Of the library.
    """
    wanted = sorted({int(sample_id) for sample_id in ids})
    asked = [(statement, {"ids": wanted}) for statement in (FILES, READINGS, TAGS, FEATURES)]
    of_files, of_readings, of_tags, of_features, roots, version = transaction.rows_of_each(
        [*asked, (ROOT_PATHS, {}), (SETTING, {"name": FILES_VERSION})]
    )
    files = _places(of_files, dict(roots), packs.get(transaction, version[0][0] if version else None))
    readings = _grouped(of_readings, _as_reading)
    tags = _grouped(of_tags, _as_tag)
    measured = {row[0]: (row[1], row[2], Features(*row[3:])) for row in of_features}
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


def read_paths(transaction: Transaction, ids: Sequence[int], files: FileIds) -> dict[int, tuple[Path, ...]]:
    """Return where sounds lie, of some files only; sounds without one of these are left out."""
    roots: dict[int, bytes] = dict(transaction.rows(ROOT_PATHS))
    paths: defaultdict[int, list[Path]] = defaultdict(list)
    allowed = set(files[:, 0].tolist())
    for sample_id, file_id, root_id, relpath in transaction.rows(PATHS, ids=ids):
        if file_id in allowed:
            paths[sample_id].append(from_stored(roots[root_id], relpath))
    return {sample_id: tuple(places) for sample_id, places in paths.items()}


def _places(
    rows: Iterable[Row], roots: Mapping[int, bytes], packs: Mapping[tuple[int, str], str]
) -> dict[int, list[tuple[Path, bool, Provenance, str]]]:
    """Return path, presence, origin and pack of the files of each sample, the first found first."""
    is_online = {root_id: is_present(stored) for root_id, stored in roots.items()}
    files: defaultdict[int, list[tuple[Path, bool, Provenance, str]]] = defaultdict(list)
    for sample_id, root_id, relpath, folder, *origin in rows:
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
