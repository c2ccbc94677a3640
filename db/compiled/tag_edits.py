"""Written by ``python -m db.statements`` from db/statements/tag_edits.py; change that one."""

from db.engines.statement import Statement

LAST = Statement(
    'tag_edits.LAST',
    r"""
    SELECT tag_edits.id, tag_edits.summary, tag_edits.changes
    FROM tag_edits ORDER BY tag_edits.id DESC
     LIMIT 1 OFFSET 0
    """,
    (), frozenset(), 3,
)

BY_ID = Statement(
    'tag_edits.BY_ID',
    r"""
    SELECT tag_edits.id, tag_edits.summary, tag_edits.changes
    FROM tag_edits
    WHERE tag_edits.id = ?1
    """,
    ('edit_id',), frozenset(), 3,
)

STORE = Statement(
    'tag_edits.STORE',
    r"""
    INSERT INTO tag_edits (summary, changes) VALUES (?1, ?2)
    """,
    ('summary', 'changes'), frozenset(), 0,
)

DROP = Statement(
    'tag_edits.DROP',
    r"""
    DELETE FROM tag_edits WHERE tag_edits.id = ?1
    """,
    ('edit_id',), frozenset(), 0,
)

DROP_OLD = Statement(
    'tag_edits.DROP_OLD',
    r"""
    DELETE FROM tag_edits WHERE tag_edits.id <= (SELECT max(tag_edits.id) AS max_1
    FROM tag_edits) - ?1
    """,
    ('n_kept',), frozenset(), 0,
)
