from collections.abc import Iterator
from pathlib import Path

import pytest

from db.library import Library
from db.records import Root
from tests.db.factories import add_root


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.create(tmp_path / "library") as library:
        yield library


@pytest.fixture
def root(library: Library, tmp_path: Path) -> Root:
    return add_root(library, tmp_path / "sounds")
