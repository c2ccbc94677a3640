"""Opening and making libraries wherever they lie."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from db.engines.postgres.place import LibraryPlace, ServerPlace
from db.errors import LibraryError
from db.storage.base import Storage
from db.storage.folder import create_folder, open_folder

if TYPE_CHECKING:
    from types import ModuleType


def open_place(place: LibraryPlace) -> Storage:
    """Open a library, upgrading one that an older earmark made.

    Raises:
        LibraryError: There is none, it is damaged, its server cannot be reached, or a newer earmark made it.
    """
    return open_folder(place) if isinstance(place, Path) else _server().open_server(place)


def create_place(place: LibraryPlace) -> Storage:
    """Open a library, and make it where it is missing; on a server that is for `earmark library init`.

    Raises:
        LibraryError: The folder cannot be written, or holds something else.
    """
    return create_folder(place) if isinstance(place, Path) else open_place(place)


def make_on_server(
    place: ServerPlace,
    roles: Mapping[str, str],
    removed: Iterable[str],
    on_progress: Callable[[int, int], None],
) -> str:
    """Make a library in a database of a server, or bring it up to date, and give people their roles in it.

    Args:
        place: The database, which is there.
        roles: ``"reader"``, ``"editor"`` or ``"indexer"`` for each user of the server.
        removed: Users who may not use the library any more.
        on_progress: Told how many of how many vectors are in the graph that large libraries are searched by.

    Returns:
        The role of who asks; who owns the library is an indexer.

    Raises:
        LibraryError: The server cannot be reached, is too old, or lacks pgvector; the database is another program's.
        UsageError: The server has no such user.
    """
    role: str = _server().make(place, roles, removed, on_progress)
    return role


def _server() -> "ModuleType":
    """Import what servers need (0.3 s), SQLAlchemy and the driver, where a library is on one."""
    with packages_of_servers():
        from db.storage import server
    return server


@contextmanager
def packages_of_servers() -> Iterator[None]:
    """Say what to install where an import within the block fails.

    Raises:
        LibraryError: A package is missing.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        raise LibraryError(
            f"A library on a server needs the package {error.name}: pip install 'earmark[server]'"
        ) from None
