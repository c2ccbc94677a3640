"""What sounds are tagged by, for many at once."""

from sqlalchemy import and_, bindparam, func, select

from db.schema.tables import File, Reading, Sample, TaggingQueue
from db.statements.constructs import given_ids
from db.types import Source

_given = given_ids("ids")
_samples = Sample.__table__.c
_path = func.ltrim(File.folder + "/" + File.name, "/")

INPUTS = (
    select(
        Sample.id,
        _samples.duration_seconds,
        _samples.n_onsets,
        Reading.confidence,
        func.coalesce(File.original_name, _path),
    )
    .select_from(_given)
    .join(Sample, Sample.id == _given.c.value)
    .outerjoin(File, File.sample_id == Sample.id)
    .outerjoin(
        Reading,
        and_(Reading.sample_id == Sample.id, Reading.name == "bpm", Reading.source == int(Source.ANALYSIS)),
    )
    .order_by(_given.c.key, File.id)
)
QUEUE = (
    select(TaggingQueue.id, TaggingQueue.sample_id, TaggingQueue.has_new_name)
    .order_by(TaggingQueue.id)
    .limit(bindparam("limit"))
)
N_QUEUED = select(func.count()).select_from(TaggingQueue)
