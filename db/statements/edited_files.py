"""New sounds where other sounds were, and what the user said of those."""

from sqlalchemy import BindParameter, bindparam, delete, exists, select

from db.schema.tables import Annotation, CollectionSample, EditedSample, Sample, SampleUse
from db.statements.constructs import insert_from, insert_of

_to_id = bindparam("to_id", type_=Sample.__table__.c.id.type)
_from_id: BindParameter[int] = bindparam("from_id")

NOTE = insert_of(EditedSample, ["sample_id", "before_id"])
WAIT = select(exists(select(1).select_from(EditedSample)))
# Older edits first: a sound can be edited twice before a run comes to its end.
ALL = (
    select(EditedSample.before_id, EditedSample.sample_id, Sample.n_files)
    .join(Sample, Sample.id == EditedSample.before_id)
    .order_by(EditedSample.sample_id)
)
FORGET_ALL = delete(EditedSample)

_annotation = select(_to_id, Annotation.stars, Annotation.note, Annotation.is_hidden)
COPY_ANNOTATION = insert_from(
    Annotation, ["sample_id", "stars", "note", "is_hidden"], _annotation.where(Annotation.sample_id == _from_id)
).on_conflict_do_nothing()
_use = select(_to_id, SampleUse.used_at).where(SampleUse.sample_id == _from_id)
COPY_USE = insert_from(SampleUse, ["sample_id", "used_at"], _use).on_conflict_do_nothing()
_membership = select(CollectionSample.collection_id, _to_id, CollectionSample.position, CollectionSample.slot)
COPY_MEMBERSHIP = insert_from(
    CollectionSample,
    ["collection_id", "sample_id", "position", "slot"],
    _membership.where(CollectionSample.sample_id == _from_id),
).on_conflict_do_nothing()
