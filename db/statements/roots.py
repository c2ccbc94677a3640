"""The folders of a library, and where a path lies in them."""

from typing import Any

from sqlalchemy import LargeBinary, bindparam, cast, delete, func, select, update

from db.schema.tables import File, Problem, Root, RootLink
from db.statements.constructs import insert_of, upsert

_root = File.root_id == bindparam("root_id")

ROOTS = select(
    Root.id, Root.path, select(func.count()).select_from(File).where(File.root_id == Root.id).scalar_subquery()
).order_by(Root.id)
PATHS = select(Root.id, Root.path)
DISPLAYS = select(Root.id, Root.display).order_by(Root.id)
LINKED = select(RootLink.root_id).where(RootLink.path == bindparam("path"), func.length(RootLink.relpath) == 0)
LINKS = select(RootLink.root_id, RootLink.relpath, RootLink.display)
FOLDER_COUNTS = select(File.folder, func.count()).where(_root).group_by(File.folder)
SAMPLE_AT = select(File.sample_id).where(_root, File.relpath == bindparam("relpath"))
CALLED = (
    select(File.sample_id, File.relpath).where(_root, File.search_name == bindparam("search_name")).order_by(File.id)
)

ADD_ROOT = insert_of(Root, ["path", "display"])
SET_PLACE = (
    update(Root).values(path=bindparam("path"), display=bindparam("display")).where(Root.id == bindparam("root_id"))
)
DROP_ROOT = delete(Root).where(Root.id == bindparam("root_id"))
SET_LINK = upsert(RootLink, ["path"], ["root_id", "relpath", "display"])

FILES = select(File.id, File.relpath).where(_root)
SOME_PLACES = select(File.relpath).where(_root).limit(bindparam("limit"))
_named = ("root_id", "relpath", "folder", "name", "search_folder", "search_name")
PLACE_FILE = update(File).values({name: bindparam(name) for name in _named}).where(File.id == bindparam("file_id"))
DROP_FILES = delete(File).where(_root)

# what else lies below a root
_beside: dict[str, type[Problem | RootLink]] = {
    "problems": Problem,
    "root_links": RootLink,
}
_into: dict[str, Any] = {"root_id": bindparam("into_id")}
_longer = {
    name: bindparam("before", type_=LargeBinary).op("||", return_type=LargeBinary())(table.relpath)
    for name, table in _beside.items()
}
PLACES_BESIDE = {
    name: select(table.relpath).where(table.root_id == bindparam("root_id")) for name, table in _beside.items()
}
PLACE_BESIDE = {
    name: update(table)
    .values(_into | {"relpath": bindparam("after")})
    .where(table.root_id == bindparam("from_id"), table.relpath == bindparam("place"))
    for name, table in _beside.items()
}
ABSORB_BESIDE = {
    name: update(table)
    .values(_into | {"relpath": cast(_longer[name], LargeBinary)})
    .where(table.root_id == bindparam("from_id"))
    for name, table in _beside.items()
}
