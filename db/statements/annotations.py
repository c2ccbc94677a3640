"""Stars, notes and what is hidden; when sounds were last used and listened to; collections."""

from sqlalchemy import (
    BigInteger,
    BindParameter,
    Boolean,
    Integer,
    String,
    bindparam,
    delete,
    exists,
    false,
    func,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from db.schema.tables import Annotation, Collection, CollectionSample, Sample, SampleHearing, SampleUse
from db.statements.constructs import given_ids, insert_new, no_case, upsert, upsert_from

_given = given_ids("ids")
_collection = select(CollectionSample.sample_id).join(Collection, Collection.id == CollectionSample.collection_id)
_of_name = no_case(Collection.name) == no_case(bindparam("name"))

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
).order_by(no_case(Collection.name))
MEMBERS = _collection.where(_of_name).order_by(CollectionSample.position)
SLOTS = (
    _collection.add_columns(CollectionSample.slot)
    .where(_of_name, CollectionSample.slot.is_not(None))
    .order_by(CollectionSample.position)
)

_sample_id: BindParameter[int] = bindparam("sample_id")
SET_ANNOTATION = upsert(Annotation, ["sample_id"], ["stars", "note", "is_hidden"])
DROP_ANNOTATION = delete(Annotation).where(Annotation.sample_id == _sample_id)
DROP_EMPTY_ANNOTATION = DROP_ANNOTATION.where(Annotation.stars == 0, Annotation.note == "", ~Annotation.is_hidden)
# each value by itself, so that of two people who change one sound at once both are kept
_stars, _note = bindparam("stars", type_=Integer), bindparam("note", type_=String)
_is_hidden = bindparam("is_hidden", type_=Boolean)
CHANGE_ANNOTATION = (
    insert(Annotation)
    .values(
        sample_id=_sample_id,
        stars=func.coalesce(_stars, 0),
        note=func.coalesce(_note, ""),
        is_hidden=func.coalesce(_is_hidden, false()),
    )
    .on_conflict_do_update(
        index_elements=["sample_id"],
        set_={
            "stars": func.coalesce(_stars, Annotation.stars),
            "note": func.coalesce(_note, Annotation.note),
            "is_hidden": func.coalesce(_is_hidden, Annotation.is_hidden),
        },
    )
)
_used_at, _heard_at = bindparam("used_at", type_=BigInteger), bindparam("heard_at", type_=BigInteger)
_known = Sample.id == _sample_id
SET_USE = upsert_from(SampleUse, ["sample_id"], ["used_at"], select(Sample.id, _used_at).where(_known))
SET_HEARING = upsert_from(SampleHearing, ["sample_id"], ["heard_at"], select(Sample.id, _heard_at).where(_known))

FIND_COLLECTION = select(Collection.id).where(_of_name).with_for_update()  # who changes its sounds holds it
ADD_COLLECTION = insert_new(Collection, ["name", "created_at"])
RENAME_COLLECTION = (
    update(Collection).values(name=bindparam("new_name")).where(Collection.id == bindparam("collection_id"))
)
DROP_COLLECTION = delete(Collection).where(Collection.id == bindparam("collection_id"))
_in_it = CollectionSample.collection_id == bindparam("collection_id")
SLOTS_IN = select(CollectionSample.sample_id, CollectionSample.slot).where(_in_it)
LAST_PLACE = select(func.coalesce(func.max(CollectionSample.position), 0)).where(_in_it)
IS_EMPTY = select(~exists().where(_in_it))
ADD_MEMBER = insert_new(CollectionSample, ["collection_id", "sample_id", "position", "slot"])
DROP_MEMBER = delete(CollectionSample).where(_in_it, CollectionSample.sample_id == _sample_id)
DROP_MEMBERS = delete(CollectionSample).where(_in_it)
