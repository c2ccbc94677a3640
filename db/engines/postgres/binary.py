"""Rows of numbers and vectors from arrays, in the binary format of COPY."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import psycopg

from db.types import Matrix

_SIGNATURE = b"PGCOPY\n\xff\r\n\x00" + bytes(8)  # no flags, no extension
_BEFORE_ITEMS = 20  # bytes of an array of one dimension: dimensions, flags, type, length, first number
_END = b"\xff\xff"
INT64 = ">i8"


def vector_type(dim: int) -> list[tuple[str, str]]:
    """Return the fields of a halfvec: its length, a reserved word, and float16 in network order."""
    return [("dim", ">i2"), ("unused", ">i2"), ("values", f"({dim},)>f2")]


def vectors_of_array(array: bytes | None, dim: int) -> Matrix:
    """Return the halfvecs of an array that a server has sent as binary, shape ``(n, dim)``; None has none."""
    items = np.frombuffer(array or bytes(_BEFORE_ITEMS), [("n_bytes", ">i4"), *vector_type(dim)], offset=_BEFORE_ITEMS)
    vectors: Matrix = items["values"].astype(np.float32)
    return vectors


def row_type(columns: Sequence[tuple[str, Any]]) -> np.dtype[Any]:
    """Return a row of COPY as a record: the number of its columns, then length and value of each."""
    fields: list[tuple[str, Any]] = [("n_columns", ">i2")]
    for name, kind in columns:
        fields += [(f"{name}_bytes", ">i4"), (name, kind)]
    return np.dtype(fields)


def write_rows(cursor: psycopg.Cursor[Any], query: Any, rows: npt.NDArray[Any]) -> None:
    """Add rows of one type, made by :func:`new_rows`, by ``COPY ... FROM STDIN (FORMAT binary)``."""
    with cursor.copy(query) as copy:
        copy.write(_SIGNATURE)
        copy.write(rows.tobytes())
        copy.write(_END)


def new_rows(n: int, row: np.dtype[Any], dim: int | None) -> npt.NDArray[Any]:
    """Return empty rows in which lengths are set; ``dim`` is the length of a column called ``vector``."""
    rows = np.zeros(n, row)
    names = [name for name in row.names or () if f"{name}_bytes" in (row.names or ())]
    rows["n_columns"] = len(names)
    for name in names:
        rows[f"{name}_bytes"] = row[name].itemsize
    if dim is not None:
        rows["vector"]["dim"] = dim
    return rows
