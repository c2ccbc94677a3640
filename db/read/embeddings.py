"""Vectors of single samples."""

from collections.abc import Sequence

import numpy as np

from db.compiled.embeddings import VECTORS
from db.engines.base import Transaction
from db.engines.half_vectors import unit_rows
from db.read.known_files import find_encoder_id
from db.types import EncoderInfo, Matrix


def read_embeddings(transaction: Transaction, encoder: EncoderInfo, ids: Sequence[int]) -> tuple[list[int], Matrix]:
    """Return those of these samples that have a vector, and their unit vectors, shape ``(n, dim)``."""
    rows = transaction.rows(VECTORS, ids=ids, encoder_id=find_encoder_id(transaction, encoder))
    stored = np.frombuffer(b"".join(vector for _, vector in rows), "<f2").reshape(len(rows), encoder.dim)
    return [sample_id for sample_id, _ in rows], unit_rows(stored.astype(np.float32))
