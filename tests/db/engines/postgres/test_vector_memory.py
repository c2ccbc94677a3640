"""Vectors that a server has sent are remembered, the newest of them."""

import numpy as np

from db.engines.postgres.vector_memory import VectorMemory
from db.types import SampleIds


def ids(*numbers: int) -> SampleIds:
    return np.array(numbers, np.int64)


def rows(*numbers: int) -> np.ndarray:
    return np.array([[number, 0.0, 0.0, 2.0] for number in numbers], np.float32)


def test_unit_vectors_come_back_in_the_order_asked() -> None:
    memory = VectorMemory(4, 8)
    memory.add(ids(7, 3), rows(7, 3))
    found, is_missing = memory.find(ids(3, 5, 7, 3))
    assert is_missing.tolist() == [False, True, False, False]
    np.testing.assert_allclose(np.linalg.norm(found[~is_missing], axis=1), 1, atol=1e-6)
    np.testing.assert_allclose(found[[0, 2, 3], 0] / found[[0, 2, 3], 3], [1.5, 3.5, 1.5], rtol=1e-6)


def test_the_first_to_come_are_the_first_to_go() -> None:
    memory = VectorMemory(4, 4)
    memory.add(ids(1, 2, 3), rows(1, 2, 3))
    memory.add(ids(3, 4, 5), rows(3, 4, 5))
    assert memory.find(ids(1, 2, 3, 4, 5))[1].tolist() == [True, False, False, False, False]
    memory.add(ids(*range(10, 30)), rows(*range(10, 30)))  # more than there is room for
    found, is_missing = memory.find(ids(2, 3, 10, 11, 12, 13, 14))
    assert is_missing.tolist() == [True, True, False, False, False, False, True]
    np.testing.assert_allclose(found[2:6, 0] / found[2:6, 3], [5, 5.5, 6, 6.5], rtol=1e-6)


def test_nothing_is_no_error() -> None:
    memory = VectorMemory(4, 4)
    memory.add(ids(), rows().reshape(0, 4))
    found, is_missing = memory.find(ids())
    assert (found.shape, is_missing.shape) == ((0, 4), (0,))
