"""Everything that the user said of sounds, with what identifies these in any library."""

from sqlalchemy import bindparam, func, select, union

from db.schema.tables import Annotation, CollectionSample, File, FileContent, Reading, Sample, SampleTag
from db.statements.constructs import given_ids
from db.types import Source

_given = given_ids("ids")
_by_user = Reading.source == int(Source.USER)

MARKED = union(
    select(Annotation.sample_id),
    select(CollectionSample.sample_id),
    select(SampleTag.sample_id).where(SampleTag.source == int(Source.USER)),
    select(Reading.sample_id).where(_by_user),
)
SAMPLES = (
    select(Sample.id, Sample.audio_hash)
    .select_from(_given)
    .join(Sample, Sample.id == _given.c.value)
    .order_by(Sample.id)
)
CONTENTS = (
    select(FileContent.sample_id, FileContent.file_hash)
    .select_from(_given)
    .join(FileContent, FileContent.sample_id == _given.c.value)
)
NAMES = (
    select(File.sample_id, func.min(File.name))
    .select_from(_given)
    .join(File, File.sample_id == _given.c.value)
    .group_by(File.sample_id)
)
READINGS = (
    select(Reading.sample_id, Reading.name, Reading.source, Reading.confidence, Reading.number, Reading.text)
    .select_from(_given)
    .join(Reading, Reading.sample_id == _given.c.value)
    .where(_by_user)
    .order_by(Reading.name)
)
BY_AUDIO = select(Sample.id).where(Sample.audio_hash == bindparam("hash"))
BY_FILE = select(FileContent.sample_id).where(FileContent.file_hash == bindparam("hash"))
