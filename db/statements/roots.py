"""The folders of a library, and where a path lies in them."""

from sqlalchemy import bindparam, func, select

from db.schema.tables import File, Root, RootLink

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
