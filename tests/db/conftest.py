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


ONLY_IN_FOLDERS = pytest.mark.parametrize("library", ["folder"], indirect=True)


@pytest.fixture(params=["folder", "server"])
def library(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Library]:
    """Make an empty library: each test runs on SQLite and on PostgreSQL."""
    place = tmp_path / "library" if request.param == "folder" else request.getfixturevalue("server_library")
    with Library.create(place) as library:
        yield library


@pytest.fixture
def root(library: Library, tmp_path: Path) -> Root:
    return add_root(library, tmp_path / "sounds")
