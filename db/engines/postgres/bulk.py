"""Many rows into a table at once, by COPY in the binary format."""

from typing import Any

import numpy as np
import psycopg
from psycopg import sql

from db.engines.postgres.binary import INT64, new_rows, row_type, vector_type, write_rows

_TYPES = """
SELECT attname, atttypid::regtype::text FROM pg_attribute
WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped
"""


def copy_rows(cursor: psycopg.Cursor[Any], table: str, columns: list[str], rows: list[tuple[Any, ...]]) -> None:
    """Add rows of plain values."""
    types = dict(cursor.execute(_TYPES, (table,)).fetchall())
    into = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT binary)").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with cursor.copy(into) as copy:
        copy.set_types([types[column] for column in columns])
        for row in rows:
            copy.write_row(row)


def copy_vectors(cursor: psycopg.Cursor[Any], rows: list[tuple[int, int, int, bytes]]) -> None:
    """Add rows of ``embeddings``: id, sample, encoder and vector as float16; all of one encoder have one length."""
    by_length: dict[int, list[tuple[int, int, int, bytes]]] = {}
    for row in rows:
        by_length.setdefault(len(row[3]) // 2, []).append(row)
    for dim, equal in by_length.items():
        kind = row_type([("id", INT64), ("sample_id", INT64), ("encoder_id", INT64), ("vector", vector_type(dim))])
        packed = new_rows(len(equal), kind, dim)
        for name, place in (("id", 0), ("sample_id", 1), ("encoder_id", 2)):
            packed[name] = [row[place] for row in equal]
        packed["vector"]["values"] = np.frombuffer(b"".join(row[3] for row in equal), "<f2").reshape(-1, dim)
        write_rows(cursor, "COPY embeddings (id, sample_id, encoder_id, vector) FROM STDIN (FORMAT binary)", packed)
