"""Written by ``python -m db.statements`` from db/statements/provenance.py; change that one."""

from db.engines.statement import Statement

STORE = Statement(
    'provenance.STORE',
    r"""
    INSERT INTO provenances (file_id, author, license, url) SELECT files.id, ?1 AS anon_1, ?2 AS anon_2, ?3 AS anon_3
    FROM files
    WHERE files.root_id = ?4 AND files.relpath = ?5 ON CONFLICT (file_id) DO UPDATE SET author = excluded.author, license = excluded.license, url = excluded.url
    """,
    ('author', 'license', 'url', 'root_id', 'relpath'), frozenset(), 0,
)

FORGET = Statement(
    'provenance.FORGET',
    r"""
    DELETE FROM provenances WHERE provenances.file_id = (SELECT files.id
    FROM files
    WHERE files.root_id = ?1 AND files.relpath = ?2)
    """,
    ('root_id', 'relpath'), frozenset(), 0,
)
