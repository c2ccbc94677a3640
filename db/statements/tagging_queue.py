"""Samples that wait to be tagged."""

from sqlalchemy import delete, false, func, select

from db.schema.tables import Sample, TaggingQueue
from db.statements.constructs import given_ids, is_one_of, renew_from

_waits = select(TaggingQueue.has_new_name).where(TaggingQueue.sample_id == Sample.id).scalar_subquery()
_samples = select(Sample.id, func.coalesce(_waits, false()))
_columns = ["sample_id"], ["has_new_name"]

# A row that waits gets another id, so that whoever is just tagging the sample leaves it in the queue.
# Those that wait for as long are in the order of their ids, whatever the plan of a server.
REQUEST_SOME = renew_from(
    TaggingQueue, *_columns, _samples.where(is_one_of(Sample.id, given_ids("ids"))).order_by(Sample.id)
)
REQUEST_PRESENT = renew_from(TaggingQueue, *_columns, _samples.where(Sample.n_files > 0).order_by(Sample.id))
FINISH = delete(TaggingQueue).where(is_one_of(TaggingQueue.id, given_ids("ids")))
