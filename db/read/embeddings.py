"""Vectors of single samples."""

import json
from collections.abc import Sequence

import numpy as np

from db.engines.sqlite import Cursor
from db.read.known_files import find_encoder_id
from db.types import EncoderInfo, Matrix

# CROSS keeps the order: otherwise SQLite reads all vectors of the encoder for each sample
_VECTORS = """
SELECT v.sample_id, v.vector
FROM json_each(?) AS w CROSS JOIN embeddings AS v ON v.sample_id = w.value AND v.encoder_id = ?
"""


def read_embeddings(cursor: Cursor, encoder: EncoderInfo, ids: Sequence[int]) -> tuple[list[int], Matrix]:
    """Return those of these samples that have a vector, and their unit vectors, shape ``(n, dim)``."""
    rows = cursor.execute(_VECTORS, (json.dumps(list(ids)), find_encoder_id(cursor, encoder))).fetchall()
    stored = np.frombuffer(b"".join(vector for _, vector in rows), "<f2").reshape(len(rows), encoder.dim)
    vectors = stored.astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)  # float16 moves a norm by up to 2e-4
    return [sample_id for sample_id, _ in rows], vectors
