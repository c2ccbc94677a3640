"""Random directions for the laws of walks."""

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from db.types import Vector
from indexer.encoders.prompts import unit

DIM = 5
_NUMBERS = st.floats(-1, 1, width=32, allow_subnormal=False)


def _is_direction(vector: Vector) -> bool:
    return bool(np.linalg.norm(vector) > 0.1)


vectors = arrays(np.float32, DIM, elements=_NUMBERS).filter(_is_direction).map(unit)
shares = st.floats(0, 1)


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Vector, Vector]:
    start, end = draw(vectors), draw(vectors)
    if float(start @ end) < -0.99:
        end = -end
    return start, end
