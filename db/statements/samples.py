"""Sounds with all that is known of them."""

from sqlalchemy import select

from db.measurements import FEATURES as FIELDS
from db.schema.tables import File, FileProvenance, Reading, Sample, SampleTag, Tag
from db.statements.constructs import given_ids

_given = given_ids("ids")
_files = select(File.sample_id).select_from(_given).join(File, File.sample_id == _given.c.value)

FEATURES = (
    select(Sample.id, Sample.caveats, Sample.created_at, *(getattr(Sample, name) for name in FIELDS))
    .select_from(_given)
    .join(Sample, Sample.id == _given.c.value)
)
PATHS = _files.add_columns(File.id, File.root_id, File.relpath).order_by(File.id)
FILES = (
    _files.add_columns(
        File.root_id, File.relpath, File.folder, FileProvenance.author, FileProvenance.license, FileProvenance.url
    )
    .outerjoin(FileProvenance, FileProvenance.file_id == File.id)
    .order_by(File.id)
)
READINGS = (
    select(Reading.sample_id, Reading.name, Reading.source, Reading.confidence, Reading.number, Reading.text)
    .select_from(_given)
    .join(Reading, Reading.sample_id == _given.c.value)
    .order_by(Reading.source)
)
TAGS = (
    select(SampleTag.sample_id, Tag.facet, Tag.name, SampleTag.source, SampleTag.confidence, Tag.parent)
    .select_from(_given)
    .join(SampleTag, SampleTag.sample_id == _given.c.value)
    .join(Tag, Tag.id == SampleTag.tag_id)
    .where(SampleTag.is_effective)
    .order_by(SampleTag.confidence.desc(), SampleTag.source.desc(), Tag.facet, Tag.name)
)
PRESENT = select(Sample.id).where(Sample.n_files > 0).order_by(Sample.id)
ABSENT = select(Sample.id).where(Sample.n_files == 0)
COPIED = select(Sample.id).where(Sample.n_files > 1)
ANY = select(Sample.id).limit(1)
