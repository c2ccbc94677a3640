"""Vectors that were stored as float16."""

import numpy as np

from db.types import Matrix


def unit_rows(stored: Matrix) -> Matrix:
    """Return vectors with unit length again, shape ``(n, dim)``: float16 moves a norm by up to 2e-4."""
    rows: Matrix = stored / np.linalg.norm(stored, axis=1, keepdims=True)
    return rows
