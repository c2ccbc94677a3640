"""Open a library for a script or notebook."""

import os
from pathlib import Path
from typing import Self, TypeAlias

from db.errors import LibraryError
from db.library import Library
from db.paths import display_text
from db.schema.sqlite.upgrade import has_database
from indexer.api.places import default_library, find_place, models_folder
from indexer.api.session import LibrarySession
from indexer.encoders.active_model import active_model

PathLike: TypeAlias = str | os.PathLike[str]


class OpenLibrary(LibrarySession):
    """An open library with its model; close it, or use it in a ``with`` block.

    Attributes:
        library: The library itself (`db.library.Library`), for all that the functions of `indexer` do not do.
        search_service: What answers the command line and the app too (`indexer.search.service.SearchService`).
    """

    def close(self) -> None:
        """Close the library, and end the process of the model where one was started."""
        super().close()
        self.library.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<earmark library {self.library.name!r} with the model {self.model.name}>"


def open_library(folder: PathLike | None = None, *, create: bool = False) -> OpenLibrary:
    """Open a library.

    Args:
        folder: The folder of the library, or its address on a server, ``postgresql+psycopg://...``; by default the
            one that the command ``earmark`` works on.
        create: Make the library where there is none yet; not on a server.

    Raises:
        LibraryError: There is no library, it is damaged, or a newer earmark made it.
        ModelError: The model that it was made with is not on this machine.
    """
    place = default_library() if folder is None else find_place(os.fspath(folder))
    if isinstance(place, Path) and not create and not has_database(place):
        call = f"open_library({str(place)!r}, create=True)"
        raise LibraryError(f"There is no library in {display_text(place)} yet. Make one with: {call}")
    library = Library.create(place)
    try:
        return OpenLibrary(library, active_model(library, models_folder()))
    except BaseException:
        library.close()
        raise
