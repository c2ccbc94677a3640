"""Files that earmark itself moved or copied."""

from sqlalchemy import String, bindparam, func, select, update

from db.schema.tables import File, FileProvenance
from db.statements.constructs import insert_from, upsert_from

_PLACED = (
    *("root_id", "relpath", "size_bytes", "mtime_ns", "ctime_ns"),
    *("folder", "name", "search_folder", "search_name", "ext"),
)
_SAME = ("file_hash", "sample_id", "first_seen_at")
_file = File.id == bindparam("file_id")
_given = [bindparam(name, type_=File.__table__.c[name].type) for name in _PLACED]
_shown = func.ltrim(File.folder + "/" + File.name, "/")

SAMPLE = select(File.sample_id).where(_file)
MOVE = update(File).values({name: bindparam(name) for name in _PLACED}).where(_file)
COPY = insert_from(File, [*_PLACED, *_SAME], select(*_given, *(File.__table__.c[name] for name in _SAME)).where(_file))
ORIGINAL = select(func.coalesce(File.original_name, _shown)).where(_file)
SET_ORIGINAL = update(File).values(original_name=func.nullif(bindparam("original", type_=String), _shown)).where(_file)
_origin = (FileProvenance.author, FileProvenance.license, FileProvenance.url)
COPY_PROVENANCE = upsert_from(
    FileProvenance,
    ["file_id"],
    ["author", "license", "url"],
    select(bindparam("to_id", type_=File.__table__.c.id.type), *_origin).where(
        FileProvenance.file_id == bindparam("from_id")
    ),
)
