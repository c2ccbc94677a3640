"""What filters match: ids of samples, or of files each with its sample."""

from typing import Any

from sqlalchemy import BigInteger, Float, Select, String, bindparam, cast, func, select

from db.measurements import MEASUREMENTS, READINGS
from db.schema.tables import Annotation, File, FileProvenance, Sample, SampleHearing, SampleTag, SampleUse, Tag
from db.statements.constructs import given_ids, given_texts, is_one_of

_Matches = Select[*tuple[Any, ...]]
_samples = Sample.__table__.c
_tag_ids = given_ids("tag_ids")
_values = given_texts("values")
_ORIGINS = {"license": FileProvenance.license, "author": FileProvenance.author}

SAMPLES = select(Sample.id)
FILES = select(File.id, File.sample_id)
HIDDEN = select(Annotation.sample_id).where(Annotation.is_hidden)
TYPED = (
    select(SampleTag.sample_id).join(Tag, Tag.id == SampleTag.tag_id).where(SampleTag.is_effective, Tag.facet == "type")
)
_tagged = (SampleTag.is_effective, is_one_of(SampleTag.tag_id, _tag_ids))
TAGGED = select(SampleTag.sample_id).where(*_tagged)
# sample and thousandths in one number: a third of the time that two columns and the maximum of each sample take
SURENESS = select(SampleTag.sample_id * 1024 + cast(func.round(1000 * SampleTag.confidence), BigInteger)).where(
    *_tagged
)
IN_KEY = select(Sample.id).where(Sample.musical_key == bindparam("key"))
NOTED = select(Annotation.sample_id).where(Annotation.note.ilike(bindparam("pattern", type_=String), escape="\\"))
WITH_EXTENSION = FILES.where(File.ext == bindparam("ext"))

ORIGINS = {name: select(column).where(column.is_not(None)).distinct() for name, column in _ORIGINS.items()}
OF_ORIGIN = {
    name: select(File.sample_id).where(File.id.in_(select(FileProvenance.file_id).where(is_one_of(column, _values))))
    for name, column in _ORIGINS.items()
}


def _between(sample_id: Any, column: Any) -> _Matches:
    return select(sample_id).where(column.between(bindparam("low", type_=Float), bindparam("high", type_=Float)))


BETWEEN = {
    **{
        one.filter: _between(Sample.id, getattr(Sample, name))
        for name, one in (*MEASUREMENTS.items(), *READINGS.items())
    },
    "bars": _between(Sample.id, (_samples.duration_seconds * Sample.bpm).op("/", precedence=8)(240.0)),  # of four beats
    "stars": _between(Annotation.sample_id, Annotation.stars),
    "added": _between(Sample.id, Sample.created_at),
    "heard": _between(SampleHearing.sample_id, SampleHearing.heard_at),
    "used": _between(SampleUse.sample_id, SampleUse.used_at),
}
