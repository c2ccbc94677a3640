"""Filters as sets of sample ids: one covering index a filter, the rest in numpy."""

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial, reduce

import numpy as np
import numpy.typing as npt

from db.engines.sqlite import Cursor
from db.measurements import MEASUREMENTS, READINGS
from db.paths import search_text
from db.query.ages import SECONDS_PER_DAY
from db.query.intervals import Interval
from db.query.licenses import license_matches
from db.query.names import like, match_folders, match_names
from db.query.parser import Filter
from db.read.annotations import read_collection_ids
from db.read.columns import read_ids, read_numbers, read_pairs
from db.read.folders import match_pack
from db.types import FileIds, SampleIds

_COLUMNS = {one.filter: column for column, one in (*MEASUREMENTS.items(), *READINGS.items())}
_TIMES = {
    "added": ("created_at", "id", "samples"),
    "heard": ("heard_at", "sample_id", "sample_hearings"),
    "used": ("used_at", "sample_id", "sample_uses"),
}
_BARS = "duration_seconds * bpm / 240"  # of four beats
TYPE_GROUPS = "type_groups"  # setting: the next broader type of each type that has one, as JSON
UNSURE = "unsure"  # as a type: the sounds that have none
_TYPED = """
SELECT m.sample_id FROM sample_tags AS m JOIN tags AS t ON t.id = m.tag_id WHERE m.is_effective AND t.facet = 'type'
"""
_HIDDEN = "SELECT sample_id FROM annotations WHERE is_hidden"
_FILES = "SELECT id || ',' || sample_id FROM files"

# sample and thousandths in one number: a third of the time that two columns and the maximum of each sample take
_SURENESS = """
SELECT sample_id * 1024 + CAST(1000 * confidence + 0.5 AS INTEGER) FROM sample_tags
WHERE is_effective AND tag_id IN (SELECT value FROM json_each(?))
"""


def read_matching_ids(cursor: Cursor, filters: Sequence[Filter]) -> SampleIds | None:
    """Return the samples on record that pass every filter, ascending; None where that is all of them.

    What the user has hidden passes only where ``hidden:`` asks for it.
    """
    hidden = _unwanted_by_hiding(cursor, filters)
    if not filters and not len(hidden):
        return None
    of_samples = [condition for condition in filters if condition.name not in _OF_FILES]
    wanted = [_match(cursor, condition) for condition in of_samples if not condition.is_excluded]
    unwanted = [_match(cursor, condition) for condition in of_samples if condition.is_excluded]
    files = read_matching_files(cursor, filters)
    if files is not None:
        wanted.append(np.unique(files[:, 1]))
    unwanted += [hidden, read_ids(cursor, "SELECT id FROM samples WHERE n_files = 0")]
    start = wanted or [read_ids(cursor, "SELECT id FROM samples")]
    passing: SampleIds = reduce(partial(np.intersect1d, assume_unique=True), start)
    return np.setdiff1d(passing, np.concatenate(unwanted), assume_unique=True)


def read_matching_files(cursor: Cursor, filters: Sequence[Filter]) -> FileIds | None:
    """Return the files that pass all filters on files (`in:`, `pack:`, `name:`, `ext:`); None where there is none.

    A sound that lies in several places passes by one of them, so that ``-in:Old`` leaves out the places in Old alone.
    """
    of_files = [condition for condition in filters if condition.name in _OF_FILES]
    if not of_files:
        return None
    found = [(_OF_FILES[kept.name](cursor, str(kept.value)), kept.is_excluded) for kept in of_files]
    wanted = [files for files, is_excluded in found if not is_excluded] or [read_pairs(cursor, _FILES)]
    passing = wanted[0]
    for files in wanted[1:]:
        passing = passing[np.isin(passing[:, 0], files[:, 0])]
    for files, is_excluded in found:
        if is_excluded:
            passing = passing[~np.isin(passing[:, 0], files[:, 0])]
    return passing


def read_filter_confidence(cursor: Cursor, filters: Sequence[Filter], ids: SampleIds) -> npt.NDArray[np.float32] | None:
    """Return the confidence of the tags that filters ask for; the lowest of several.

    Args:
        cursor: Of a transaction.
        filters: Only ``tag:`` counts.
        ids: Samples that pass the filters, ascending.

    Returns:
        Confidence of each, shape ``(n,)``; None where no tag is asked for.
    """
    asked = [kept for kept in filters if kept.name == "tag" and not kept.is_excluded]
    if not asked:
        return None
    sureness = np.ones(len(ids), np.float32)
    for kept in asked:
        found = read_numbers(cursor, _SURENESS, json.dumps(_tag_ids(cursor, str(kept.value))))
        places = np.searchsorted(ids, found >> 10)
        is_in = places < len(ids)
        is_in[is_in] = ids[places[is_in]] == found[is_in] >> 10
        best = np.zeros(len(ids), np.float32)
        np.maximum.at(best, places[is_in], (found[is_in] & 1023) / np.float32(1000))
        sureness = np.minimum(sureness, best)
    return sureness


def _match(cursor: Cursor, condition: Filter) -> SampleIds:
    if isinstance(condition.value, Interval):
        if condition.name in _TIMES:
            return _match_age(cursor, condition.name, condition.value)
        if condition.name == "tempo":
            return _match_tempo(cursor, condition.value)
        if condition.name == "stars":
            return _match_number(cursor, "stars", condition.value, "sample_id", "annotations")
        if condition.name == "bars":
            return _match_number(cursor, _BARS, condition.value)
        return _match_number(cursor, _COLUMNS[condition.name], condition.value)
    return _TEXTS[condition.name](cursor, condition.value)


def _match_number(
    cursor: Cursor, column: str, interval: Interval, id_column: str = "id", table: str = "samples"
) -> SampleIds:
    strict = "" if interval.is_strict else "="
    bounds = [(f"{column} >{strict} ?", interval.low), (f"{column} <{strict} ?", interval.high)]
    given = [(sql, end) for sql, end in bounds if end is not None]
    where = " AND ".join(sql for sql, _ in given)
    query = f"SELECT {id_column} FROM {table} WHERE {where}"  # noqa: S608 (own names)
    return read_ids(cursor, query, *(end for _, end in given))


def _match_age(cursor: Cursor, name: str, days: Interval) -> SampleIds:
    """Match what came in, was listened to or was taken elsewhere so many days before now."""
    column, id_column, table = _TIMES[name]
    now = time.time()
    first, last = (None if end is None else now - end * SECONDS_PER_DAY for end in (days.high, days.low))
    return _match_number(cursor, column, Interval(first, last, days.is_strict), id_column, table)


def _match_tempo(cursor: Cursor, interval: Interval) -> SampleIds:
    """Match a tempo, half of it and twice it: a loop can be counted in any of them."""
    found = [_match_number(cursor, "bpm", interval.scaled(factor)) for factor in (0.5, 1.0, 2.0)]
    return np.unique(np.concatenate(found))


def _match_key(cursor: Cursor, key: str) -> SampleIds:
    return read_ids(cursor, "SELECT id FROM samples WHERE musical_key = ?", key)


def _match_ext(cursor: Cursor, ext: str) -> FileIds:
    return read_pairs(cursor, f"{_FILES} WHERE ext = ?", ext)


def _match_tag(cursor: Cursor, name: str, facet: str | None = None) -> SampleIds:
    """Match effective tags by name, group or parent, whatever the case, spaces and hyphens."""
    return read_ids(
        cursor,
        "SELECT sample_id FROM sample_tags WHERE is_effective AND tag_id IN (SELECT value FROM json_each(?))",
        json.dumps(_tag_ids(cursor, name, facet)),
    )


def _tag_ids(cursor: Cursor, name: str, facet: str | None = None) -> list[int]:
    """Return the tags that are meant by a name: those called so, and those under it ("tom" is over "floor tom")."""
    row = cursor.execute("SELECT value FROM meta WHERE name = ?", (TYPE_GROUPS,)).fetchone()
    groups: dict[str, str] = json.loads(row[0]) if row else {}
    rows = cursor.execute("SELECT id, facet, name, parent FROM tags WHERE coalesce(?, facet) = facet", (facet,))
    return [
        tag_id
        for tag_id, of_facet, tag, parent in rows
        if _bare(name) in map(_bare, (tag, parent or "", *(_wider(tag, groups) if of_facet == "type" else ())))
    ]


def _wider(name: str, groups: Mapping[str, str]) -> Iterator[str]:
    for _ in groups:  # a chain is no longer than this, even one that runs in a circle
        if name not in groups:
            break
        name = groups[name]
        yield name


def _match_type(cursor: Cursor, name: str) -> SampleIds:
    if _bare(name) == UNSURE:
        typed = np.unique(read_ids(cursor, _TYPED))
        return np.setdiff1d(read_ids(cursor, "SELECT id FROM samples"), typed, assume_unique=True)
    return _match_tag(cursor, name, "type")


def _match_form(cursor: Cursor, name: str) -> SampleIds:
    return _match_tag(cursor, name, "form")


def _match_collection(cursor: Cursor, name: str) -> SampleIds:
    return np.unique(np.array(read_collection_ids(cursor, name), np.int64))


def _unwanted_by_hiding(cursor: Cursor, filters: Sequence[Filter]) -> SampleIds:
    """Return the samples that are left out since they are hidden: none where a filter asks for hidden ones."""
    is_asked = any(kept.name == "hidden" and (kept.value == "no") == kept.is_excluded for kept in filters)
    return np.empty(0, np.int64) if is_asked else read_ids(cursor, _HIDDEN)


def _match_hidden(cursor: Cursor, which: str) -> SampleIds:
    hidden = read_ids(cursor, _HIDDEN)
    everything = hidden if which == "yes" else read_ids(cursor, "SELECT id FROM samples")
    return np.setdiff1d(everything, hidden, assume_unique=True) if which == "no" else everything


def _match_provenance(cursor: Cursor, column: str, is_meant: Callable[[str], bool]) -> SampleIds:
    rows = cursor.execute(f"SELECT DISTINCT {column} FROM provenances WHERE {column} IS NOT NULL")  # noqa: S608 (own names)
    meant = [value for (value,) in rows.fetchall() if is_meant(value)]
    found = f"SELECT file_id FROM provenances WHERE {column} IN (SELECT value FROM json_each(?))"  # noqa: S608
    return np.unique(read_ids(cursor, f"SELECT sample_id FROM files WHERE id IN ({found})", json.dumps(meant)))  # noqa: S608


def _match_license(cursor: Cursor, name: str) -> SampleIds:
    return _match_provenance(cursor, "license", partial(license_matches, asked=name))


def _match_author(cursor: Cursor, name: str) -> SampleIds:
    return _match_provenance(cursor, "author", lambda author: search_text(name) in search_text(author))


def _match_note(cursor: Cursor, part: str) -> SampleIds:
    return read_ids(cursor, "SELECT sample_id FROM annotations WHERE note LIKE ? ESCAPE '\\'", like(part))


_TEXTS: dict[str, Callable[[Cursor, str], SampleIds]] = {
    "type": _match_type,
    "form": _match_form,
    "tag": _match_tag,
    "key": _match_key,
    "license": _match_license,
    "author": _match_author,
    "collection": _match_collection,
    "note": _match_note,
    "hidden": _match_hidden,
}
_OF_FILES: dict[str, Callable[[Cursor, str], FileIds]] = {
    "ext": _match_ext,
    "in": match_folders,
    "name": match_names,
    "pack": match_pack,
}


def _bare(name: str) -> str:
    return "".join(character for character in name.casefold() if character.isalnum())
