from collections.abc import Iterator
from typing import NamedTuple

import pytest

from db.library import Library
from db.storage.copying.copy import copy_library
from tests.db import varied
from tests.postgres import Server


class Both(NamedTuple):
    """The same library in both engines."""

    sqlite: Library
    postgres: Library


@pytest.fixture(scope="session")
def both(postgres: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    """Open a library of some hundred sounds in both engines; it is read only."""
    folder = tmp_path_factory.mktemp("both")
    with Library.create(folder / "library") as library, postgres.library() as place:
        varied.fill(library, folder, 700)
        copy_library(library.folder, place)
        with Library.open(place) as copy:
            yield Both(library, copy)
