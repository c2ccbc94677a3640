"""Vectors, and the encoders that made them."""

from sqlalchemy import and_, bindparam, func, select
from sqlalchemy.orm import aliased

from db.schema.tables import Embedding, Encoder, MapPoint, Sample
from db.statements.constructs import given_ids, ordered_join

_given = given_ids("ids")
_of_encoder = Embedding.encoder_id == bindparam("encoder_id")
_before = aliased(Embedding)

# otherwise SQLite reads all vectors of the encoder for each sample
VECTORS = (
    select(Embedding.sample_id, Embedding.vector)
    .select_from(ordered_join(_given, Embedding, and_(Embedding.sample_id == _given.c.value, _of_encoder)))
    .order_by(_given.c.key)
)
ADDED = (
    select(Embedding.id, Embedding.sample_id, Embedding.vector)
    .where(_of_encoder, Embedding.id > bindparam("last_id"))
    .order_by(Embedding.id)
    .limit(bindparam("n"))
)
# of the row that an index ends with: its vector, and how many there are up to it
UP_TO = (
    select(
        Embedding.sample_id,
        Embedding.vector,
        select(func.count())
        .select_from(_before)
        .where(_before.encoder_id == Encoder.id, _before.id <= Embedding.id)
        .scalar_subquery(),
    )
    .join(Encoder, Encoder.id == Embedding.encoder_id)
    .where(Encoder.fingerprint == bindparam("fingerprint"), Embedding.id == bindparam("last_id"))
)
ENCODERS = select(Encoder.fingerprint, Encoder.dim)
MAP_POINTS = (
    select(MapPoint.sample_id, MapPoint.x, MapPoint.y)
    .join(Sample, Sample.id == MapPoint.sample_id)
    .where(MapPoint.encoder_id == bindparam("encoder_id"), Sample.n_files > 0)
    .order_by(MapPoint.sample_id)
)
