"""Filters of a query line: what each of them matches."""

import json
import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

import numpy as np
import numpy.typing as npt

from db.compiled import filters as compiled
from db.compiled.annotations import MEMBERS
from db.compiled.overview import SETTING
from db.compiled.samples import ABSENT
from db.compiled.tags import MEANT
from db.engines.base import Transaction
from db.engines.selection import Condition, Match, Selection
from db.paths import search_text
from db.query.ages import SECONDS_PER_DAY
from db.query.intervals import Interval
from db.query.licenses import license_matches
from db.query.names import like, match_folders, match_names
from db.query.parser import Filter
from db.read.folders import match_pack
from db.types import SampleIds

_AGES = frozenset({"added", "heard", "used"})
TYPE_GROUPS = "type_groups"  # setting: the next broader type of each type that has one, as JSON
UNSURE = "unsure"  # as a type: the sounds that have none
_HIDDEN_OR_NOT = Filter("hidden", "any")
_HIDDEN = Match(compiled.HIDDEN, {})
_ABSENT = Match(ABSENT, {})


def select(transaction: Transaction, filters: Sequence[Filter]) -> Selection | None:
    """Return the samples on record that pass every filter, as statements; None where that is all of them.

    What the user has hidden passes only where ``hidden:`` asks for it.
    """
    if not filters and transaction.first(compiled.HIDDEN) is None:
        return None
    samples = [_condition(transaction, one) for one in filters if one.name not in _OF_FILES and one != _HIDDEN_OR_NOT]
    if not any(one.name == "hidden" and (one.value == "no") == one.is_excluded for one in filters):
        samples.append(Condition((_HIDDEN,), is_excluded=True))
    samples.append(Condition((_ABSENT,), is_excluded=True))
    return Selection(tuple(samples), select_files(transaction, filters))


def select_files(transaction: Transaction, filters: Sequence[Filter]) -> tuple[Condition, ...]:
    """Return the conditions on files: of `in:`, `pack:`, `name:` and `ext:`."""
    return tuple(
        Condition(_OF_FILES[one.name](transaction, str(one.value)), one.is_excluded)
        for one in filters
        if one.name in _OF_FILES
    )


def read_filter_confidence(
    transaction: Transaction, filters: Sequence[Filter], ids: SampleIds
) -> npt.NDArray[np.float32] | None:
    """Return the confidence of the tags that filters ask for; the lowest of several.

    Args:
        transaction: To read in.
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
        found = transaction.numbers(compiled.SURENESS, tag_ids=_tag_ids(transaction, str(kept.value)))
        places = np.searchsorted(ids, found >> 10)
        is_in = places < len(ids)
        is_in[is_in] = ids[places[is_in]] == found[is_in] >> 10
        best = np.zeros(len(ids), np.float32)
        np.maximum.at(best, places[is_in], (found[is_in] & 1023) / np.float32(1000))
        sureness = np.minimum(sureness, best)
    return sureness


def _condition(transaction: Transaction, asked: Filter) -> Condition:
    if isinstance(asked.value, Interval):
        return Condition(_match_numbers(asked.name, asked.value), asked.is_excluded)
    if asked.name == "type" and bare_name(asked.value) == UNSURE:
        return Condition((Match(compiled.TYPED, {}),), not asked.is_excluded)
    if asked.name == "hidden" and asked.value == "no":
        return Condition((_HIDDEN,), not asked.is_excluded)
    return Condition(_TEXTS[asked.name](transaction, asked.value), asked.is_excluded)


def _match_numbers(name: str, interval: Interval) -> tuple[Match, ...]:
    if name == "tempo":  # half of it and twice it: a loop can be counted in any of them
        return tuple(_match_interval("bpm", interval.scaled(factor)) for factor in (0.5, 1.0, 2.0))
    if name in _AGES:
        now = time.time()
        first, last = (None if end is None else now - end * SECONDS_PER_DAY for end in (interval.high, interval.low))
        interval = Interval(first, last, interval.is_strict)
    return (_match_interval(name, interval),)


def _match_interval(name: str, interval: Interval) -> Match:
    low = -math.inf if interval.low is None else float(interval.low)
    high = math.inf if interval.high is None else float(interval.high)
    if interval.is_strict:
        low, high = math.nextafter(low, math.inf), math.nextafter(high, -math.inf)
    return Match(compiled.BETWEEN[name], {"low": low, "high": high})


def _match_tag(transaction: Transaction, name: str, facet: str | None) -> tuple[Match, ...]:
    """Match effective tags by name, group or parent, whatever the case, spaces and hyphens."""
    return (Match(compiled.TAGGED, {"tag_ids": _tag_ids(transaction, name, facet)}),)


def _tag_ids(transaction: Transaction, name: str, facet: str | None = None) -> list[int]:
    """Return the tags that are meant by a name: those called so, and those under it ("tom" is over "floor tom")."""
    setting = transaction.value(SETTING, name=TYPE_GROUPS)
    groups: dict[str, str] = json.loads(setting) if setting else {}
    return [
        tag_id
        for tag_id, of_facet, tag, parent in transaction.rows(MEANT, facet=facet)
        if bare_name(name) in map(bare_name, (tag, parent or "", *(_wider(tag, groups) if of_facet == "type" else ())))
    ]


def _wider(name: str, groups: Mapping[str, str]) -> Iterator[str]:
    for _ in groups:  # a chain is no longer than this, even one that runs in a circle
        if name not in groups:
            break
        name = groups[name]
        yield name


def _match_key(_transaction: Transaction, key: str) -> tuple[Match, ...]:
    return (Match(compiled.IN_KEY, {"key": key}),)


def _match_ext(_transaction: Transaction, ext: str) -> tuple[Match, ...]:
    return (Match(compiled.WITH_EXTENSION, {"ext": ext}),)


def _match_collection(_transaction: Transaction, name: str) -> tuple[Match, ...]:
    return (Match(MEMBERS, {"name": name}),)


def _match_hidden(_transaction: Transaction, which: str) -> tuple[Match, ...]:
    return (_HIDDEN if which == "yes" else Match(compiled.SAMPLES, {}),)


def _match_origin(transaction: Transaction, name: str, is_meant: Callable[[str], bool]) -> tuple[Match, ...]:
    meant = [value for (value,) in transaction.rows(compiled.ORIGINS[name]) if is_meant(value)]
    return (Match(compiled.OF_ORIGIN[name], {"values": meant}),)


def _match_license(transaction: Transaction, name: str) -> tuple[Match, ...]:
    return _match_origin(transaction, "license", partial(license_matches, asked=name))


def _match_author(transaction: Transaction, name: str) -> tuple[Match, ...]:
    return _match_origin(transaction, "author", lambda author: search_text(name) in search_text(author))


def _match_note(_transaction: Transaction, part: str) -> tuple[Match, ...]:
    return (Match(compiled.NOTED, {"pattern": like(part)}),)


_TEXTS: dict[str, Callable[[Transaction, str], tuple[Match, ...]]] = {
    "type": partial(_match_tag, facet="type"),
    "form": partial(_match_tag, facet="form"),
    "tag": partial(_match_tag, facet=None),
    "key": _match_key,
    "license": _match_license,
    "author": _match_author,
    "collection": _match_collection,
    "note": _match_note,
    "hidden": _match_hidden,
}
_OF_FILES: dict[str, Callable[[Transaction, str], tuple[Match, ...]]] = {
    "ext": _match_ext,
    "in": match_folders,
    "name": match_names,
    "pack": match_pack,
}


def bare_name(name: str) -> str:
    """Return the letters and digits of a name, in lower case: spaces, hyphens and case make no other tag."""
    return "".join(character for character in name.casefold() if character.isalnum())
