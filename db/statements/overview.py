"""The library in figures, and what is wrong with it."""

from sqlalchemy import bindparam, func, select

from db.schema.tables import Embedding, Encoder, File, Meta, Problem, Root, Sample

_samples = Sample.__table__.c
_n_files = func.sum(Sample.n_files)
_n_vectors = select(func.count()).select_from(Embedding).where(Embedding.encoder_id == Encoder.id).scalar_subquery()

SETTING = select(Meta.value).where(Meta.name == bindparam("name"))
TOTALS = select(
    func.count(), func.coalesce(func.sum(_samples.duration_seconds), 0.0), func.coalesce(_n_files, 0)
).where(Sample.n_files > 0)
FORMATS = (
    select(_samples.format, _n_files)
    .where(Sample.n_files > 0)
    .group_by(_samples.format)
    .order_by(_n_files.desc(), _samples.format)
)
ENCODERS = select(Encoder.fingerprint, Encoder.name, Encoder.revision, _n_vectors).order_by(Encoder.id)
SIZE = select(func.coalesce(func.sum(File.size_bytes), 0))
N_PROBLEMS = select(func.count()).select_from(Problem)
PROBLEMS = (
    select(Root.path, Problem.relpath, Problem.code, Problem.message, Problem.seen_at)
    .select_from(Problem)
    .join(Root, Root.id == Problem.root_id)
    .order_by(Problem.root_id, Problem.relpath)
)
PARTLY_READ = (
    select(Root.path, File.relpath, Sample.caveats)
    .select_from(Sample)
    .join(File, File.sample_id == Sample.id)
    .join(Root, Root.id == File.root_id)
    .where(Sample.caveats != "")
    .order_by(File.root_id, File.relpath)
)
