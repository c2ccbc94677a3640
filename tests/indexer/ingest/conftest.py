from collections.abc import Iterator
from pathlib import Path

import pytest

from db.library import Library


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.create(tmp_path / "library") as library:
        yield library
