from collections.abc import Iterator
from typing import NamedTuple

import pytest

from db.engines.postgres.root_places import RootPlaces
from db.library import Library
from db.paths import to_stored
from tests.db import varied
from tests.db.engines.copied import copy_rows
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
        copy_rows(library.folder, place)
        with Library.open(place) as copy:
            places = RootPlaces(copy.folder)
            for root in map(to_stored, (root.path for root in library.roots())):
                places.set(root, root)
            places.keep()
            yield Both(library, copy)
