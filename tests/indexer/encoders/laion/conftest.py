"""One small model, converted once, for all tests that only read it."""

from pathlib import Path

import pytest

from tests.laion import convert_small


@pytest.fixture(scope="session")
def model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("laion")
    convert_small(place / "models" / "laion-630k", place)
    return place / "models" / "laion-630k"
