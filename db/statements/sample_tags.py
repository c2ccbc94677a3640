"""Changes of tags, and of the tags of samples."""

from sqlalchemy import bindparam, delete, exists, select, update

from db.schema.tables import FewShotTag, SampleTag, Tag
from db.statements.constructs import given_ids, insert_new, insert_of, is_one_of, upsert

ALL_TAGS = select(Tag.id, Tag.facet, Tag.name, Tag.parent)
_named = (Tag.facet == bindparam("facet"), Tag.name == bindparam("name"))
FIND_TAG = select(Tag.id, Tag.parent).where(*_named)
ADD_TAG = insert_new(Tag, ["facet", "name", "parent"]).returning(Tag.id)
SET_PARENT = update(Tag).values(parent=bindparam("parent")).where(Tag.id == bindparam("tag_id"))
_is_given = exists().where(SampleTag.tag_id == Tag.id)
_is_effective = _is_given.where(SampleTag.is_effective)  # indexed: few tags need the scan of the other one
_is_learned = exists().where(FewShotTag.tag_id == Tag.id)
DROP_UNUSED_TAGS = delete(Tag).where(Tag.facet == "user", ~_is_effective, ~_is_learned, ~_is_given)

SET_FEW_SHOT = upsert(FewShotTag, ["tag_id"], ["imported"])
DROP_FEW_SHOT = delete(FewShotTag).where(FewShotTag.tag_id == select(Tag.id).where(*_named).scalar_subquery())

_of_samples = is_one_of(SampleTag.sample_id, given_ids("ids"))
OF_SAMPLES = select(
    SampleTag.sample_id, SampleTag.tag_id, SampleTag.source, SampleTag.confidence, SampleTag.is_effective
).where(_of_samples)
# + 0: one scan of a sample's few rows, not one look-up for each tag
SOME_OF_SAMPLES = OF_SAMPLES.where(is_one_of(SampleTag.tag_id + 0, given_ids("tag_ids")))

_this = (
    SampleTag.sample_id == bindparam("in_sample"),
    SampleTag.tag_id == bindparam("of_tag"),
    SampleTag.source == bindparam("from_source"),
)
INSERT = insert_of(SampleTag, ["sample_id", "tag_id", "source", "confidence", "is_effective"])
DELETE = delete(SampleTag).where(*_this)
# is_effective is indexed: leaving it out where it stays the same takes half of the time
_confidence = update(SampleTag).values(confidence=bindparam("new_confidence"))
SET_CONFIDENCE = _confidence.where(*_this)
SET_BOTH = _confidence.values(is_effective=bindparam("is_counted")).where(*_this)
