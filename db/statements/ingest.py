"""What an index run stores: sounds, files, vectors, problems."""

from sqlalchemy import bindparam, case, delete, func, select, update

from db.measurements import FEATURES
from db.schema.tables import Embedding, Encoder, File, FileContent, Problem, Sample
from db.statements.constructs import insert_new, insert_of, upsert

_sample_id = Sample.id == bindparam("sample_id")
_place = (File.root_id == bindparam("root_id"), File.relpath == bindparam("relpath"))
_problem = (Problem.root_id == bindparam("root_id"), Problem.relpath == bindparam("relpath"))
_STAT = ("size_bytes", "mtime_ns", "ctime_ns")
_NAMED = ("root_id", "relpath", *_STAT, "folder", "name", "search_folder", "search_name", "ext")

_by_file = select(FileContent.sample_id).where(FileContent.file_hash == bindparam("file_hash")).scalar_subquery()
_by_audio = select(Sample.id).where(Sample.audio_hash == bindparam("audio_hash")).scalar_subquery()
KNOWN_SAMPLE = select(func.coalesce(_by_file, _by_audio))
ADD_SAMPLE = insert_of(Sample, ["audio_hash", "size_bytes", "created_at", "caveats", *FEATURES])
_measured = {name: bindparam(name, type_=Sample.__table__.c[name].type) for name in FEATURES}
_stated_slices = case((Sample.n_files > 1, Sample.__table__.c.n_slices))
UPDATE_SAMPLE = (
    update(Sample)
    .values(_measured)
    # Slices are named by a file: one that names none says nothing against another one of the same sound.
    .values(n_slices=func.coalesce(_measured["n_slices"], _stated_slices))
    .values(size_bytes=bindparam("size_bytes"), caveats=bindparam("caveats"))
    .where(_sample_id)
)
ADD_SLICES = (
    update(Sample).values(n_slices=func.coalesce(Sample.__table__.c.n_slices, _measured["n_slices"])).where(_sample_id)
)
N_FILES = select(Sample.n_files).where(_sample_id)
ADD_CONTENT = insert_new(FileContent, ["file_hash", "size_bytes", "sample_id"])

FILE_AT = select(File.id, File.sample_id, File.file_hash).where(*_place)
FILES_OF = select(File.id, File.root_id, File.relpath).where(File.sample_id == bindparam("sample_id"))
ADD_FILE = insert_of(File, [*_NAMED, "file_hash", "sample_id", "first_seen_at"])
UPDATE_FILE = (
    update(File)
    .values({name: bindparam(name) for name in (*_NAMED, "file_hash")})
    .where(File.id == bindparam("file_id"))
)
SET_SOUND = update(File).values(sample_id=bindparam("sample_id")).where(File.id == bindparam("file_id"))
DROP_FILE = delete(File).where(File.id == bindparam("file_id"))
DROP_FILE_AT = delete(File).where(*_place)

PROBLEMS = select(Problem.relpath, Problem.sample_id).where(
    Problem.root_id == bindparam("root_id"), Problem.relpath.between(bindparam("first"), bindparam("last"))
)
ADD_PROBLEM = upsert(Problem, ["root_id", "relpath"], [*_STAT, "code", "message", "seen_at", "sample_id"])
DROP_PROBLEM_AT = delete(Problem).where(*_problem)

ADD_ENCODER = insert_new(Encoder, ["fingerprint", "name", "revision", "dim"])
ADD_VECTOR = insert_new(Embedding, ["sample_id", "encoder_id", "vector"])
