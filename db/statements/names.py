"""Files by parts of their names and folders, and by where they lie."""

from sqlalchemy import Integer, String, bindparam, or_, select

from db.schema.tables import File
from db.statements.name_index import files_holding, holds

_root = File.root_id == bindparam("root_id")
_limit = bindparam("limit", type_=Integer)
_like = bindparam("pattern", type_=String)
_COLUMNS = {"name": File.search_name, "folder": File.search_folder}
_files = select(File.id, File.sample_id)
_candidates = _files.add_columns(File.folder, File.name)

ALL = select(File.sample_id, File.folder, File.name).order_by(File.id)

# A part of three letters and more, by the index of names.
HOLDING = {where: _files.where(holds(File.id, column, "parts")) for where, column in _COLUMNS.items()}
# The first files that hold all parts, or any of them, which have three letters then; in their name, folder, or both.
CANDIDATES = {
    f"{how} in {where}": _candidates.join(found := files_holding("parts", where, how), found.c.file_id == File.id)
    .order_by(found.c.file_id)
    .limit(_limit)
    for how in ("all", "any")
    for where in (*_COLUMNS, "both")
}
# Parts of any length, by a scan.
LIKE = {where: _files.where(column.like(_like, escape="\\")) for where, column in _COLUMNS.items()}
CANDIDATES_LIKE = (
    _candidates.where(or_(*(column.like(_like, escape="\\") for column in _COLUMNS.values())))
    .order_by(File.id)
    .limit(_limit)
)
NAMES_LIKE = select(File.sample_id, File.name).where(File.search_name.like(_like, escape="\\"))

IN_ROOT = _files.where(_root)
_between = (_root, File.relpath >= bindparam("first"), File.relpath < bindparam("end"))
BETWEEN = _files.where(*_between)
CANDIDATES_BETWEEN = _candidates.where(*_between).order_by(File.relpath).limit(_limit)
