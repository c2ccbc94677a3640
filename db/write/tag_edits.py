"""Edits of tags that can be undone: each is stored with every confidence before and after it."""

import json
import zlib
from collections.abc import Mapping
from typing import TypeAlias

from db.compiled.locks import GIVEN
from db.compiled.sample_tags import DROP_FEW_SHOT, DROP_UNUSED_TAGS, SET_FEW_SHOT
from db.compiled.tag_edits import BY_ID, DROP, DROP_OLD, LAST, STORE
from db.engines.base import Transaction
from db.read.tags import read_few_shot_tags, read_tag_confidences
from db.types import Source, TagKey, TagName
from db.write.records import TagEdit
from db.write.tags import TAGS, TagWriter

_MAX_STORED = 50

# Before and after; None: the source says nothing, the tag is not learned.
_Confidences: TypeAlias = Mapping[TagKey, tuple[float | None, float | None]]
_FewShot: TypeAlias = Mapping[TagName, tuple[str | None, str | None]]


def apply_edit(transaction: Transaction, edit: TagEdit) -> tuple[int, int | None]:
    """Change tags, and store what undoes it.

    Returns:
        How many samples changed, and the id by which `undo_edit` knows the edit; None where there is nothing to undo.
    """
    edit_id = None
    sources = {key.source for key in edit.confidences}
    known: dict[TagKey, float | None] = {}
    for tag in {key.tag for key in edit.confidences}:
        known |= read_tag_confidences(transaction, tag, sources)
    confidences = {key: (known.get(key), new) for key, new in edit.confidences.items() if known.get(key) != new}
    learned = read_few_shot_tags(transaction)
    few_shot = {tag: (learned.get(tag), new) for tag, new in edit.few_shot.items() if learned.get(tag) != new}
    if confidences or few_shot:
        _write(
            transaction,
            {key: after for key, (_, after) in confidences.items()},
            {tag: after for tag, (_, after) in few_shot.items()},
        )
        if edit.can_be_undone:
            edit_id = transaction.add(STORE, summary=edit.summary, changes=_pack(confidences, few_shot))
            transaction.run(DROP_OLD, n_kept=_MAX_STORED)
    return len({key.sample_id for key in confidences}), edit_id


def undo_edit(transaction: Transaction, edit_id: int | None) -> str | None:
    """Undo an edit, the last one where its id is None, except for what was changed again since.

    Returns:
        Its summary; None where there is no such edit, or none any more.
    """
    row = transaction.first(LAST) if edit_id is None else transaction.first(BY_ID, edit_id=edit_id)
    if row is None:
        return None
    confidences, few_shot = _unpack(row[2])
    transaction.lock_samples(GIVEN, ids={key.sample_id for key in confidences})
    known: dict[TagKey, float] = {}
    for tag in {key.tag for key in confidences}:
        known |= read_tag_confidences(transaction, tag, list(Source))
    learned = read_few_shot_tags(transaction)
    _write(
        transaction,
        {key: before for key, (before, after) in confidences.items() if known.get(key) == after},
        {tag: before for tag, (before, after) in few_shot.items() if learned.get(tag) == after},
    )
    transaction.run(DROP, edit_id=row[0])
    return str(row[1])


def _write(
    transaction: Transaction, confidences: Mapping[TagKey, float | None], few_shot: Mapping[TagName, str | None]
) -> None:
    tags = TagWriter(transaction)
    tags.ensure(
        [*(key.tag for key in confidences), *(tag for tag, imported in few_shot.items() if imported is not None)]
    )
    for tag, imported in sorted(few_shot.items(), key=lambda one: one[0][:2]):
        if imported is None:
            transaction.run(DROP_FEW_SHOT, facet=tag.facet, name=tag.name)
        else:
            transaction.run(SET_FEW_SHOT, tag_id=tags.find_id(tag), imported=imported)
    tags.edit(confidences)
    # What another transaction gives meanwhile is not seen here, and would go with its tag.
    if transaction.claim(TAGS):
        transaction.run(DROP_UNUSED_TAGS)


def _pack(confidences: _Confidences, few_shot: _FewShot) -> bytes:
    tags = list(dict.fromkeys([*(key.tag for key in confidences), *few_shot]))
    places = {tag: place for place, tag in enumerate(tags)}
    document = {
        "tags": tags,
        "confidences": [(key.sample_id, places[key.tag], key.source, *values) for key, values in confidences.items()],
        "few_shot": [(places[tag], *values) for tag, values in few_shot.items()],
    }
    return zlib.compress(json.dumps(document).encode(), 1)


def _unpack(packed: bytes) -> tuple[_Confidences, _FewShot]:
    document = json.loads(zlib.decompress(packed))
    tags = [TagName(*tag) for tag in document["tags"]]
    confidences = {
        TagKey(sample, tags[tag], Source(source)): (before, after)
        for sample, tag, source, before, after in document["confidences"]
    }
    return confidences, {tags[tag]: (before, after) for tag, before, after in document["few_shot"]}
