"""Opening and making libraries wherever they lie."""

from pathlib import Path
from typing import TYPE_CHECKING

from db.engines.postgres.place import LibraryPlace
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


def _server() -> "ModuleType":
    """Import what servers need (0.3 s), SQLAlchemy and the driver, where a library is on one."""
    try:
        from db.storage import server
    except ModuleNotFoundError as error:
        raise LibraryError(
            f"A library on a server needs the package {error.name}: pip install 'earmark[server]'"
        ) from None
    return server
