"""Samples that a transaction is about to change: `db.engines.base.Transaction.lock_samples`."""

from typing import Any

from sqlalchemy import CompoundSelect, bindparam, select, union

from db.schema.tables import EditedSample, File, FileContent, Problem, Sample
from db.statements.constructs import given_blobs, given_ids, is_one_of

_ids, _root_ids, _relpaths = given_ids("ids"), given_ids("root_ids"), given_blobs("relpaths")
_places = _relpaths.join(_root_ids, _root_ids.c.key == _relpaths.c.key)
_at_place = (File.root_id == _root_ids.c.value) & (File.relpath == _relpaths.c.value)
_was_at_place = (Problem.root_id == _root_ids.c.value) & (Problem.relpath == _relpaths.c.value)
_in_files = select(File.sample_id).select_from(_places.join(File, _at_place))
_in_problems = select(Problem.sample_id).select_from(_places.join(Problem, _was_at_place))

GIVEN = select(_ids.c.value)
IN_ROOT = select(File.sample_id).where(File.root_id == bindparam("root_id"))
AT_PLACES: CompoundSelect[Any] = union(_in_files, _in_problems)
OBSERVED: CompoundSelect[Any] = union(
    select(FileContent.sample_id).where(is_one_of(FileContent.file_hash, given_blobs("file_hashes"))),
    select(Sample.id).where(is_one_of(Sample.audio_hash, given_blobs("audio_hashes"))),
    _in_files,
    _in_problems,
)
EDITED = union(select(EditedSample.sample_id), select(EditedSample.before_id))
