"""Edits of tags that can be undone."""

from sqlalchemy import Integer, bindparam, delete, func, select

from db.schema.tables import TagEdit
from db.statements.constructs import insert_of

_last = select(func.max(TagEdit.id)).scalar_subquery()

_stored = select(TagEdit.id, TagEdit.summary, TagEdit.changes).with_for_update()
LAST = _stored.order_by(TagEdit.id.desc()).limit(1)
BY_ID = _stored.where(TagEdit.id == bindparam("edit_id"))
STORE = insert_of(TagEdit, ["summary", "changes"])
DROP = delete(TagEdit).where(TagEdit.id == bindparam("edit_id"))
DROP_OLD = delete(TagEdit).where(TagEdit.id <= _last - bindparam("n_kept", type_=Integer))
