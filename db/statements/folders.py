"""Which files lie in which folder."""

from sqlalchemy import bindparam, func, select

from db.schema.tables import File
from db.statements.constructs import given_texts, ordered_join

_given = given_texts("folders")

FOLDERS = (
    select(File.root_id, File.folder, func.count())
    .group_by(File.root_id, File.folder)
    .order_by(File.root_id, File.folder)
)
SAMPLES = select(File.sample_id).order_by(File.root_id, File.folder)
# otherwise SQLite may read all files first
FILES_IN = select(File.id, File.sample_id).select_from(
    ordered_join(_given, File, (File.root_id == bindparam("root_id")) & (File.folder == _given.c.value))
)
