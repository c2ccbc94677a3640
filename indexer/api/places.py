"""Where things lie on this machine when nothing else is said; the only code of `indexer` that reads the environment."""

import os
from pathlib import Path

import platformdirs

from db.engines.postgres.place import LibraryPlace, is_server_url, parse_place


def default_library() -> LibraryPlace:
    """Return the place in ``EARMARK_LIBRARY``, a folder or the address of a server, else the folder for a user's data.

    Raises:
        UsageError: It is the address of a server and cannot be read, or holds a password.
    """
    chosen = os.environ.get("EARMARK_LIBRARY")
    return find_place(chosen) if chosen else platformdirs.user_data_path("earmark", appauthor=False)


def find_place(text: str) -> LibraryPlace:
    """Return where a library lies, as a person wrote it: a folder or ``postgresql+psycopg://...``.

    Raises:
        UsageError: It is the address of a server and cannot be read, or holds a password.
    """
    if not is_server_url(text):
        return Path(text).expanduser()
    return parse_place(text, platformdirs.user_data_path("earmark", appauthor=False) / "servers")


def models_folder() -> Path:
    """Return where fetched models are kept: ``EARMARK_MODELS``, else beside the default library."""
    chosen = os.environ.get("EARMARK_MODELS")
    return Path(chosen).expanduser() if chosen else platformdirs.user_data_path("earmark", appauthor=False) / "models"
