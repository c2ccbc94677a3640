"""Sort orders of a library: the value by which each sound stands."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import aliased

from db.measurements import MEASUREMENTS, READINGS
from db.schema.tables import Annotation, File, Sample, SampleHearing, SampleTag, SampleUse, Tag

_Values = Select[*tuple[Any, ...]]  # of sample id and value

_type_tags = select(Tag.id).where(Tag.facet == "type")
_type_confidence = (
    select(Sample.id, func.coalesce(func.max(SampleTag.confidence), 0))
    .outerjoin(
        SampleTag,
        and_(SampleTag.sample_id == Sample.id, SampleTag.is_effective, SampleTag.tag_id.in_(_type_tags)),
    )
    .group_by(Sample.id)
)


def _first_tags(facet: str) -> _Values:
    return (
        select(SampleTag.sample_id, func.min(Tag.name))
        .join(Tag, Tag.id == SampleTag.tag_id)
        .where(SampleTag.is_effective, Tag.facet == facet)
        .group_by(SampleTag.sample_id)
    )


def _column(name: str) -> _Values:
    return select(Sample.id, getattr(Sample, name))


def _ranks(values: _Values) -> _Values:
    found = values.subquery()
    sample_id, value = found.c
    rank: ColumnElement[int] = func.dense_rank().over(order_by=value)
    return select(sample_id, rank).where(value.is_not(None)).order_by(sample_id)


_VALUES = {
    "type": _first_tags("type"),
    "form": _first_tags("form"),
    "confidence": _type_confidence,
    "stars": select(Sample.id, func.coalesce(Annotation.stars, 0)).outerjoin(
        Annotation, Annotation.sample_id == Sample.id
    ),
    "used": select(SampleUse.sample_id, SampleUse.used_at),
    "heard": select(SampleHearing.sample_id, SampleHearing.heard_at),
    "key": _column("musical_key"),
    **{one.name: _column(column) for column, one in (*READINGS.items(), *MEASUREMENTS.items())},
}
RANKS = {order: _ranks(values) for order, values in _VALUES.items()}

# By the file that was found first, whose name is the one shown.
_other = aliased(File)
_is_first = File.id == select(func.min(_other.id)).where(_other.sample_id == File.sample_id).scalar_subquery()
FIRST_FILES = {
    "name": select(File.sample_id, File.name).where(_is_first),
    "folder": select(File.sample_id, File.folder).where(_is_first),
    "pack": select(File.sample_id, File.root_id, File.folder).where(_is_first),
}
