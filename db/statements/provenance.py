"""Who made the sound of a file, and under which licence."""

from sqlalchemy import bindparam, delete, select

from db.schema.tables import File, FileProvenance
from db.statements.constructs import upsert_from

_ORIGIN = ("author", "license", "url")
_place = (File.root_id == bindparam("root_id"), File.relpath == bindparam("relpath"))
_given = [bindparam(name, type_=FileProvenance.__table__.c[name].type) for name in _ORIGIN]

STORE = upsert_from(FileProvenance, ["file_id"], _ORIGIN, select(File.id, *_given).where(*_place))
FORGET = delete(FileProvenance).where(FileProvenance.file_id == select(File.id).where(*_place).scalar_subquery())
