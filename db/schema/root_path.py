"""The type of a root's path: the path itself on SQLite, on a server a name that each machine maps to its own path."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Dialect, LargeBinary
from sqlalchemy.dialects.postgresql import BYTEA
from sqlalchemy.types import TypeEngine


class NamedRoot(BYTEA):
    """A name on the server, read as the path that this machine has (`db.engines.postgres.root_places`).

    Statements and those who join paths know nothing of names. Written as it is given.
    """

    def result_processor(self, dialect: Dialect, coltype: Any) -> Callable[[bytes | None], bytes | None]:
        convert = super().result_processor(dialect, coltype)  # type: ignore[no-untyped-call]

        def find(stored: bytes | None) -> bytes | None:
            name = convert(stored) if convert else stored
            places = getattr(dialect, "root_places", None)  # set by PostgresDatabase
            return name if name is None or places is None else places.find(bytes(name))

        return find


ROOT_PATH: TypeEngine[bytes] = LargeBinary().with_variant(NamedRoot(), "postgresql")
