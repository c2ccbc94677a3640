"""Tags of samples, and which of them are effective."""

from collections.abc import Collection, Iterable, Mapping
from operator import itemgetter

from db.compiled.sample_tags import (
    ADD_TAG,
    ALL_TAGS,
    DELETE,
    FIND_TAG,
    INSERT,
    OF_SAMPLES,
    SET_BOTH,
    SET_CONFIDENCE,
    SET_PARENT,
    SOME_OF_SAMPLES,
)
from db.engines.base import Transaction
from db.resolution import ONE_OF_FACETS, effective_tags
from db.types import Source, Tag, TagKey, TagName
from db.write.readings import resolve_readings
from db.write.tagging_queue import request_tagging

TAGS = "tags"  # who gives some shares them: `db.engines.base.Transaction.share`

_Key = tuple[int, int]  # row id of a tag, and source
_Stored = dict[int, dict[_Key, tuple[float, int]]]  # by sample: confidence, and whether it counts
_Wanted = dict[int, dict[_Key, Tag]]


class TagWriter:
    """Change tags of samples within one transaction, and update which of them are effective."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        transaction.share(TAGS)
        self._names = {row[0]: TagName(*row[1:]) for row in transaction.rows(ALL_TAGS)}
        self._ids = {name[:2]: tag_id for tag_id, name in self._names.items()}
        self._made: dict[tuple[int, int, float], Tag] = {}

    def add(self, tags: Mapping[int, Collection[Tag]]) -> None:
        """Add tags, each in place of what the same source said of the same tag."""
        self.replace(tags, ())

    def replace(self, tags: Mapping[int, Collection[Tag]], sources: Collection[Source]) -> None:
        """Replace all tags of these samples from these sources; what stays the same is not written."""
        self.ensure(tag for given in tags.values() for tag in given)
        stored = self._read(tags)
        wanted = self._unchanged(stored, without=sources)
        for sample_id, given in tags.items():
            wanted[sample_id] |= self._keyed(given)
        self._write(stored, wanted)

    def edit(self, confidences: Mapping[TagKey, float | None]) -> None:
        """Set the confidence of single tags, None removes one; a sample of another type is to be tagged again."""
        names = {key.tag for key in confidences}
        self.ensure(names)
        edited = {self.find_id(tag) for tag in names}
        facets = {self._names[tag_id].facet for tag_id in edited} & set(ONE_OF_FACETS)
        beside = {tag_id for tag_id, name in self._names.items() if name.facet in facets}
        stored = self._read({key.sample_id for key in confidences}, edited | beside)
        wanted = self._unchanged(stored)
        for (sample_id, tag, source), confidence in confidences.items():
            key = self._ids[tag[:2]], source
            if confidence is None:
                wanted[sample_id].pop(key, None)
            else:
                wanted[sample_id][key] = self._make(*key, confidence)
        request_tagging(self._transaction, self._write(stored, wanted))

    def ensure(self, tags: Iterable[Tag | TagName]) -> None:
        """Store the tags that are new; a given parent replaces the one known."""
        new = set()
        for tag in tags:
            tag_id = self._ids.get(tag[:2])
            if tag_id is None or (tag.parent is not None and tag.parent != self._names[tag_id].parent):
                new.add(TagName(tag.facet, tag.name, tag.parent))
        for name in sorted(new, key=itemgetter(0, 1)):  # in one order, so that two writers never wait for each other
            self._ensure(name)

    def find_id(self, tag: Tag | TagName) -> int:
        """Return the row id of a tag that is there."""
        return self._ids[tag[:2]]

    def _ensure(self, tag: TagName) -> None:
        tag_id = self._ids.get(tag[:2])
        if tag_id is None:
            tag_id = self._add(tag)
        if tag.parent not in {None, self._names[tag_id].parent}:
            self._transaction.run(SET_PARENT, parent=tag.parent, tag_id=tag_id)
            self._names[tag_id] = tag

    def _add(self, tag: TagName) -> int:
        """Store a tag, or find the one that somebody else has just stored."""
        tag_id = self._transaction.value(ADD_TAG, facet=tag.facet, name=tag.name, parent=tag.parent)
        if tag_id is None:
            tag_id, parent = self._transaction.rows(FIND_TAG, facet=tag.facet, name=tag.name)[0]
            tag = tag._replace(parent=parent)
        self._names[tag_id], self._ids[tag[:2]] = tag, tag_id
        return int(tag_id)

    def _keyed(self, tags: Iterable[Tag]) -> dict[_Key, Tag]:
        return {(self._ids[tag[:2]], tag.source): tag for tag in tags}

    def _make(self, tag_id: int, source: int, confidence: float) -> Tag:
        """Return a stored tag; confidences are rounded, so that there are few different ones."""
        key = tag_id, source, confidence
        if key not in self._made:
            facet, name, parent = self._names[tag_id]
            self._made[key] = Tag(facet, name, Source(source), confidence, parent)
        return self._made[key]

    def _read(self, sample_ids: Iterable[int], tag_ids: Collection[int] | None = None) -> _Stored:
        stored: _Stored = {sample_id: {} for sample_id in sample_ids}
        if tag_ids is None:
            rows = self._transaction.rows(OF_SAMPLES, ids=stored)
        else:
            rows = self._transaction.rows(SOME_OF_SAMPLES, ids=stored, tag_ids=tag_ids)
        for sample_id, tag_id, source, *value in rows:
            stored[sample_id][tag_id, source] = tuple(value)
        return stored

    def _unchanged(self, stored: _Stored, without: Collection[Source] = ()) -> _Wanted:
        return {
            sample_id: {key: self._make(*key, value[0]) for key, value in tags.items() if key[1] not in without}
            for sample_id, tags in stored.items()
        }

    def _write(self, stored: _Stored, wanted: _Wanted) -> set[int]:
        """Write what differs; return the samples whose type is another one now."""
        changes = _Changes()
        retyped = set()
        for sample_id, tags in wanted.items():
            known = stored[sample_id]
            if len(tags) == len(known) and all(
                key in known and known[key][0] == tag.confidence for key, tag in tags.items()
            ):
                continue
            effective = set(effective_tags(tags.values()))
            changes.add(sample_id, known, tags, effective)
            before = {key[0] for key, (_, was_effective) in known.items() if was_effective}
            after = {key[0] for key, tag in tags.items() if tag in effective}
            if any(self._names[tag_id].facet == "type" for tag_id in before ^ after):
                retyped.add(sample_id)
        changes.run(self._transaction)
        resolve_readings(self._transaction, retyped)
        return retyped


class _Changes:
    """Rows of tags that differ from those that are stored."""

    def __init__(self) -> None:
        self._removed: list[tuple[object, ...]] = []
        self._added: list[tuple[object, ...]] = []
        self._flipped: list[tuple[object, ...]] = []  # whether they count is another now
        self._weighed: list[tuple[object, ...]] = []  # only their confidence is another now

    def add(
        self, sample_id: int, known: Mapping[_Key, tuple[float, int]], tags: Mapping[_Key, Tag], effective: set[Tag]
    ) -> None:
        """Compare the tags of a sample with the stored ones."""
        self._removed += [(sample_id, *key) for key in known if key not in tags]
        for key, tag in tags.items():
            is_effective = tag in effective
            if key not in known:
                self._added.append((sample_id, *key, tag.confidence, is_effective))
            elif known[key][1] != is_effective:
                self._flipped.append((tag.confidence, is_effective, sample_id, *key))
            elif known[key][0] != tag.confidence:
                self._weighed.append((tag.confidence, sample_id, *key))

    def run(self, transaction: Transaction) -> None:
        transaction.run_many(DELETE, self._removed)
        transaction.run_many(INSERT, self._added)
        transaction.run_many(SET_BOTH, self._flipped)
        transaction.run_many(SET_CONFIDENCE, self._weighed)
