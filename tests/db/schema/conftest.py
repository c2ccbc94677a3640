from collections.abc import Iterator
from pathlib import Path

import pytest

from db.library import Library


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """Make an empty library in a folder; those on servers are in `tests/db/engines/postgres`."""
    with Library.create(tmp_path / "library") as library:
        yield library
