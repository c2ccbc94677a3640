"""What an earlier run has seen, for a scan that opens only what is new."""

from sqlalchemy import and_, bindparam, select

from db.schema.tables import Embedding, Encoder, File, FileContent, Problem, Sample
from db.statements.constructs import given_ids, is_one_of

_of_encoder = Embedding.encoder_id == bindparam("encoder_id")
_sizes = given_ids("sizes")

ENCODER = select(Encoder.id).where(Encoder.fingerprint == bindparam("fingerprint"))
# In the order of ids the rows lie side by side: twice as fast as by path; + 0 keeps SQLite
# from another index.
KNOWN_FILES = (
    select(File.relpath, File.size_bytes, File.mtime_ns, File.ctime_ns, Embedding.id.is_not(None))
    .outerjoin(Embedding, and_(Embedding.sample_id == File.sample_id, _of_encoder))
    .where(File.root_id + 0 == bindparam("root_id"))
    .order_by(File.id)
)
KNOWN_PROBLEMS = select(Problem.relpath, Problem.size_bytes, Problem.mtime_ns, Problem.ctime_ns, Problem.code).where(
    Problem.root_id == bindparam("root_id")
)
COMPLETE_FILES = (
    select(FileContent.size_bytes, FileContent.file_hash)
    .join(Embedding, Embedding.sample_id == FileContent.sample_id)
    .where(_of_encoder, is_one_of(FileContent.size_bytes, _sizes))
)
EMBEDDED = (
    select(Sample.id)
    .join(Embedding, Embedding.sample_id == Sample.id)
    .where(Sample.audio_hash == bindparam("audio_hash"), _of_encoder)
)
