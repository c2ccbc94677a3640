"""Tempo, key and pitch of samples."""

from sqlalchemy import bindparam, delete, or_, select, update

from db.schema.tables import File, Reading, Sample, SampleTag, Tag
from db.statements.constructs import given_ids, is_one_of, ordered_join, upsert

_ids, _sources = given_ids("ids"), given_ids("sources")
_values = (Reading.name, Reading.source, Reading.confidence, Reading.number, Reading.text)
_replaced = is_one_of(Reading.sample_id, _ids), is_one_of(Reading.source, _sources)

BY_SAMPLE = select(Reading.sample_id, *_values).where(is_one_of(Reading.sample_id, _ids))
TYPES = (
    select(SampleTag.sample_id, Tag.facet, Tag.name, SampleTag.source, SampleTag.confidence, Tag.parent)
    .select_from(ordered_join(_ids, SampleTag, SampleTag.sample_id == _ids.c.value))
    .join(Tag, Tag.id == SampleTag.tag_id)
    .where(SampleTag.is_effective, Tag.facet == "type")
)
_one = Reading.sample_id == bindparam("sample_id"), Reading.source == bindparam("source")
OF_SAMPLE = select(*_values).where(*_one)
STATED = (
    select(*_values, Reading.file_id)
    .join(File, (File.id == Reading.file_id) & (File.sample_id == Reading.sample_id))
    .where(*_one)
)
DELETE = delete(Reading).where(*_replaced)
DELETE_NAMED = delete(Reading).where(*_replaced, Reading.name == bindparam("name"))
STORE = upsert(Reading, ["sample_id", "name", "source"], ["number", "text", "confidence", "file_id"])

_best = {name: bindparam(name, type_=Sample.__table__.c[name].type) for name in ("bpm", "musical_key", "pitch_hz")}
SET_COLUMNS = (
    update(Sample)
    .values(_best)
    .where(
        Sample.id == bindparam("sample_id"),
        or_(*(Sample.__table__.c[name].is_distinct_from(given) for name, given in _best.items())),
    )
)
