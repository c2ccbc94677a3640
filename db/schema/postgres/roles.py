"""Who may do what with a library on a server: readers, editors, indexers."""

from collections.abc import Iterable, Mapping
from contextlib import closing

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from db.engines.postgres.database import PostgresDatabase
from db.engines.postgres.place import ServerPlace
from db.errors import LibraryReadOnlyError, UsageError
from db.paths import display_text

READER, EDITOR, INDEXER = ("reader", "editor", "indexer")

# What people say of sounds, and what follows from it.
_EDITED = (
    "annotations chosen_keepers collection_samples collections few_shot_tags kept_apart map_points meta readings "
    "sample_hearings sample_tags sample_uses tag_edits tagging_queue tags"
).split()
_CHANGES = "INSERT, UPDATE, DELETE"
_NO_SUCH_ROLE = "42704"
_NO_RIGHT = "42501"
_HOW_TO_MAKE_ONE = "Make it on the server: CREATE ROLE NAME LOGIN"


def grant_roles(place: ServerPlace, roles: Mapping[str, str], removed: Iterable[str] = ()) -> None:
    """Give users of the server a role in the library, in place of the one that they had; all or none.

    Args:
        place: The library.
        roles: `READER`, `EDITOR` or `INDEXER` for each user.
        removed: Users who may not even read any more.

    Raises:
        UsageError: The server has no such user.
        LibraryReadOnlyError: Whoever asks does not own the tables.
    """
    with closing(PostgresDatabase(place)) as database, database.migrate() as connection:
        for user in (*removed, *roles):
            _change(connection, place, user, _revocations(connection))
        for user, role in roles.items():
            _change(connection, place, user, _grants(connection, role))


def role_of(connection: Connection) -> str:
    """Return the role of who asks, by what the server lets them do; ``"none"`` where they may not read."""
    asked = {INDEXER: ("files", "INSERT"), EDITOR: ("annotations", "UPDATE"), READER: ("samples", "SELECT")}
    for role, (table, right) in asked.items():
        if connection.scalar(text("SELECT has_table_privilege(:table, :right)"), {"table": table, "right": right}):
            return role
    return "none"


def _grants(connection: Connection, role: str) -> list[str]:
    schema = _schema(connection)
    allowed = [f"USAGE ON SCHEMA {schema}", f"SELECT ON ALL TABLES IN SCHEMA {schema}"]
    if role == EDITOR:
        allowed.append(f"{_CHANGES} ON {', '.join(_EDITED)}")
        allowed.append("UPDATE (bpm, musical_key, pitch_hz) ON samples")  # which reading counts; and locks of rows
        allowed.append(f"USAGE ON ALL SEQUENCES IN SCHEMA {schema}")
    if role == INDEXER:
        allowed.append(f"{_CHANGES} ON ALL TABLES IN SCHEMA {schema}")
        allowed.append(f"USAGE ON ALL SEQUENCES IN SCHEMA {schema}")
    return [f"GRANT {rights} TO" for rights in allowed]


def _revocations(connection: Connection) -> list[str]:
    schema = _schema(connection)
    things = (f"ALL TABLES IN SCHEMA {schema}", f"ALL SEQUENCES IN SCHEMA {schema}", f"SCHEMA {schema}")
    return [
        "REVOKE UPDATE (bpm, musical_key, pitch_hz) ON samples FROM",
        *(f"REVOKE ALL ON {one} FROM" for one in things),
    ]


def _schema(connection: Connection) -> str:
    return _quoted(connection, str(connection.scalar(text("SELECT current_schema()"))))


def _quoted(connection: Connection, name: str) -> str:
    quoted: str = connection.dialect.identifier_preparer.quote_identifier(name)
    return quoted


def _change(connection: Connection, place: ServerPlace, user: str, statements: Iterable[str]) -> None:
    try:
        for statement in statements:
            connection.exec_driver_sql(f"{statement} {_quoted(connection, user)}")
    except DBAPIError as error:
        code = getattr(error.orig, "sqlstate", None)
        if code == _NO_SUCH_ROLE:
            raise UsageError(f"The server has no user {display_text(user)}. {_HOW_TO_MAKE_ONE}") from None
        if code == _NO_RIGHT:
            raise LibraryReadOnlyError(f"Only who made the library at {place} gives roles in it.") from None
        raise
