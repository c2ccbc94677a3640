import numpy as np
import pytest

from benchmarks.kill import is_same


def _library(first: float = 0.25, tags: str = "kick0") -> list[tuple[object, ...]]:
    return [("a.wav", b"hash", 1.0, -3.0, 900.0, np.array([first, 0.01], np.float16).tobytes(), tags)]


def test_a_step_of_float16_is_no_difference() -> None:
    assert is_same(_library(float(np.nextafter(np.float16(0.25), np.float16(1)))), _library())
    assert is_same([], [])


@pytest.mark.parametrize("other", [_library(0.26), _library(tags="snare0"), []])
def test_another_vector_tag_or_file_is_one(other: list[tuple[object, ...]]) -> None:
    assert not is_same(other, _library())
