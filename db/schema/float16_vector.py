"""The type of stored vectors: little-endian float16 as bytes on SQLite, halfvec of pgvector on PostgreSQL."""

from collections.abc import Callable
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, Dialect, LargeBinary, func
from sqlalchemy.types import TypeEngine, UserDefinedType

_HEADER_BYTES = 4  # length and a reserved word, in what halfvec_send returns


class HalfVector(UserDefinedType[bytes]):
    """A halfvec, to Python the same bytes that SQLite stores; every float16 comes back bit for bit."""

    cache_ok = True
    render_bind_cast = True

    def get_col_spec(self, **_options: Any) -> str:
        return "halfvec"

    def bind_processor(self, dialect: Dialect) -> Callable[[bytes | None], str | None]:
        return _to_text

    def column_expression(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        return func.halfvec_send(column, type_=self)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[bytes | None], bytes | None]:
        return _from_sent


def _to_text(stored: bytes | None) -> str | None:
    if stored is None:
        return None
    return "[" + ",".join(map(repr, np.frombuffer(stored, "<f2").astype(np.float64).tolist())) + "]"


def _from_sent(sent: bytes | None) -> bytes | None:
    return None if sent is None else np.frombuffer(sent, ">f2", offset=_HEADER_BYTES).astype("<f2").tobytes()


FLOAT16_VECTOR: TypeEngine[bytes] = LargeBinary().with_variant(HalfVector(), "postgresql")
