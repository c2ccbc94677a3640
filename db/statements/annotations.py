"""Stars, notes and what is hidden; when sounds were last used and listened to; collections."""

from sqlalchemy import bindparam, exists, func, select

from db.schema.tables import Annotation, Collection, CollectionSample, SampleHearing, SampleUse
from db.statements.constructs import given_ids

_given = given_ids("ids")
_collection = select(CollectionSample.sample_id).join(Collection, Collection.id == CollectionSample.collection_id)
_of_name = func.lower(Collection.name) == func.lower(bindparam("name"))

ANNOTATIONS = (
    select(Annotation.sample_id, Annotation.stars, Annotation.note, Annotation.is_hidden)
    .select_from(_given)
    .join(Annotation, Annotation.sample_id == _given.c.value)
)
USES = (
    select(SampleUse.sample_id, SampleUse.used_at)
    .select_from(_given)
    .join(SampleUse, SampleUse.sample_id == _given.c.value)
)
HEARINGS = (
    select(SampleHearing.sample_id, SampleHearing.heard_at)
    .select_from(_given)
    .join(SampleHearing, SampleHearing.sample_id == _given.c.value)
)
_members = CollectionSample.collection_id == Collection.id
COLLECTIONS = select(
    Collection.name,
    select(func.count()).select_from(CollectionSample).where(_members).scalar_subquery(),
    exists().where(_members, CollectionSample.slot.is_not(None)),
).order_by(func.lower(Collection.name))
MEMBERS = _collection.where(_of_name).order_by(CollectionSample.position)
SLOTS = (
    _collection.add_columns(CollectionSample.slot)
    .where(_of_name, CollectionSample.slot.is_not(None))
    .order_by(CollectionSample.position)
)
