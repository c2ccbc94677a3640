"""Tags: which there are, which sound has which, and who says so."""

from sqlalchemy import String, bindparam, func, select

from db.schema.tables import FewShotTag, Sample, SampleTag, Tag
from db.statements.constructs import given_ids, is_one_of

_ids = given_ids("ids")
_sources = given_ids("sources")
_of_facet = func.coalesce(bindparam("facet", type_=String), Tag.facet) == Tag.facet  # None: of all

OF_SAMPLES = (
    select(SampleTag.sample_id, Tag.facet, Tag.name, SampleTag.source, SampleTag.confidence, Tag.parent)
    .select_from(_ids)
    .join(SampleTag, SampleTag.sample_id == _ids.c.value)
    .join(Tag, Tag.id == SampleTag.tag_id)
    .where(is_one_of(SampleTag.source, _sources))
    .order_by(Tag.facet, Tag.name, SampleTag.source)
)
OF_TAG = (
    select(SampleTag.sample_id, SampleTag.source, SampleTag.confidence)
    .join(Tag, Tag.id == SampleTag.tag_id)
    .where(Tag.facet == bindparam("facet"), Tag.name == bindparam("name"), is_one_of(SampleTag.source, _sources))
)
FEW_SHOT = (
    select(Tag.facet, Tag.name, Tag.parent, FewShotTag.imported)
    .join(FewShotTag, FewShotTag.tag_id == Tag.id)
    .order_by(Tag.id)
)
TAGS = select(Tag.id, Tag.facet, Tag.name, Tag.parent).order_by(Tag.facet, Tag.parent.nulls_first(), Tag.name)
NAMES = select(Tag.name, Tag.parent).where(_of_facet)
MEANT = select(Tag.id, Tag.facet, Tag.name, Tag.parent).where(_of_facet)
EFFECTIVE = (
    select(SampleTag.tag_id, SampleTag.sample_id)
    .join(Sample, Sample.id == SampleTag.sample_id)
    .where(SampleTag.is_effective, Sample.n_files > 0)
)
