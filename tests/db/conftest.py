from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from db.library import Library
from db.types import Root
from tests.db.factories import add_root

# The same examples every day, on machines of any speed; a library made once serves all examples of a test.
settings.register_profile(
    "earmark", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
settings.load_profile("earmark")


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.create(tmp_path / "library") as library:
        yield library


@pytest.fixture
def root(library: Library, tmp_path: Path) -> Root:
    return add_root(library, tmp_path / "sounds")
