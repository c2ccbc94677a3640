from collections.abc import Iterator

import pytest

from db.engines.postgres.database import PostgresDatabase
from db.engines.postgres.place import ServerPlace


@pytest.fixture
def database(server_library: ServerPlace) -> Iterator[PostgresDatabase]:
    """Open an empty library on a server."""
    database = PostgresDatabase(server_library)
    yield database
    database.close()
